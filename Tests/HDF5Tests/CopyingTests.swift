import Foundation
import HDF5
import Testing
import TestSupport

@Suite struct CopyingTests {
  @Test func `contents are copied but for what is left out, with the root's attributes`() throws {
    let folder = try TemporaryFolder()
    let source = try File(creatingAt: folder.path("a.h5"))
    try source.setAttribute("version", of: "/", to: .string("1"))
    try source.setAttribute("nothing", of: "/", to: .empty)
    try source.write([1.5, 2.5], at: "kept/numbers")
    try source.write(strings: ["a", "é"], at: "kept/strings", storage: .init(gzip: 4))
    try source.write(booleans: [true, false], at: "kept/truths")
    try source.write(string: "one", at: "kept/scalar")
    try source.createDataset(
      "kept/unwritten", of: Int32.self, shape: [300, 7], storage: .init(chunk: [100, 7], gzip: 4))
    try source.dataset("kept/unwritten").write([Int32](0..<14), at: 298..<300)
    try source.createGroup("kept/empty")
    try source.setAttribute("to", of: "kept/empty", to: .reference("kept/numbers"))
    try source.write([1], at: "left")
    let target = try File(creatingAt: folder.path("b.h5"))
    try source.copyContents(to: target, leavingOut: { $0 == "left" })
    #expect(try target.children(of: "/") == ["kept"])
    #expect(try target.attribute("version", of: "/") == .string("1"))
    #expect(try target.attribute("nothing", of: "/") == .empty)
    #expect(try target.children(of: "kept") == source.children(of: "kept"))
    #expect(try target.read("kept/numbers", as: Double.self) == [1.5, 2.5])
    #expect(try target.strings("kept/strings") == ["a", "é"])
    #expect(try target.info(of: "kept/strings").filters == [1])
    #expect(try target.booleans("kept/truths") == [true, false])
    #expect(try target.info(of: "kept/truths").element == .boolean)
    #expect(try target.strings("kept/scalar") == ["one"])
    let rows = [Int32](repeating: 0, count: 298 * 7) + [Int32](0..<14)
    #expect(try target.read("kept/unwritten", as: Int32.self) == rows)
    #expect(
      try target.info(of: "kept/unwritten").storedBytes
        == source.info(of: "kept/unwritten").storedBytes)
    #expect(try target.attribute("to", of: "kept/empty") == .reference("/kept/numbers"))
  }

  @Test func `what is referred to is copied along`() throws {
    let folder = try TemporaryFolder()
    let source = try File(creatingAt: folder.path("a.h5"))
    try source.write([0, 1], at: "obs/louvain")
    try source.write(strings: ["B", "T"], at: "categories/louvain")
    try source.setAttribute("categories", of: "obs/louvain", to: .reference("categories/louvain"))
    let target = try File(creatingAt: folder.path("b.h5"))
    try source.copy("obs", to: target, as: "obs")
    #expect(
      try target.attribute("categories", of: "obs/louvain") == .reference("/categories/louvain"))
    #expect(try target.strings("categories/louvain") == ["B", "T"])
  }

  @Test func `damaged elements are an error`() throws {
    let folder = try TemporaryFolder()
    let path = folder.path("a.h5")
    let names = (0..<2000).map { "a rather long name of the cell \($0)" }
    let file = try File(creatingAt: path)
    try file.write(strings: names, at: "x/names", storage: .init(chunk: [500], gzip: 4))
    try file.close()
    var bytes = try Data(contentsOf: URL(filePath: path))
    // Where zlib streams start, as level 4 marks them.
    for start in bytes.indices.dropLast(40) where bytes[start] == 0x78 && bytes[start + 1] == 0x5E {
      for k in 10..<40 { bytes[start + k] = 0xFF }
    }
    try bytes.write(to: URL(filePath: path))
    let source = try File(readingAt: path)
    let target = try File(creatingAt: folder.path("b.h5"))
    #expect(throws: HDF5Error.self) { try source.copy("x", to: target, as: "x") }
  }

  @Test func `a disk that fills up is an error, also at the end of the process`() async {
    await #expect(processExitsWith: .success) {
      let folder = try TemporaryFolder()
      let source = try File(creatingAt: folder.path("a.h5"))
      let names = (0..<20_000).map { "cell-\($0)-\($0 &* 2_654_435_761 % 1_000_003)" }
      try source.write(strings: names, at: "x/names", storage: .init(chunk: [500], gzip: 1))
      try source.flush()
      #if canImport(Darwin)
      let resource = RLIMIT_FSIZE
      #else
      let resource = __rlimit_resource_t(RLIMIT_FSIZE.rawValue)
      #endif
      signal(SIGXFSZ, SIG_IGN)
      var limit = rlimit(rlim_cur: 100_000, rlim_max: 100_000)
      unsafe setrlimit(resource, &limit)
      let target = try File(creatingAt: folder.path("b.h5"))
      #expect(throws: HDF5Error.self) {
        try source.copy("x", to: target, as: "x")
        try target.flush()
      }
    }
  }
}
