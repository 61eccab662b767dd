internal import CellFiles
internal import CountData
internal import Numerics
internal import Support

/// The findings about one file that a plan needs: the first step.
package struct FileScan {
  /// The part of a scan's file beside its arrays.
  struct Header: Codable {
    var input: ScannedInput
    var choices: ScanChoices
    var batches: [String]
    var scales: [BatchScale]
    var largest: Float
    var stored: Int
    var overByte: Int
  }

  /// The most batches of one file; each takes a sum for every gene.
  static let mostBatches = 512

  private let header: Header
  private let batchOfCell: [Int32]
  private let summary: PartSummary
  private let moments: GeneMoments

  /// Reads a file once, checking every value.
  ///
  /// - Parameters:
  ///   - path: The file.
  ///   - choices: What is read of it.
  ///   - resources: The resources of the step.
  /// - Throws: ``StepError/unsupported(what:instead:)``; `CellFileError`, ``CountDataError`` and
  ///   `HDF5Error` about the file; errors of the receiver of the progress.
  package init(
    of path: String, _ choices: ScanChoices, _ resources: StepResources
  ) throws {
    let file = try CellFile(readingAt: path, options: choices.reading(resources))
    let batches = try Self.batches(of: file, choices.batchKey)
    var moments = GeneMoments(geneCount: file.geneCount, batches: batches.names.count)
    let budget = MemoryBudget(resources.memory)
    try budget.check(
      moments: moments.byteCount, alignment: 0, cells: file.cellCount, batches: batches.names.count)
    let context = resources.context([.reading: 1])
    let n = Double(file.cellCount)
    summary = try PartSummary(
      of: CellDataset.Part(file, sharedGenes: Array(0..<Int32(file.geneCount))),
      batches: batches.batchOfCell[...], batchNames: batches.names, cellNames: file.cellNames[...],
      choices.filter, moments: &moments, withChecksums: true
    ) { try context.report(.reading, Double($0) / n) }
    self.moments = moments
    batchOfCell = batches.batchOfCell
    header = Header(
      input: try ScannedInput(file, choices), choices: choices, batches: batches.names,
      scales: summary.batchScales, largest: summary.largest, stored: summary.stored,
      overByte: summary.overByte)
  }

  private static func batches(of file: CellFile, _ key: String?) throws -> BatchAssignment {
    guard let key else {
      return BatchAssignment(
        names: [file.path], batchOfCell: [Int32](repeating: 0, count: file.cellCount))
    }
    if key.contains(","), !file.columnNames.contains(key) {
      throw StepError.unsupported(
        what: "take several batch keys", instead: "give one, or integrate the files in one process")
    }
    let batches = try BatchAssignment(column: key, of: [file])
    guard batches.names.count <= mostBatches else {
      throw StepError.unsupported(
        what: "take a file of more than \(mostBatches) batches, and '\(file.path)' has "
          + "\(batches.names.count)",
        instead: "divide it, or integrate the files in one process")
    }
    return batches
  }

  /// The number of cells of the file.
  package var cells: Int { header.input.cells }

  /// The number of batches in the file.
  package var batches: Int { header.batches.count }

  /// Writes the findings.
  ///
  /// - Parameter path: The file to create or replace.
  /// - Throws: `OutputError`.
  package func write(to path: String) throws {
    var file = try StepFileWriter(to: path, .scan)
    try file.write(header: header)
    try file.write("totals", summary.totals)
    try file.write("expressed", summary.expressedGenes)
    try file.write("checksums", summary.checksums ?? [])
    try file.write("batches", batchOfCell)
    try file.write("moments/cells", moments.cells)
    try file.write("moments/sums", moments.sums)
    try file.finish()
  }
}

/// A scan that is read for a plan.
struct StoredScan {
  let file: StepFile
  let header: FileScan.Header

  /// Opens a scan.
  ///
  /// - Throws: ``StepError``.
  init(readingAt path: String) throws {
    file = try StepFile(readingAt: path, expecting: .scan)
    header = try file.header()
  }

  /// Reads the findings about the cells.
  func summary() throws(StepError) -> PartSummary {
    PartSummary(
      totals: try file.values("totals", count: header.input.cells),
      expressedGenes: try file.values("expressed", count: header.input.cells),
      batchScales: header.scales, largest: header.largest, stored: header.stored,
      overByte: header.overByte)
  }

  /// Reads the checksum of each cell's counts.
  func checksums() throws(StepError) -> [UInt64] {
    try file.values("checksums", count: header.input.cells)
  }

  /// Reads the number of each cell's batch among those of the file.
  func batchOfCell() throws(StepError) -> [Int32] {
    let batches: [Int32] = try file.values("batches", count: header.input.cells)
    guard batches.allSatisfy({ $0 >= 0 && Int($0) < header.batches.count }) else {
      throw .damaged(path: file.path, problem: "'batches' names none of its batches")
    }
    return batches
  }

  /// Reads the moments of the genes.
  func moments() throws(StepError) -> GeneMoments {
    GeneMoments(
      geneCount: header.input.genes,
      cells: try file.values("moments/cells", count: header.batches.count),
      sums: try file.values("moments/sums", count: header.batches.count * header.input.genes))
  }
}
