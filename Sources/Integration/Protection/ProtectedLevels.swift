internal import CellFiles
internal import CountData
internal import NeuralNet
internal import Support
internal import Training

/// The levels of a factor whose differences stay: batches are compared within them only.
struct ProtectedLevels: Sendable {
  /// The column of `obs`.
  let column: String

  /// The names of the levels.
  let names: [String]

  /// The level of each cell; `(n)`.
  let ofCell: [Int32]

  /// The batches that hold cells of each level, ascending.
  let batchesOfLevel: [[Int]]

  /// A warning about batches that share no level with others.
  private(set) var diagnostics = Diagnostics()

  /// The levels within which cells are decoded as every batch.
  var decoded: DecodedLevels { DecodedLevels(ofCell: ofCell, batches: batchesOfLevel) }

  /// The levels as groups of cells.
  var assignment: BatchAssignment { BatchAssignment(names: names, batchOfCell: ofCell) }

  /// Reads and checks the levels; `nil` if the options protect nothing.
  ///
  /// - Parameters:
  ///   - options: The options of the run.
  ///   - cells: The cells.
  /// - Throws: ``ProtectionError``; errors of reading the column.
  init?(_ options: IntegrationOptions, of cells: CellDataset) throws {
    guard let column = options.protect else { return nil }
    self.column = column
    try options.checkProtection(of: column)
    let labels = try cells.column(named: column).flatMap { $0.labels() }
    let missing = labels.count { $0 == nil }
    if missing > 0 {
      throw ProtectionError.missing(
        column: column, count: missing, cells: labels.count,
        firstCell: cells.cellNames[labels.firstIndex { $0 == nil } ?? 0])
    }
    (names, ofCell) = Column.strings(labels).levels()
    guard names.count > 1 else {
      throw ProtectionError.oneLevel(column: column, level: names.first ?? "")
    }
    var batches = [Set<Int>](repeating: [], count: names.count)
    for (level, batch) in zip(ofCell, cells.batches.batchOfCell) {
      batches[Int(level)].insert(Int(batch))
    }
    batchesOfLevel = batches.map { $0.sorted() }
    let compared = batchesOfLevel.filter { $0.count > 1 }.reduce(into: Set()) { $0.formUnion($1) }
    guard !compared.isEmpty else {
      throw ProtectionError.isBatch(column: column, levels: names.count)
    }
    let alone = Set(batchesOfLevel.joined()).subtracting(compared).sorted()
    guard !alone.isEmpty else { return }
    let named = alone.prefix(5).map { "'\(cells.batches.names[$0])'" }.joined(separator: ", ")
    diagnostics.warnings.append(
      "\(counted(alone.count, "batch")) \(alone.count == 1 ? "shares" : "share") no level of the "
        + "protected '\(column)' with another batch and \(alone.count == 1 ? "is" : "are") not "
        + "corrected: \(named)" + (alone.count > 5 ? ", …" : ""))
  }
}

extension IntegrationOptions {
  /// Checks that no other option removes differences between protected levels.
  ///
  /// - Throws: ``ProtectionError/unsupported(column:setting:instead:)``.
  fileprivate func checkProtection(of column: String) throws(ProtectionError) {
    func refuse(_ setting: String, _ instead: String) -> ProtectionError {
      .unsupported(column: column, setting: setting, instead: instead)
    }
    if model.encoderNorm == .perBatch {
      throw refuse("`encoderNorm = per-batch`", "give `encoderNorm = batch`")
    }
    if model.decoderNorm == .perBatch {
      throw refuse("`decoderNorm = per-batch`", "give `decoderNorm = matched`")
    }
    if training.adversary > 0 {
      throw refuse("`adversary = \(plain(training.adversary))`", "leave it out")
    }
    if space == .latent {
      throw refuse("`space = latent`", "give `space = decoded`")
    }
  }
}
