internal import CellFiles
internal import CountData
internal import Support

/// A file's cells that are read once more after a plan, with their counts of the selected genes.
struct PlannedRows {
  let plan: StepPlan
  let input: Int
  let cells: CellFile
  private let numbers: [Int32]
  private let totals: [Double]
  private let checksums: [UInt64]

  /// Opens one of the plan's files.
  ///
  /// - Throws: ``StepError``; errors of reading.
  init(of path: String, _ plan: StepPlan, _ resources: StepResources) throws {
    self.plan = plan
    (input, cells) = try plan.open(path, resources)
    numbers = try plan.geneNumbers(ofInput: input)
    totals = try plan.values("totals", ofInput: input)
    checksums = try plan.values("checksums", ofInput: input)
  }

  /// Reads the file block by block, and checks that cells have the counts of the scan.
  ///
  /// - Parameters:
  ///   - isTaken: A flag for each cell that is true if its counts are needed; `nil` for all.
  ///   - body: Receives the cells of a block, their totals, and the packed counts of those taken.
  /// - Throws: ``StepError/inputChanged(path:)``; errors of reading and of `body`.
  func forEachBlock(
    isTaken: [Bool]? = nil, _ body: (Range<Int>, ArraySlice<Double>, PackedRows) throws -> Void
  ) throws {
    let (numbers, inBytes, checksums) = (numbers, plan.header.inBytes, checksums)
    try cells.forEachRowBlock(
      as: Float.self,
      map: { block in
        let range = block.firstRow..<block.firstRow + block.rowCount
        guard block.checksums.elementsEqual(checksums[range]) else {
          throw StepError.inputChanged(path: cells.path)
        }
        return (
          range,
          PackedRows(block, numbers: numbers, inBytes: inBytes, isTaken: isTaken)
        )
      }
    ) { range, packed in try body(range, totals[range], packed) }
  }
}

/// Packs the counts of the cells of one file that the training looks at: the third step.
///
/// - Parameters:
///   - path: The file.
///   - planPath: The plan.
///   - output: The file to create or replace.
///   - resources: The resources of the step.
/// - Returns: The number of cells packed.
/// - Throws: ``StepError``; `OutputError`; errors of reading.
package func pack(
  _ path: String, plan planPath: String, to output: String, _ resources: StepResources
) throws -> Int {
  let plan = try StepPlan(readingAt: planPath)
  let rows = try PlannedRows(of: path, plan, resources)
  let flags: [UInt8] = try plan.values("packed", ofInput: rows.input)
  let isTaken = flags.map { $0 != 0 }
  let context = resources.context([.gathering: 1])
  var file = try StepFileWriter(
    to: output, .pack, from: StepOrigins(plan: plan.file.identity, input: rows.input))
  var records = PackedRecords()
  file.begin()
  try rows.forEachBlock(isTaken: isTaken) { range, _, packed in
    try file.append(packed.bytes)
    records.append(packed.rows)
    try context.report(.gathering, Double(range.upperBound) / Double(isTaken.count))
  }
  file.end("records")
  try records.write(to: &file)
  try file.write(header: ["cells": records.count])
  try file.finish()
  return records.count
}

/// The descriptions of the records of a pack, in the order of the cells.
private struct PackedRecords {
  private var values: [Int32] = []
  private var bytes: [Int32] = []
  private var totals: [Float] = []
  private var larger: [UInt8] = []

  var count: Int { values.count }

  mutating func append(_ rows: [PackedRows.Row]) {
    for row in rows {
      values.append(Int32(row.values))
      bytes.append(Int32(row.bytes))
      totals.append(row.total)
      larger.append(row.hasLarger ? 1 : 0)
    }
  }

  func write(to file: inout StepFileWriter) throws {
    try file.write("values", values)
    try file.write("bytes", bytes)
    try file.write("totals", totals)
    try file.write("larger", larger)
  }
}

/// Reads the records of a pack in groups, in the order of the cells.
///
/// - Parameters:
///   - file: The pack.
///   - count: The number of its cells, by the plan.
///   - body: Receives the first record's number and a group of records.
/// - Throws: ``StepError``; errors of `body`.
func forEachPackedGroup(
  of file: StepFile, count: Int, _ body: (Int, PackedRows) throws -> Void
) throws {
  let values: [Int32] = try file.values("values", count: count)
  let bytes: [Int32] = try file.values("bytes", count: count)
  let totals: [Float] = try file.values("totals", count: count)
  let larger: [UInt8] = try file.values("larger", count: count)
  guard zip(values, bytes).allSatisfy({ 0 <= $0 && 3 * $0 <= $1 }) else {
    throw StepError.damaged(path: file.path, problem: "its records are shorter than their values")
  }
  let groups = stride(from: 0, to: count, by: 1024).map { $0..<min($0 + 1024, count) }
  var group = 0
  try file.forEachPiece(
    of: "records",
    lengths: groups.map { $0.reduce(0) { $0 + Int(bytes[$1]) } }
  ) { piece in
    let range = groups[group]
    group += 1
    try body(
      range.lowerBound,
      PackedRows(
        rows: range.map {
          PackedRows.Row(
            values: Int(values[$0]), bytes: Int(bytes[$0]), hasLarger: larger[$0] != 0,
            total: totals[$0])
        }, bytes: piece))
  }
}
