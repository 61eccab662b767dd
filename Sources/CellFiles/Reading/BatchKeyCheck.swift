/// Checks a column of `obs` before its labels are used as batches.
///
/// - Parameters:
///   - key: The column.
///   - files: The files that have it.
/// - Returns: Notices about its labels, one sentence each.
/// - Throws: ``CellFileError/measurementKey(path:column:values:cells:least:greatest:)``; errors of
///   reading the column.
func checkBatchKey(_ key: String, of files: [CellFile]) throws -> [String] {
  let columns = try files.map { try $0.column(key) }
  try checkIsNoMeasurement(columns, named: key, path: files[0].path)
  return placeholderNotices(in: columns, named: key, role: "batch")
}

extension CellTables {
  /// Reads the batch of each cell, and checks the column as a batch key.
  ///
  /// - Parameter key: The column of `obs`.
  /// - Returns: The batch of each cell, `nil` if it is missing; `[n]`.
  /// - Throws: ``CellFileError`` if the column does not exist or holds measurements.
  package func batches(_ key: String) throws -> [String?] {
    let column = try column(key)
    try checkIsNoMeasurement([column], named: key, path: path)
    let placeholders = column.placeholders(LabelPlaceholder.isMissing)
    let labels = column.withPlaceholdersMissing().labels()
    if !placeholders.isEmpty, let first = labels.firstIndex(of: nil) {
      throw CellFileError.placeholderLabels(
        path: path, column: key, labels: placeholders.map(\.label),
        missing: labels.count { $0 == nil }, cells: labels.count, firstCell: cellNames[first])
    }
    return labels
  }
}

/// Checks that a column does not hold many different fractions, or whole numbers that cannot be
/// names.
///
/// A few numbers such as 0.5 and 1.5 may name batches. So may whole numbers that pandas stores as
/// floats because one is missing. Scores, percentages and totals have many values, each in few
/// cells.
private func checkIsNoMeasurement(
  _ columns: [Column], named name: String, path: String
) throws(CellFileError) {
  var numbers: [Double: Int] = [:]
  var cells = 0
  for column in columns {
    guard let values = column.decimals else { return }
    for value in values where !value.isNaN { numbers[value, default: 0] += 1 }
    cells += values.count
  }
  let count = numbers.count
  let areWhole = numbers.keys.allSatisfy { $0.rounded() == $0 }
  let isMeasurement =
    areWhole
    ? count > 1000 || count > 20 && cells < 10 * count
    : count > 100 || count > 20 && cells < 100 * count || count > 5 && cells < 2 * count
  guard isMeasurement, let least = numbers.keys.min(), let greatest = numbers.keys.max() else {
    return
  }
  throw .measurementKey(
    path: path, column: name, values: count, cells: cells, least: "\(least)",
    greatest: "\(greatest)")
}

extension Column {
  /// The values as numbers if they are floats or text with decimal fractions; otherwise `nil`, also
  /// for integers.
  fileprivate var decimals: [Double]? {
    switch self {
    case .floats(let values): return values
    case .integers, .booleans: return nil
    case .strings, .categorical:
      let levels = levels()
      var numbers: [Double] = []
      var hasFraction = false
      for name in levels.names {
        if LabelPlaceholder.isMissing(name) {
          numbers.append(.nan)
          continue
        }
        guard name.utf8.allSatisfy({ "+-.0123456789eE".utf8.contains($0) }),
          let number = Double(name)
        else { return nil }
        hasFraction = hasFraction || name.contains(".")
        numbers.append(number)
      }
      return hasFraction ? levels.ofRow.map { $0 < 0 ? .nan : numbers[Int($0)] } : nil
    }
  }
}
