import CellFiles
import Foundation
import Testing
import TestSupport

/// Copies of zarr stores with the result, and results added to stores in place.
@Suite struct ZarrOutputTests {
  let folder: TemporaryFolder
  private let small = [
    "--batch-key", "batch", "--visits", "320", "--hidden-sizes", "16", "--quiet",
  ]

  init() throws { folder = try TemporaryFolder() }

  private static func made(_ name: String) -> String {
    TestFiles.fixtures.appending(path: "formats/\(name)").path
  }

  private func copy(_ name: String, to target: String = "x.zarr") throws {
    try? FileManager.default.removeItem(atPath: folder.path(target))
    try FileManager.default.copyItem(atPath: Self.made(name), toPath: folder.path(target))
  }

  private func run(_ arguments: [String]) throws -> Program.Outcome {
    try Program.run(arguments + small, in: folder.url)
  }

  private func succeed(_ arguments: [String]) throws {
    let outcome = try run(arguments)
    #expect(outcome.status == 0, "\(outcome.error)")
  }

  private func error(_ arguments: [String]) throws -> String {
    let before = try FileManager.default.contentsOfDirectory(atPath: folder.url.path).sorted()
    let outcome = try run(arguments)
    #expect(outcome.status == 64 || outcome.status == 73, "\(outcome.error)")
    #expect(
      try FileManager.default.contentsOfDirectory(atPath: folder.url.path).sorted() == before)
    return outcome.error.split(separator: "\n").first.map(String.init) ?? ""
  }

  /// The bytes of all files of a folder, by path.
  private func files(_ name: String) throws -> [String: Data] {
    var files: [String: Data] = [:]
    for path in try FileManager.default.subpathsOfDirectory(atPath: folder.path(name)) {
      files[path] = try? Data(contentsOf: URL(filePath: "\(folder.path(name))/\(path)"))
    }
    return files
  }

  /// The metadata of every object that the consolidated metadata name, and of every one that is
  /// there, as text with sorted keys.
  private func metadata(
    _ name: String
  ) throws -> (consolidated: [String: String], own: [String: String]) {
    func json(_ path: String) throws -> [String: Any] {
      let data = try Data(contentsOf: URL(filePath: "\(folder.path(name))/\(path)"))
      return try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
    }
    func text(_ value: [String: Any]) throws -> String {
      var value = value
      value["consolidated_metadata"] = nil
      let data = try JSONSerialization.data(withJSONObject: value, options: .sortedKeys)
      return String(decoding: data, as: UTF8.self)
    }
    let isVersion3 = FileManager.default.fileExists(atPath: folder.path("\(name)/zarr.json"))
    let root = try json(isVersion3 ? "zarr.json" : ".zmetadata")
    let inline = root["consolidated_metadata"] as? [String: Any]
    let list = (isVersion3 ? inline?["metadata"] : root["metadata"]) as? [String: [String: Any]]
    let consolidated = try (list ?? [:]).mapValues(text)
    var own: [String: String] = [:]
    for path in try FileManager.default.subpathsOfDirectory(atPath: folder.path(name)) {
      let file = path.split(separator: "/").last.map(String.init) ?? ""
      if isVersion3, file == "zarr.json", path != file {
        own[String(path.dropLast("/zarr.json".count))] = try text(json(path))
      } else if !isVersion3, [".zgroup", ".zarray", ".zattrs"].contains(file) {
        own[path] = try text(json(path))
      }
    }
    return (consolidated, own)
  }

  /// Checks that a store has the results of an `.h5ad`, and all that a fixture has.
  private func check(_ name: String, group: String = "", of original: String) throws {
    let (known, found) = (
      try CellTables(readingAt: folder.path("known.h5ad")),
      try CellTables(readingAt: folder.path(name) + group)
    )
    for key in ["X_scharmonize", "X_scharmonize_latent", "X_pca"] {
      #expect(try found.embedding(key) == known.embedding(key), "\(key)")
    }
    let (input, output) = (
      try CellFile(readingAt: Self.made(original)), try CellFile(readingAt: folder.path(name))
    )
    for column in input.columnNames {
      #expect(try output.column(column) == input.column(column), "\(column)")
    }
    #expect(output.varColumnNames.contains("scharmonize_gene"))
    var (expected, written) = ([Double](), [Double]())
    try input.forEachRowBlock(as: Double.self) { expected += $0.values }
    try output.forEachRowBlock(as: Double.self) { written += $0.values }
    #expect(expected == written)
  }

  @Test(arguments: ["v2.zarr", "v3.zarr", "v3_shards.zarr.zip", "spatial.zarr.zip"])
  func `a copy has the result and everything else`(name: String) throws {
    try succeed([Self.made("zarr.h5ad"), "-o", "known.h5ad"])
    try succeed([Self.made(name), "-o", "out.zarr"])
    try check("out.zarr", of: name)
    let (consolidated, own) = try metadata("out.zarr")
    // The tables of the SpatialData of the fixtures have no consolidated metadata.
    if !name.hasPrefix("spatial") { #expect(consolidated == own) }
    // The same once more, in the place of the first.
    let first = try files("out.zarr")
    try succeed([Self.made(name), "-o", "out.zarr"])
    #expect(try files("out.zarr").keys == first.keys)
    let names = try FileManager.default.contentsOfDirectory(atPath: folder.url.path)
    #expect(names.sorted() == ["known.h5ad", "out.zarr"])
  }

  @Test(arguments: ["v2.zarr", "v3.zarr"])
  func `a store gets the result in place, and again`(name: String) throws {
    try succeed([Self.made("zarr.h5ad"), "-o", "known.h5ad"])
    try copy(name)
    let before = try files("x.zarr")
    for _ in 0..<2 {
      try succeed(["x.zarr", "--in-place"])
      try check("x.zarr", of: name)
      let (consolidated, own) = try metadata("x.zarr")
      #expect(consolidated == own)
      let after = try files("x.zarr")
      let lists: Set = [
        "zarr.json", ".zmetadata", "obs/zarr.json", "var/zarr.json", "obs/.zattrs", "var/.zattrs",
      ]
      for (path, bytes) in before where !lists.contains(path) {
        #expect(after[path] == bytes, "\(path)")
      }
    }
    let names = try FileManager.default.contentsOfDirectory(atPath: folder.url.path)
    #expect(names.sorted() == ["known.h5ad", "x.zarr"])
  }

  @Test func `a copy without expression`() throws {
    try succeed([Self.made("v3.zarr"), "-o", "out.zarr", "--embedding-only"])
    let names = try FileManager.default.contentsOfDirectory(atPath: folder.path("out.zarr"))
    #expect(Set(names).isDisjoint(with: ["X", "layers", "raw"]) && names.contains("obsm"))
    let (consolidated, own) = try metadata("out.zarr")
    #expect(consolidated == own)
  }

  @Test func `new cells are mapped to a copy of their store`() throws {
    try succeed([
      Self.made("zarr.h5ad"), "--model", "m.h5", "--label-key", "ordered", "-o", "o.npy",
    ])
    var columns: [[String?]] = []
    for (input, output) in [("zarr.h5ad", "mapped.h5ad"), ("v2.zarr", "mapped.zarr")] {
      let outcome = try Program.run(
        ["map", "m.h5", Self.made(input), "--batch-key", "batch", "-o", output, "--quiet"],
        in: folder.url)
      #expect(outcome.status == 0, "\(outcome.error)")
      columns.append(
        try CellTables(readingAt: folder.path(output)).column("scharmonize_label").labels())
    }
    #expect(columns[0] == columns[1])
    let outcome = try Program.run(
      [
        "map", "m.h5", Self.made("v2.zarr"), "--batch-key", "batch", "-o", "x.zarr",
        "--with-reference", "--quiet",
      ], in: folder.url)
    #expect(outcome.status == 64)
    #expect(
      outcome.error.hasPrefix(
        "Error: a .zarr output is a copy of the new cells and cannot hold the reference"),
      "\(outcome.error)")
  }

  @Test func `outputs that cannot be`() throws {
    let one =
      "Error: a .zarr output is a copy of the input, which has to be one zarr store of an "
      + "AnnData; give '-o FILE.h5ad'"
    #expect(try error([Self.made("zarr.h5ad"), "-o", "out.zarr"]) == one)
    #expect(try error([Self.made("v2.zarr"), Self.made("v3.zarr"), "-o", "out.zarr"]) == one)
    #expect(try error([Self.made("mudata.zarr.zip"), "-o", "out.zarr"]) == one)
    #expect(
      try error([Self.made("v3_gzip.zarr.zip"), "--in-place"])
        == "Error: '--in-place' adds the result to a zarr store in a folder, and "
        + "'\(Self.made("v3_gzip.zarr.zip"))' is an archive; give '-o FILE.zarr'")
    try FileManager.default.createDirectory(
      atPath: folder.path("kept.zarr/pictures"), withIntermediateDirectories: true)
    #expect(
      try error([Self.made("v3.zarr"), "-o", "kept.zarr"])
        == "Error: cannot create 'kept.zarr': there is a folder of that name that is no zarr store")
    try Data("x".utf8).write(to: folder.url.appending(path: "file.zarr"))
    #expect(
      try error([Self.made("v3.zarr"), "-o", "file.zarr"])
        == "Error: cannot create 'file.zarr': a zarr store is a folder, but there is a file of that name"
    )
  }

  /// Runs that are killed while they write in place leave a store in which all that its metadata name
  /// is there, and all that was there is whole.
  @Test func `stores are whole after a kill at any moment`() throws {
    try succeed([Self.made("zarr.h5ad"), "-o", "known.h5ad"])
    var random = SystemRandomNumberGenerator()
    for name in ["v2.zarr", "v3.zarr"] {
      try copy(name)
      let before = try files("x.zarr")
      for number in 0..<(isNightly ? 100 : 8) {
        let run = try Program.start(
          ["x.zarr", "--in-place"] + small.dropLast(), in: folder.url)
        run.wait(for: "writing")
        usleep(UInt32.random(in: 0...30_000, using: &random))
        run.send(SIGKILL)
        let outcome = try run.wait()
        let what = Comment(rawValue: "kill \(number) of \(name), ended with \(outcome.status)")
        let (consolidated, own) = try metadata("x.zarr")
        for (key, value) in consolidated
        where !["obs", "var", "obs/.zattrs", "var/.zattrs"].contains(key) {
          #expect(own[key] == value, what)
        }
        let after = try files("x.zarr")
        for (path, bytes) in before where path.contains("/c/") || path.hasPrefix("X/") {
          #expect(after[path] == bytes, what)
        }
        let file = try CellFile(readingAt: folder.path("x.zarr"))
        for column in file.columnNames { _ = try file.column(column) }
        for key in try CellTables(readingAt: folder.path("x.zarr")).embeddingNames {
          _ = try CellTables(readingAt: folder.path("x.zarr")).embedding(key)
        }
      }
      try succeed(["x.zarr", "--in-place"])
      try check("x.zarr", of: name)
      let (consolidated, own) = try metadata("x.zarr")
      #expect(consolidated == own)
      let names = try FileManager.default.contentsOfDirectory(atPath: folder.url.path)
      #expect(names.filter { $0.hasSuffix(".tmp") }.isEmpty, "\(names)")
    }
  }
}
