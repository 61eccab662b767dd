package import Support
/// A column of `obs` with a single value in each batch, so that its values are confounded with
/// batches.
package struct FixedColumn: Sendable, Equatable {
  /// The column's name.
  package var name: String

  /// The value of each batch; `nil` for a batch whose cells have none.
  package var ofBatch: [String?]

  /// The number of distinct values, at least two.
  package var levels: Int { Set(ofBatch.compactMap(\.self)).count }

  /// Makes a column from its parts.
  package init(name: String, ofBatch: [String?]) {
    self.name = name
    self.ofBatch = ofBatch
  }

  /// The column's name and its number of values, as messages have them.
  package var words: String { "'\(name)' (\(levels) values)" }

  /// Returns whether all batches that hold cells of a group have the same value.
  ///
  /// The column's differences then are differences between groups.
  ///
  /// - Parameter groups: The batches with cells of each group.
  /// - Returns: `true` if that holds for each group.
  package func isConstant(within groups: [Set<Int>]) -> Bool {
    groups.allSatisfy { batches in Set(batches.compactMap { ofBatch[$0] }).count < 2 }
  }
}

/// Finds the columns whose values are determined by the batch.
///
/// A difference between the values of such a column, such as treatment and control, is also a
/// difference between batches. Batch correction removes it. A column with as many values as batches
/// is usually another name of the batches, so it counts only if its name suggests a condition.
///
/// - Parameters:
///   - files: The files, concatenated in this order.
///   - batches: The batch of each cell.
///   - keys: The columns that name the batches.
/// - Returns: The columns, in the order of the files. Cells without a value are ignored, and
///   unreadable columns are skipped.
package func fixedColumns(
  of files: [CellFile], batches: BatchAssignment, keys: [String]
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
      guard labels.fixes(&value, batches.batchOfCell[part.cells]) else { return nil }
    }
    let levels = Set(value.compactMap(\.self)).count
    guard levels > 1, levels < batches.names.count || soundsLikeCondition(name) else { return nil }
    return FixedColumn(name: name, ofBatch: value)
  }
}

/// Returns one sentence that names the columns whose values are determined by the batch.
///
/// - Parameters:
///   - columns: The columns.
///   - keys: The columns that name the batches, each alone; empty if each file is a batch.
///   - groups: The groups of cells within which alone batches are compared, such as `label of
///     'cell_type'`. The default is `nil`, for whole batches or the populations that they share.
/// - Returns: The sentence; `nil` if there are no columns.
package func fixedColumnNotice(
  _ columns: [FixedColumn], keys: [String], within groups: String? = nil
) -> String? {
  guard !columns.isEmpty else { return nil }
  let most = 8
  // A wide table has many such columns; those whose names suggest a condition matter most.
  let sorted =
    columns.filter { soundsLikeCondition($0.name) }
    + columns.filter { !soundsLikeCondition($0.name) }
  let named = sorted.prefix(most).map(\.words)
  let list =
    named.joined(separator: ", ")
    + (columns.count > most ? " and \(columns.count - most) more columns" : "")
  let by = keys.map { "'\($0)'" }
  let batch =
    by.count < 2
    ? by.first.map { "batch of \($0)" } ?? "file, and so each batch,"
    : "batch of \(by.dropLast().joined(separator: ", ")) or \(by[by.count - 1])"
  return
    "each \(batch) has one value of \(list); differences between these values are removed "
    + "with the batch effect"
    + (groups.map { " within each \($0), and differences between those are kept" } ?? "")
    + "; to compare them after the correction, give batches that were measured together the same "
    + (groups == nil ? "label" : "name")
}

extension Column {
  /// Records the value of each batch, and returns whether each batch has only one.
  ///
  /// - Parameters:
  ///   - value: The value of each batch, as found so far.
  ///   - batches: The batch of each row.
  /// - Returns: `true` if no batch has a second value.
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

/// Beginnings of words that name an experimental condition, as in "TreatmentGroup".
private let conditionWords = [
  "condition", "treat", "disease", "diagnos", "stim", "genotype", "perturb", "drug", "dose",
  "dosage",
  "timepoint", "phenotype", "status", "severity", "outcome", "response", "responder", "knockout",
  "infect", "tumor", "tumour", "healthy", "control", "tissue", "organ", "species", "group",
]

/// Returns whether a column's name suggests an experimental condition.
private func soundsLikeCondition(_ name: String) -> Bool {
  let words = words(in: name)
  return words.contains { word in
    ["sex", "gender", "age", "time", "day", "stage", "ko", "wt"].contains(word)
      || conditionWords.contains { word.hasPrefix($0) }
  }
}
