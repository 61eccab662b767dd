import CellFiles
import Foundation
import Testing
import TestSupport

/// Zarr stores through the whole program: the bytes of the `.h5ad` of the same object.
@Suite struct ZarrInputTests {
  let folder: TemporaryFolder
  private let small = ["--visits", "320", "--hidden-sizes", "16", "--quiet"]

  init() throws { folder = try TemporaryFolder() }

  private static func made(_ name: String) -> String {
    TestFiles.fixtures.appending(path: "formats/\(name)").path
  }

  /// The stores that hold the AnnData of `zarr.h5ad`.
  static let stores = [
    "v2.zarr", "v2_bits.zarr.zip", "v2_blosc.zarr.zip", "v2_lz4.zarr.zip", "v2_order.zarr.zip",
    "v3.zarr", "v3_auto.zarr.zip", "v3_crc.zarr.zip", "v3_first.zarr.zip", "v3_shards.zarr.zip",
    "spatial.zarr.zip", "spatial_two.zarr.zip/tables/cells",
  ]

  private func embedding(_ arguments: [String]) throws -> Data {
    let outcome = try Program.run(arguments + ["-o", "out.npy"] + small, in: folder.url)
    #expect(outcome.status == 0, "\(outcome.error)")
    return try Data(contentsOf: folder.url.appending(path: "out.npy"))
  }

  @Test(arguments: ["X", "raw", "csc", "dense"])
  func `every store gives the embedding of the .h5ad`(matrix: String) throws {
    let choice: [String] =
      switch matrix {
      case "X": []
      case "raw": ["--use-raw"]
      default: ["--layer", matrix]
      }
    let expected = try embedding([Self.made("zarr.h5ad"), "--batch-key", "batch"] + choice)
    for store in Self.stores {
      // The tables of SpatialData have fewer matrices here.
      if store.hasPrefix("spatial"), matrix == "raw" || matrix == "csc" { continue }
      #expect(
        try embedding([Self.made(store), "--batch-key", "batch"] + choice) == expected, "\(store)")
    }
  }

  @Test func `stores join with files of other formats`() throws {
    let expected = try embedding([Self.made("zarr.h5ad"), Self.made("mtx_v3")])
    try FileManager.default.createSymbolicLink(
      at: folder.url.appending(path: "zarr.zarr"),
      withDestinationURL: URL(filePath: Self.made("v3.zarr")))
    #expect(try embedding(["zarr.zarr", Self.made("mtx_v3")]) == expected)
  }

  @Test func `an .h5ad of a store has its counts and columns`() throws {
    let outcome = try Program.run(
      [Self.made("v3_shards.zarr.zip"), "--batch-key", "batch", "-o", "out.h5ad"] + small,
      in: folder.url)
    #expect(outcome.status == 0, "\(outcome.error)")
    let input = try CellFile(readingAt: Self.made("zarr.h5ad"))
    let output = try CellFile(readingAt: folder.path("out.h5ad"))
    #expect(output.cellNames == input.cellNames)
    for column in input.columnNames {
      #expect(try output.column(column).labels() == input.column(column).labels(), "\(column)")
    }
    #expect(
      try CellTables(readingAt: folder.path("out.h5ad")).embeddingNames.contains("X_scharmonize"))
  }

  @Test func `new cells in a store are mapped, and its embeddings evaluated`() throws {
    let trained = try Program.run(
      [Self.made("zarr.h5ad"), "--batch-key", "batch", "--model", "m.h5", "-o", "out.npy"] + small,
      in: folder.url)
    #expect(trained.status == 0, "\(trained.error)")
    var mapped: [Data] = []
    for input in ["zarr.h5ad", "v2_blosc.zarr.zip"] {
      let outcome = try Program.run(
        ["map", "m.h5", Self.made(input), "--batch-key", "batch", "-o", "mapped.npy", "--quiet"],
        in: folder.url)
      #expect(outcome.status == 0, "\(outcome.error)")
      mapped.append(try Data(contentsOf: folder.url.appending(path: "mapped.npy")))
    }
    #expect(mapped[0] == mapped[1])
    var scores: [String] = []
    for input in ["zarr.h5ad", "v3.zarr"] {
      let outcome = try Program.run(
        ["evaluate", Self.made(input), "--batch-key", "batch", "--embedding", "X_pca", "--quiet"],
        in: folder.url)
      #expect(outcome.status == 0, "\(outcome.error)")
      scores.append(outcome.output.replacing(Self.made(input), with: "x"))
    }
    #expect(scores[0] == scores[1] && !scores[0].isEmpty)
  }

  @Test func `steps over files take a store`() throws {
    var scans: [Data] = []
    for input in ["zarr.h5ad", "v3_first.zarr.zip"] {
      // The name of the input is in the scan.
      let link = folder.url.appending(path: "input")
      try? FileManager.default.removeItem(at: link)
      try FileManager.default.createSymbolicLink(
        at: link, withDestinationURL: URL(filePath: Self.made(input)))
      let outcome = try Program.run(
        ["scan", "input", "--batch-key", "batch", "-o", "x.scan", "--quiet"], in: folder.url)
      #expect(outcome.status == 0, "\(outcome.error)")
      scans.append(try Data(contentsOf: folder.url.appending(path: "x.scan")))
    }
    #expect(scans.count == 2)
  }
}
