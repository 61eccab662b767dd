public import Machine

/// A column of `obs` that has one value in each batch, so that no batch tells its values apart.
public struct FixedColumn: Sendable, Equatable {
  /// The column's name.
  public var name: String

  /// The number of different values that occur, at least two.
  public var levels: Int

  /// Makes a column of its parts.
  public init(name: String, levels: Int) {
    self.name = name
    self.levels = levels
  }
}

/// Finds the columns whose values follow from the batch.
///
/// What differs between the values of such a column, as between a treatment and its control, differs
/// between batches too, and is removed with them. Columns with as many values as there are batches
/// are usually other names of these; they count only where they are named as conditions are.
///
/// - Parameters:
///   - files: The files, one below the other.
///   - batches: The batch of each of their cells.
///   - keys: The columns that name the batches.
/// - Returns: The columns, in the order of the files. Cells without a value say nothing, and a column
///   that cannot be read is passed over.
public func fixedColumns(
  of files: [CellFile], batches: Sources, keys: [String]
) -> [FixedColumn] {
  guard batches.names.count > 1 else { return [] }
  return files.allColumnNames.filter { !keys.contains($0) }.compactMap { name in
    var value = [String?](repeating: nil, count: batches.names.count)
    var first = 0
    var parts: [(cells: Range<Int>, column: Column)] = []
    for file in files {
      let cells = first..<first + file.cellCount
      first = cells.upperBound
      guard file.columnNames.contains(name) else { continue }
      guard let column = file.columnIfReadable(name).column else { return nil }
      parts.append((cells, column))
    }
    for (part, column) in zip(parts, Column.unified(parts.map(\.column))) {
      let labels = column.withPlaceholdersMissing()
      guard labels.fixes(&value, batches.ofCell[part.cells]) else { return nil }
    }
    let levels = Set(value.compactMap(\.self)).count
    guard levels > 1, levels < batches.names.count || soundsLikeCondition(name) else { return nil }
    return FixedColumn(name: name, levels: levels)
  }
}

/// Returns one sentence that names the columns whose values follow from the batch.
///
/// - Parameters:
///   - columns: The columns.
///   - keys: The columns that name the batches, each by itself; none where each file is one.
/// - Returns: The sentence; `nil` without a column.
public func fixedColumnNotice(_ columns: [FixedColumn], keys: [String]) -> String? {
  guard !columns.isEmpty else { return nil }
  let most = 8
  // A long table of cells has many such columns; those that name a condition matter most.
  let sorted =
    columns.filter { soundsLikeCondition($0.name) }
    + columns.filter { !soundsLikeCondition($0.name) }
  let named = sorted.prefix(most).map { "'\($0.name)' (\($0.levels) values)" }
  let list =
    named.joined(separator: ", ")
    + (columns.count > most ? " and \(columns.count - most) more columns" : "")
  let by = keys.map { "'\($0)'" }
  let batch =
    by.count < 2
    ? by.first.map { "batch by \($0)" } ?? "file, and so each batch,"
    : "batch by \(by.dropLast().joined(separator: ", ")) or \(by[by.count - 1])"
  return
    "each \(batch) has one value of \(list); what differs between these values is removed along "
    + "with the batch, so do not compare them after the correction, unless batches that were "
    + "measured together are named as one"
}

extension Column {
  /// Notes the value of each batch, and tells whether each has only one.
  ///
  /// - Parameters:
  ///   - value: The value of each batch, as found so far.
  ///   - batches: The batch of each row.
  /// - Returns: Whether no batch has a second value.
  fileprivate func fixes(_ value: inout [String?], _ batches: ArraySlice<Int32>) -> Bool {
    func check<Value: Hashable>(_ values: [Value?], _ label: (Value) -> String) -> Bool {
      var found = [Value?](repeating: nil, count: value.count)
      for (row, batch) in zip(values, batches) {
        guard let row else { continue }
        guard let before = found[Int(batch)] else {
          found[Int(batch)] = row
          continue
        }
        if before != row { return false }
      }
      for (batch, row) in found.enumerated() {
        guard let row else { continue }
        let label = label(row)
        if let before = value[batch], before != label { return false }
        value[batch] = label
      }
      return true
    }
    return switch self {
    case .strings(let values): check(values) { $0 }
    case .categorical(let codes, let categories, _):
      check(codes.map { $0 < 0 ? nil : $0 }) { categories[Int($0)] }
    case .integers(let values): check(values) { "\($0)" }
    case .floats(let values):
      check(values.map { $0.isNaN ? nil : $0 }) {
        $0.rounded() == $0 && abs($0) < 1e15 ? "\(Int($0))" : "\($0)"
      }
    case .booleans(let values): check(values) { $0 ? "True" : "False" }
    }
  }
}

/// Beginnings of words that name what an experiment compares, as in "TreatmentGroup".
private let conditionWords = [
  "condition", "treat", "disease", "diagnos", "stim", "genotype", "perturb", "drug", "dose",
  "dosage",
  "timepoint", "phenotype", "status", "severity", "outcome", "response", "responder", "knockout",
  "infect", "tumor", "tumour", "healthy", "control", "tissue", "organ", "species", "group",
]

/// Whether a column is named as those are that an experiment compares.
private func soundsLikeCondition(_ name: String) -> Bool {
  let words = words(in: name)
  return words.contains { word in
    ["sex", "gender", "age", "time", "day", "stage", "ko", "wt"].contains(word)
      || conditionWords.contains { word.hasPrefix($0) }
  }
}
