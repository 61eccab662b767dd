/// Returns whether a text is a placeholder for a missing name: empty, `NA`, `nan`, `None`, `-`.
///
/// A suffix that made such names unique is ignored, as in `NA-1` or `nan.2`.
///
/// - Parameter name: The text.
/// - Returns: `true` if it names no gene.
package func isPlaceholder(_ name: String) -> Bool {
  if placeholders.contains(name) { return true }
  // A quick test: few names start like a placeholder and end in a number.
  guard name.utf8.count <= 12, let first = name.utf8.first, starts.contains(first),
    let last = name.utf8.last, isDigit(last)
  else { return false }
  var stem = name[...]
  while let last = stem.utf8.last, isDigit(last) { stem.removeLast() }
  guard stem.last == "-" || stem.last == "." else { return false }
  return placeholders.contains(String(stem.dropLast()))
}

/// The first letters of placeholders and of suffixes of an empty name.
private let starts = Array("Nn-<.".utf8)

private let placeholders: Set = [
  "", "NA", "N/A", "n/a", "<NA>", "nan", "NaN", "NAN", "None", "none", "null", "NULL", "-", "--",
]

private func isDigit(_ byte: UInt8) -> Bool { byte >= 0x30 && byte <= 0x39 }

/// Returns whether names are only row numbers, from 0 or from 1, in any order.
///
/// Ascending numbers with gaps also count, as in a table of selected rows. Entrez identifiers do
/// not count, because they spread over millions.
func areRowNumbers(_ names: [String]) -> Bool {
  guard names.count > 1 else { return false }
  var numbers: [Int] = []
  numbers.reserveCapacity(names.count)
  for name in names {
    // Numbers that were converted to floating point end in ".0".
    guard let number = Int(name.hasSuffix(".0") ? String(name.dropLast(2)) : name), number >= 0
    else { return false }
    numbers.append(number)
  }
  guard let least = numbers.min(), let greatest = numbers.max(),
    Set(numbers).count == numbers.count
  else { return false }
  if least <= 1, greatest - least + 1 == numbers.count { return true }
  let isAscending = zip(numbers, numbers.dropFirst()).allSatisfy { $0 < $1 }
  return isAscending && numbers.count >= 20 && greatest < 20 * numbers.count && greatest < 100_000
}

/// Returns whether a list names genes: it has no row numbers, and at most half are placeholders.
func areGeneNames(_ names: [String]) -> Bool {
  2 * names.count(where: isPlaceholder) <= names.count && !areRowNumbers(names)
}

/// Returns the gene names in a column, `nil` for a missing one.
///
/// The result is `nil` if the column holds row numbers, mostly placeholders, or few repeated
/// values.
func geneNames(in column: Column) -> [String?]? {
  switch column {
  case .floats, .booleans: return nil
  case .strings, .categorical, .integers: break
  }
  let values = column.labels().map { $0.flatMap { isPlaceholder($0) ? nil : $0 } }
  let named = values.compactMap(\.self)
  guard 2 * named.count >= values.count, !named.isEmpty, !areRowNumbers(named),
    5 * Set(named).count >= named.count
  else { return nil }
  return values
}
