import Foundation
import HDF5
import Testing
import TestSupport

/// Each error as a user reads it.
@Suite struct HDF5ErrorTests {
  let folder: TemporaryFolder
  let path: String

  init() throws {
    folder = try TemporaryFolder()
    path = folder.path("a.h5")
  }

  /// The text of what `body` throws, with the folder of this test left out.
  func text(_ body: () throws -> Void) -> String {
    do {
      try body()
      return "nothing was thrown"
    } catch {
      return "\(error)".replacing(folder.url.path + "/", with: "")
    }
  }

  func file(_ fill: (borrowing File) throws -> Void) throws -> File {
    let file = try File(creatingAt: path)
    try fill(file)
    return file
  }

  @Test func `opening what is not there, or not a file`() throws {
    #expect(
      text { _ = try File(readingAt: folder.path("none.h5")) }
        == "cannot open 'none.h5': there is no such file")
    try FileManager.default.createDirectory(
      atPath: folder.path("sub"), withIntermediateDirectories: false)
    #expect(
      text { _ = try File(readingAt: folder.path("sub")) } == "cannot open 'sub': it is a folder")
    #expect(
      text { _ = try File(readingAt: "/dev/null") }
        == "cannot open '/dev/null': it is not a regular file and allows no random access; copy it "
        + "to one")
  }

  @Test func `opening what is not HDF5`() throws {
    try Data().write(to: URL(filePath: path))
    #expect(text { _ = try File(readingAt: path) } == "cannot open 'a.h5': it is empty")
    try Data("cell,gene\n".utf8).write(to: URL(filePath: path))
    #expect(text { _ = try File(readingAt: path) } == "cannot open 'a.h5': it is not an HDF5 file")
    #expect(text { _ = try File(editingAt: path) } == "cannot open 'a.h5': it is not an HDF5 file")
  }

  @Test func `opening half of a file`() throws {
    _ = try file { try $0.write([Float](repeating: 1, count: 5000), at: "x") }
    let whole = try Data(contentsOf: URL(filePath: path))
    try whole.prefix(1000).write(to: URL(filePath: path))
    #expect(
      text { _ = try File(readingAt: path) }
        == "cannot open 'a.h5': it is truncated: it has 1000 of \(whole.count) bytes")
  }

  @Test(.enabled(if: getuid() != 0, "the superuser may read everything"))
  func `opening without permission`() throws {
    _ = try file { try $0.write([1], at: "x") }
    try FileManager.default.setAttributes([.posixPermissions: 0o000], ofItemAtPath: path)
    #expect(text { _ = try File(readingAt: path) } == "cannot open 'a.h5': permission denied")
    try FileManager.default.setAttributes([.posixPermissions: 0o400], ofItemAtPath: path)
    #expect(text { _ = try File(editingAt: path) } == "cannot open 'a.h5': permission denied")
  }

  @Test func `opening what another process is writing`() throws {
    _ = try file { try $0.write([1], at: "x") }
    let descriptor = unsafe open(path, O_RDWR)
    defer { close(descriptor) }
    try #require(flock(descriptor, LOCK_EX | LOCK_NB) == 0)
    #expect(
      text { _ = try File(readingAt: path) }
        == "cannot open 'a.h5': another process is writing to it")
    #expect(flock(descriptor, LOCK_UN) == 0)
    #expect(try File(readingAt: path).isLocked)
  }

  @Test func `creating where it cannot be`() throws {
    #expect(
      text { _ = try File(creatingAt: folder.path("none/a.h5")) }
        == "cannot create 'none/a.h5': no such file or directory")
  }

  @Test func `names that are not there`() throws {
    let file = try file {
      try $0.write([1], at: "obs/a")
      try $0.write([1], at: "obs/b")
    }
    #expect(
      text { _ = try file.read("obs/c", as: Int.self) }
        == "'a.h5' has no 'obs/c'; there are: a, b")
    #expect(
      text { _ = try file.children(of: "var/x/y") } == "'a.h5' has no 'var/x/y'; there are: obs"
    )
    #expect(text { try file.delete("obs/c") } == "'a.h5' has no 'obs/c'; there are: a, b")
    #expect(
      text { _ = try file.attributeNames(of: "x") } == "'a.h5' has no 'x'; there are: obs")
  }

  @Test func `the wrong kind, the wrong elements, the wrong rows`() throws {
    let file = try file {
      try $0.write([1, 2, 3], at: "obs/a")
      try $0.write(strings: ["x"], at: "names")
    }
    #expect(
      text { _ = try file.read("obs", as: Int.self) } == "'obs' in 'a.h5' is a group, not a dataset"
    )
    #expect(
      text { _ = try file.children(of: "names") }
        == "'names' in 'a.h5' is a dataset, not a group")
    #expect(
      text { _ = try file.read("names", as: Int.self) }
        == "'names' in 'a.h5' holds strings, not numbers")
    #expect(
      text { _ = try file.strings("obs/a") } == "'obs/a' in 'a.h5' holds int64, not strings")
    #expect(
      text { _ = try file.read("obs/a", rows: 2..<4, as: Int.self) }
        == "'obs/a' in 'a.h5' has 3 rows, so rows 2..<4 do not exist")
  }

  @Test(arguments: [[1 << 62], [1 << 60], [1 << 40, 1 << 22], [1 << 45]])
  func `an absurd extent is refused, not allocated`(shape: [Int]) throws {
    let file = try File(creatingAt: path)
    let storage = StorageOptions(chunk: shape.map { _ in 16 })
    let expected =
      "'x' in 'a.h5' is too large: its stated shape is \(shape) of 1 bytes each, more than the "
      + "memory of this machine"
    #expect(
      text {
        let dataset = try file.createDataset("x", of: Int8.self, shape: shape, storage: storage)
        _ = try dataset.read(as: Int8.self)
      } == expected)
  }

  @Test func `a name that is taken`() throws {
    let file = try file { try $0.write([1], at: "x") }
    #expect(
      text { try file.write([2], at: "x") } == "cannot write 'x' to 'a.h5': name already exists")
    #expect(
      text { try file.createGroup("x") } == "cannot write 'x' to 'a.h5': name already exists")
  }

  @Test func `appending to what cannot grow`() throws {
    let file = try File(creatingAt: path)
    var dataset = try file.createDataset("x", of: Int.self, shape: [2])
    do {
      try dataset.append([1])
      Issue.record("nothing was thrown")
    } catch {
      #expect(
        error
          == .cannotWrite(name: "x", path: path, reason: "it cannot be extended"))
    }
  }

  @Test func `writing to a file opened for reading`() throws {
    _ = try file { try $0.write([1], at: "x") }
    let file = try File(readingAt: path)
    #expect(
      text { try file.write([1], at: "y") } == "cannot write 'y' to 'a.h5': no write intent on file"
    )
  }

  @Test func `a filter that this HDF5 does not have`() throws {
    _ = try file {
      try $0.write((0..<1000).map(Float.init), at: "x", storage: StorageOptions(gzip: 9))
    }
    // The filter's number stands before the length of its name, its flags and the name itself.
    var bytes = try Data(contentsOf: URL(filePath: path))
    let entry = try #require(
      bytes.firstRange(of: Data([1, 0, 8, 0, 1, 0, 1, 0]) + Data("deflate".utf8)))
    bytes.replaceSubrange(entry.lowerBound..<entry.lowerBound + 2, with: [0x0F, 0x7D])
    try bytes.write(to: URL(filePath: path))
    let file = try File(readingAt: path)
    #expect(
      text { _ = try file.read("x", as: Float.self) }
        == "'x' in 'a.h5' is compressed with zstd (filter 32015), for which HDF5 finds no plugin; "
        + "install it and name its folder in HDF5_PLUGIN_PATH, or write the file again with gzip")
  }

  @Test func `damaged contents`() throws {
    _ = try file {
      try $0.write(
        (0..<1000).map(Float.init), at: "x", storage: StorageOptions(gzip: 9))
    }
    var bytes = try Data(contentsOf: URL(filePath: path))
    // The end of the file is the compressed chunk.
    bytes.replaceSubrange(bytes.count - 600..<bytes.count, with: Data(repeating: 0xFF, count: 600))
    try bytes.write(to: URL(filePath: path))
    let file = try File(readingAt: path)
    #expect(
      text { _ = try file.read("x", as: Float.self) }
        == "cannot read 'x' in 'a.h5': inflate() failed")
  }
}
