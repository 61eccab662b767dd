import Foundation
import HDF5
import Testing
import TestSupport

@Suite struct ObjectTests {
  let folder: TemporaryFolder
  let path: String

  init() throws {
    folder = try TemporaryFolder()
    path = folder.path("a.h5")
  }

  @Test func `kinds, also where groups on the way are missing`() throws {
    let file = try File(creatingAt: path)
    try file.createGroup("a/b/c")
    try file.write([1], at: "a/data")
    #expect(try file.kind(of: "/") == .group)
    #expect(try file.kind(of: "a/b") == .group)
    #expect(try file.kind(of: "/a/b/c/") == .group)
    #expect(try file.kind(of: "a/data") == .dataset)
    #expect(try file.kind(of: "a/data/x") == nil)
    #expect(try file.kind(of: "x") == nil)
    #expect(try file.kind(of: "x/y/z") == nil)
  }

  @Test func `children in alphabetical order`() throws {
    let file = try File(creatingAt: path)
    for name in ["var", "X", "obs", "größe"] { try file.createGroup(name) }
    #expect(try file.children(of: "/") == ["X", "größe", "obs", "var"])
    #expect(try file.children(of: "X") == [])
  }

  @Test func `what is deleted is gone`() throws {
    let file = try File(creatingAt: path)
    try file.write([1], at: "a/x")
    try file.delete("a/x")
    #expect(try file.kind(of: "a/x") == nil)
    try file.write([2], at: "a/x")
    #expect(try file.read("a/x", as: Int.self) == [2])
  }

  @Test func `a copied group keeps its contents and its references`() throws {
    let source = try File(creatingAt: path)
    try source.write([0, 1, 0], at: "obs/louvain")
    try source.write(strings: ["B", "T"], at: "obs/__categories/louvain")
    try source.setAttribute(
      "categories", of: "obs/louvain", to: .reference("obs/__categories/louvain"))
    let target = try File(creatingAt: folder.path("b.h5"))
    try source.copy("obs", to: target, as: "copies/obs")
    #expect(try target.read("copies/obs/louvain", as: Int.self) == [0, 1, 0])
    #expect(
      try target.attribute("categories", of: "copies/obs/louvain")
        == .reference("/copies/obs/__categories/louvain"))
  }

  @Test func `a file can be edited after it was closed`() throws {
    let file = try File(creatingAt: path)
    try file.write([1, 2], at: "x")
    try file.close()
    let edited = try File(editingAt: path)
    try edited.write([3], at: "y")
    try edited.dataset("x").write([9], at: 1..<2)
    try edited.close()
    let read = try File(readingAt: path)
    #expect(try read.read("x", as: Int.self) == [1, 9])
    #expect(try read.read("y", as: Int.self) == [3])
  }

  @Test func `several threads read at once`() async throws {
    let file = try File(creatingAt: path)
    for number in 0..<8 {
      try file.write(
        [Int](repeating: number, count: 10_000), at: "x\(number)",
        storage: StorageOptions(gzip: 1))
    }
    try file.close()
    let path = path
    try await withThrowingTaskGroup(of: Void.self) { group in
      for number in 0..<8 {
        group.addTask {
          let file = try File(readingAt: path)
          for _ in 0..<20 {
            let values = try file.read("x\(number)", as: Int.self)
            #expect(values.allSatisfy { $0 == number })
            #expect(throws: HDF5Error.self) { try file.read("nothing", as: Int.self) }
          }
        }
      }
      try await group.waitForAll()
    }
  }

  @Test func `no identifier stays open, whether calls succeed or fail`() async {
    await #expect(processExitsWith: .success) {
      let folder = try TemporaryFolder()
      _ = try File(creatingAt: folder.path("warm-up.h5"))
      let before = openIdentifierCount()
      do {
        let file = try File(creatingAt: folder.path("a.h5"))
        try file.write(["a", "b"].map { $0.utf8.count }, at: "g/x")
        try file.write(strings: ["a"], at: "g/s", storage: StorageOptions(gzip: 1))
        try file.write(booleans: [true], at: "g/b")
        try file.setAttribute("a", of: "g", to: .strings(["x"]))
        try file.setAttribute("r", of: "g", to: .reference("g/x"))
        _ = try file.children(of: "g")
        _ = try file.attribute("a", of: "g")
        _ = try file.attribute("r", of: "g")
        _ = try file.attributeNames(of: "g")
        _ = try file.strings("g/s")
        _ = try file.booleans("g/b")
        _ = try file.info(of: "g/b")
        _ = try? file.read("g/none", as: Int.self)
        _ = try? file.read("g/s", as: Int.self)
        _ = try? file.read("g/x", rows: 5..<9, as: Int.self)
        _ = try? file.write([1], at: "g/x")
        _ = try? File(readingAt: folder.path("none.h5"))
      }
      let after = openIdentifierCount()
      precondition(before == after, "\(before) identifiers before, \(after) after")
    }
  }

  @Test(arguments: [
    ("", "it has a link without a name"), ("aa", "it has two links with the name 'aa'"),
  ])
  func `links that a damaged file gives no name, or the same one, are refused`(
    name: String, reason: String
  ) throws {
    let made = try File(creatingAt: path)
    for child in ["aa", "bb"] { try made.createGroup("g/\(child)") }
    try made.close()
    var bytes = try Data(contentsOf: URL(filePath: path))
    let old = Data("bb\0".utf8)
    var found = 0
    while let range = bytes.range(of: old) {
      bytes.replaceSubrange(range, with: Data((name + "\0\0\0").utf8.prefix(3)))
      found += 1
    }
    try #require(found > 0)
    try bytes.write(to: URL(filePath: path))
    #expect(throws: HDF5Error.cannotRead(name: "g", path: path, reason: reason)) {
      try File(readingAt: path).children(of: "g")
    }
  }
}
