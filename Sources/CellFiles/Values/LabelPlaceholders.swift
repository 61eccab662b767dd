/// Texts that stand for a missing label.
///
/// pandas writes a missing value as "nan" or as an empty string when it converts a column to text.
enum LabelPlaceholder {
  /// Texts that count as missing; so does a label of only white space.
  static let missing: Set<String> = ["nan", ""]

  /// Texts that may name a batch or a cell type, but more often stand for a missing label.
  static let suspicious: Set<String> = [
    "NA", "N/A", "n/a", "na", "<NA>", "NaN", "NAN", "None", "none", "null", "NULL", "Null",
  ]

  /// Returns whether a label counts as missing.
  static func isMissing(_ label: String) -> Bool {
    missing.contains(label) || label.allSatisfy(\.isWhitespace)
  }
}

extension Column {
  /// Returns the column with placeholders as missing values: "nan", and empty or white space text.
  package func withPlaceholdersMissing() -> Column {
    switch self {
    case .strings(let values):
      .strings(values.map { value in value.flatMap { LabelPlaceholder.isMissing($0) ? nil : $0 } })
    case .categorical(let codes, let categories, let ordered):
      .categorical(
        codes: codes.map {
          $0 >= 0 && LabelPlaceholder.isMissing(categories[Int($0)]) ? -1 : $0
        }, categories: categories, ordered: ordered)
    case .integers, .floats, .booleans: self
    }
  }

  /// Counts the cells with placeholder labels, by label.
  ///
  /// - Returns: The placeholder labels that occur, sorted, with the number of cells of each.
  func placeholders(_ isPlaceholder: (String) -> Bool) -> [(label: String, cells: Int)] {
    var cells: [String: Int] = [:]
    switch self {
    case .strings(let values):
      for case let value? in values where isPlaceholder(value) { cells[value, default: 0] += 1 }
    case .categorical(let codes, let categories, _):
      let isFound = categories.map(isPlaceholder)
      for code in codes where code >= 0 && isFound[Int(code)] {
        cells[categories[Int(code)], default: 0] += 1
      }
    case .integers, .floats, .booleans: break
    }
    return cells.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
  }
}

/// Returns notices about labels that look like missing ones.
///
/// - Parameters:
///   - columns: The column of each file.
///   - name: The name of the column.
///   - role: The word for one of its labels, such as "batch".
/// - Returns: One sentence for labels that count as missing, and one for those that do not.
package func placeholderNotices(
  in columns: [Column], named name: String, role: String
) -> [String] {
  func count(_ isPlaceholder: (String) -> Bool) -> [(label: String, cells: Int)] {
    var cells: [String: Int] = [:]
    for column in columns {
      for found in column.placeholders(isPlaceholder) {
        cells[found.label, default: 0] += found.cells
      }
    }
    return cells.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
  }
  let taken = count(LabelPlaceholder.isMissing)
  let kept = count(LabelPlaceholder.suspicious.contains)
  var notices: [String] = []
  if !taken.isEmpty {
    notices.append(
      "in '\(name)' \(list(taken)) \(taken.count == 1 ? "is" : "are") read as a missing label")
  }
  if !kept.isEmpty {
    notices.append(
      "in '\(name)' \(list(kept)) look\(kept.count == 1 ? "s" : "") like a missing label but "
        + "\(kept.count == 1 ? "is" : "are") read as a \(role); remove such cells if they have "
        + "none")
  }
  return notices
}

/// Lists labels with their numbers of cells, for use in a sentence.
private func list(_ labels: [(label: String, cells: Int)]) -> String {
  labels.map { "'\($0.label)' (\($0.cells) cell\($0.cells == 1 ? "" : "s"))" }
    .joined(separator: ", ")
}
