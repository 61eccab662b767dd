import CellFiles
import Foundation
import Testing
import TestSupport

/// Where `Tests/Fixtures/check_written_files.py` is to find files that were written here.
private let inspectionFolder = ProcessInfo.processInfo.environment["SCHARMONIZE_WRITE_TO"]

/// Writes a copy of every real file, for anndata itself to read.
@Suite(
  .enabled(
    if: inspectionFolder != nil && TestFiles.shared != nil,
    "name a folder in SCHARMONIZE_WRITE_TO, for check_written_files.py"))
struct `Writing: files for inspection` {
  func folder(_ name: String) throws -> URL {
    let folder = URL(filePath: try #require(inspectionFolder)).appending(path: name)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    return folder
  }

  static func inputs(_ endings: String...) throws -> [URL] {
    let shared = try #require(TestFiles.shared)
    return try ["formats", "data"].flatMap { folder in
      try FileManager.default.contentsOfDirectory(
        at: shared.appending(path: folder), includingPropertiesForKeys: nil)
    }
    .filter { endings.contains($0.pathExtension) }.sorted { $0.path < $1.path }
  }

  func additions(cells: Int, inputs: [URL]) -> AnnDataAdditions {
    var additions = AnnDataAdditions()
    additions.obsm["X_scharmonize"] = DenseTable(
      rows: cells, columns: 2, values: (0..<2 * cells).map { Float($0) / 4 })
    additions.uns["scharmonize"] = [
      "inputs": .strings(inputs.map(\.lastPathComponent)), "version": "1.0.0", "seed": 7,
      "loss": .doubles([2, 1.5]), "align": true, "options": ["epochs": 3],
    ]
    return additions
  }

  @Test func `copies`() throws {
    let (whole, small) = (try folder("whole"), try folder("small"))
    for input in try Self.inputs("h5ad") {
      let cells: Int
      do {
        cells = try CellFile(readingAt: input.path).cellCount
      } catch CellFileError.noMatrix {
        cells = 10
      }
      let additions = additions(cells: cells, inputs: [input])
      try writeCopy(
        of: input.path, to: whole.appending(path: input.lastPathComponent).path,
        adding: additions)
      try writeCopyWithoutExpression(
        of: input.path, to: small.appending(path: input.lastPathComponent).path,
        adding: additions)
    }
  }

  @Test func `joined files`() throws {
    let joined = try folder("joined")
    let inputs = try Self.inputs("h5", "h5ad")
    var groups = inputs.filter { $0.pathExtension == "h5" }.map { [$0] }
    let data = inputs.filter { $0.path.contains("/data/") }
    for first in data {
      for second in data where second != first { groups.append([first, second]) }
    }
    groups.append(data)
    groups += [
      ["anndataR_example", "anndataR_example"], ["anndata_v0.5.0", "scvi_pbmc_5k_protein_v3"],
    ]
    .map { names in
      names.compactMap { name in
        inputs.first { $0.deletingPathExtension().lastPathComponent == name }
      }
    }
    for (number, group) in groups.enumerated() {
      let files = try group.map { try CellFile(readingAt: $0.path) }
      let cells = try JoinedCells(files, batchKey: nil, allowingOneBatch: true)
      try writeJoined(
        to: joined.appending(path: "\(number).h5ad").path, cells: cells,
        usedGenes: [Bool](repeating: true, count: cells.geneCount),
        adding: additions(cells: cells.cellCount, inputs: group))
    }
  }

  /// Each matrix of the table that is no `.h5ad` and no 10x file, under its number in the table.
  @Test func `other formats`() throws {
    let others = try folder("others")
    for (number, known) in KnownMatrix.all.enumerated() {
      guard let path = known.path, !["h5ad", "h5"].contains(URL(filePath: path).pathExtension)
      else { continue }
      let file = try CellFile(readingAt: path, options: known.readingOptions)
      let cells = try JoinedCells([file], batchKey: nil, allowingOneBatch: true)
      try writeJoined(
        to: others.appending(path: "\(number).h5ad").path, cells: cells,
        usedGenes: [Bool](repeating: true, count: cells.geneCount),
        adding: additions(cells: cells.cellCount, inputs: [URL(filePath: path)]))
    }
  }

  @Test func `values of their own`() throws {
    let dense = try folder("dense")
    let inputs = try Self.inputs("h5", "h5ad")
    let data = inputs.filter { $0.path.contains("/data/") && $0.pathExtension == "h5ad" }
    for (number, group) in (inputs.map { [$0] } + [data]).enumerated() {
      let files: [CellFile]
      do {
        files = try group.map { try CellFile(readingAt: $0.path) }
      } catch CellFileError.noMatrix {
        continue
      }
      let cells = try JoinedCells(files, batchKey: nil, allowingOneBatch: true)
      let genes = Array(stride(from: 0, to: min(cells.geneCount, 600), by: 3))
      try writeJoined(
        to: dense.appending(path: "\(number).h5ad").path, cells: cells, genes: genes,
        batchColumn: group.count > 1 ? "batch" : nil,
        adding: additions(cells: cells.cellCount, inputs: group)
      ) { rows in
        rows.flatMap { row in genes.map { gene in Float(row) + Float(gene) / 1024 } }
      }
    }
  }

  @Test func `10x files`() throws {
    let tenX = try folder("10x")
    for input in try Self.inputs("h5") {
      let file = try CellFile(readingAt: input.path)
      try writeTenX(
        to: tenX.appending(path: input.lastPathComponent).path, barcodes: Array(file.cellNames),
        features: file.genes.map {
          TenXFeature(id: $0.id ?? $0.name, name: $0.name, genome: "GRCh38")
        }, matrix: file)
    }
  }

  @Test func `tables`() throws {
    let tables = try folder("tables")
    let table = DenseTable(
      rows: 500, columns: 3, values: (0..<1500).map { Float($0) / 7 - 100 })
    let names = (0..<500).map { "cell, \"\($0)\"" }
    for format in TableFormat.allCases {
      try writeTable(
        to: tables.appending(path: "table\(format.ending)").path, cellNames: CellNames(names),
        table: table)
    }
  }
}
