internal import CellFiles
internal import CountData
internal import NeuralNet
internal import Support

/// The labels of cells that define which cells of batches are compared.
struct TrainingLabels: Sendable {
  /// A text that stands for a missing label, and the number of cells that have it.
  struct Placeholder: Equatable, Sendable {
    let text: String
    let cells: Int
  }

  /// The texts that stand for a missing label unless the options name one, besides missing values,
  /// "nan" and white space.
  static let placeholders: Set<String> = [
    "unknown", "Unknown", "unlabelled", "Unlabelled", "unlabeled", "Unlabeled", "NA",
  ]

  /// The maximum number of labels.
  static let limit = 500

  /// The column of `obs`.
  let column: String

  /// The names of the labels, sorted.
  let names: [String]

  /// The label of each cell, −1 for none; `(n)`.
  let ofCell: [Int32]

  /// The number of cells of each label.
  let cellCounts: [Int]

  /// The batches that hold cells of each label.
  let batchesOfLabel: [Set<Int>]

  /// The number of batches that hold cells of each label.
  var batchCounts: [Int] { batchesOfLabel.map(\.count) }

  /// The texts that were taken for a missing label, sorted.
  let placeholders: [Placeholder]

  /// The number of cells without a label.
  let missing: Int

  /// A notice about cells without a label.
  private(set) var diagnostics = Diagnostics()

  /// Reads and checks the labels; `nil` if the options name none.
  ///
  /// - Parameters:
  ///   - options: The options of the run.
  ///   - cells: The cells.
  /// - Throws: ``TrainingLabelError``; errors of reading the column.
  init?(_ options: IntegrationOptions, of cells: CellDataset) throws {
    guard let column = options.trainLabels else { return nil }
    self.column = column
    try options.checkTrainingLabels()
    let keys = (cells.batchKey ?? "").split(separator: ",").map(\.trimmed)
    guard column != cells.batchKey, !keys.contains(column) else {
      throw TrainingLabelError.isBatchKey(column: column)
    }
    let values = try cells.column(named: column).flatMap { $0.labels() }
    let standIns = options.unlabelled.map { [$0] } ?? Self.placeholders
    var found: [String: Int] = [:]
    let labels = values.map { label -> String? in
      guard let label, standIns.contains(label) else { return label }
      found[label, default: 0] += 1
      return nil
    }
    placeholders = found.sorted { $0.key < $1.key }.map {
      Placeholder(text: $0.key, cells: $0.value)
    }
    missing = labels.count { $0 == nil }
    (names, ofCell) = Column.strings(labels).levels()
    var cellCounts = [Int](repeating: 0, count: names.count)
    var batches = [Set<Int>](repeating: [], count: names.count)
    for (label, batch) in zip(ofCell, cells.batches.batchOfCell) where label >= 0 {
      cellCounts[Int(label)] += 1
      batches[Int(label)].insert(Int(batch))
    }
    self.cellCounts = cellCounts
    batchesOfLabel = batches
    try check(cells)
    if let unlabelled = options.unlabelled, found.isEmpty {
      throw TrainingLabelError.noSuchPlaceholder(column: column, text: unlabelled, names: names)
    }
    if missing > 0 { diagnostics.notices.append(notice(of: labels.count)) }
  }

  /// Checks that the labels can match cells of different batches.
  private func check(_ cells: CellDataset) throws(TrainingLabelError) {
    let labelled = cells.count - missing
    guard let first = names.first else {
      throw .noLabel(column: column, cells: cells.count)
    }
    guard cells.batches.names.count > 1 else { throw .oneBatch(column: column) }
    guard names.count > 1 else {
      throw .oneLabel(column: column, label: first, cells: labelled)
    }
    guard !cells.batchKeys.contains(where: isWithin) else {
      throw .isBatch(column: column, labels: names.count)
    }
    guard names.count <= Self.limit, 2 * names.count <= labelled else {
      throw .tooManyLabels(
        column: column, labels: names.count, cells: labelled, limit: Self.limit)
    }
  }

  /// Returns whether several levels of a batch key have labels, and no two of them the same.
  ///
  /// Labels of a single batch reach the others through cells of similar expression.
  private func isWithin(_ key: BatchAssignment) -> Bool {
    var levelOfLabel = [Int32](repeating: -1, count: names.count)
    for (label, level) in zip(ofCell, key.batchOfCell) where label >= 0 {
      let known = levelOfLabel[Int(label)]
      guard known < 0 || known == level else { return false }
      levelOfLabel[Int(label)] = level
    }
    return Set(levelOfLabel).count > 1
  }

  /// A sentence about the cells without a label.
  private func notice(of cells: Int) -> String {
    let words = placeholders.map { "'\($0.text)' (\(counted($0.cells, "cell")))" }
    let blank = missing - placeholders.reduce(0) { $0 + $1.cells }
    return "\(grouped(missing)) of \(counted(cells, "cell")) count as unlabelled in '\(column)': "
      + listed(words + (blank > 0 ? ["no value (\(counted(blank, "cell")))"] : []))
  }
}

extension IntegrationOptions {
  /// Checks that labels have an effect with the other options.
  ///
  /// - Throws: ``TrainingLabelError/unsupported(setting:instead:)``.
  fileprivate func checkTrainingLabels() throws(TrainingLabelError) {
    if composition == .equal {
      throw .unsupported(
        setting: "`composition = equal`, which compares whole batches,",
        instead: "give `composition = matched`")
    }
    if model.decoderNorm != .matched {
      throw .unsupported(
        setting: "`decoderNorm = \(model.decoderNorm.rawValue)`, which compares whole batches,",
        instead: "give `decoderNorm = matched`")
    }
    if protect != nil {
      throw .unsupported(setting: "`protect`", instead: "leave one of the two out")
    }
  }
}
