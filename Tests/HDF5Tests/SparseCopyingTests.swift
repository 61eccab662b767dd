import Foundation
import HDF5
import Testing
import TestSupport

/// Datasets with room for far more than is stored of them.
@Suite struct SparseCopyingTests {
  let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  @Test func `of 2^40 chunks those that are stored are copied`() throws {
    let source = try File(creatingAt: folder.path("a.h5"))
    let storage = StorageOptions(chunk: [4], gzip: 1)
    let count = 1 << 42
    let data = try source.createDataset("x/some", of: Int32.self, shape: [count], storage: storage)
    try data.write([1, 2, 3], at: 0..<3)
    try data.write([4, 5], at: count - 2..<count)
    try data.write([6], at: count / 2..<count / 2 + 1)
    try source.createDataset("x/none", of: Int32.self, shape: [count], storage: storage)
    let wide = try source.createDataset(
      "x/wide", of: UInt8.self, shape: [1 << 20, 1 << 22], storage: .init(chunk: [1, 4]))
    try wide.write([UInt8](repeating: 9, count: 1 << 22), at: 7..<8)
    let target = try File(creatingAt: folder.path("b.h5"))
    try source.copy("x/some", to: target, as: "x/some")
    try source.copy("x/none", to: target, as: "x/none")
    let copy = try target.dataset("x/some")
    #expect(try copy.read(0..<4, as: Int.self) == [1, 2, 3, 0])
    #expect(try copy.read(count - 3..<count, as: Int.self) == [0, 4, 5])
    #expect(try copy.read(count / 2..<count / 2 + 2, as: Int.self) == [6, 0])
    #expect(copy.info.storedBytes == (try source.info(of: "x/some").storedBytes))
    #expect(try target.info(of: "x/none").shape == [count])
    #expect(try target.info(of: "x/none").storedBytes == 0)
  }

  @Test func `strings too`() throws {
    let source = try File(creatingAt: folder.path("a.h5"))
    let count = 1 << 42
    let names = try source.createStringDataset(
      "names", shape: [count], storage: .init(chunk: [4], gzip: 1))
    try names.write(strings: ["a", "é"], at: 1..<3)
    try names.write(strings: ["z"], at: count - 1..<count)
    let target = try File(creatingAt: folder.path("b.h5"))
    try source.copy("names", to: target, as: "names")
    let copy = try target.dataset("names")
    #expect(try copy.strings(0..<4) == ["", "a", "é", ""])
    #expect(try copy.strings(count - 2..<count) == ["", "z"])
    // The last chunk is larger than what is left of the dataset.
    let odd = try source.createStringDataset(
      "odd", shape: [1001, 3], storage: .init(chunk: [10, 2], gzip: 1))
    try odd.write(strings: ["x", "y", "z"], at: 1000..<1001)
    try source.copy("odd", to: target, as: "odd")
    #expect(try target.dataset("odd").strings(999..<1001) == ["", "", "", "x", "y", "z"])
  }

  @Test func `many chunks, all of them stored, are copied`() throws {
    let source = try File(creatingAt: folder.path("a.h5"))
    let values = [Int32](0..<20_000)
    try source.write(values, at: "x", storage: .init(chunk: [1]))
    let target = try File(creatingAt: folder.path("b.h5"))
    try source.copy("x", to: target, as: "x")
    #expect(try target.read("x", as: Int32.self) == values)
  }
}
