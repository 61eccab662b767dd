extension Column {
  /// Gives equal values in columns of several files equal labels, so that each batch has one label.
  ///
  /// Whole numbers become floating-point if another file has floating-point numbers, as in the
  /// joined column. If a file has text, `1` and `1.0`, and `True` and `TRUE`, take the first
  /// spelling, unless one file distinguishes them.
  ///
  /// - Parameter columns: The column of each file that has it.
  /// - Returns: The columns in the same order, with the same rows.
  package static func unified(_ columns: [Column]) -> [Column] {
    if columns.allSatisfy(\.isIntegers) { return columns }
    if columns.allSatisfy(\.isExactAsFloats) {
      return columns.map { .floats($0.doubles.map { $0 ?? .nan }) }
    }
    let names = columns.map { $0.levels().names }
    let keys = names.map(equalityKeys)
    guard keys.allSatisfy({ Set($0).count == $0.count }) else { return columns }
    var spelling: [String: String] = [:]
    for (name, key) in zip(names.joined(), keys.joined()) where spelling[key] == nil {
      spelling[key] = name
    }
    return zip(columns, zip(names, keys)).map { column, levels in
      let spelled = levels.1.map { spelling[$0] ?? $0 }
      return spelled == levels.0 ? column : column.respelled(levels.0, as: spelled)
    }
  }

  private func respelled(_ names: [String], as others: [String]) -> Column {
    switch self {
    case .categorical(let codes, let categories, let ordered):
      let spelling = Dictionary(zip(names, others)) { first, _ in first }
      return .categorical(
        codes: codes, categories: categories.map { spelling[$0] ?? $0 }, ordered: ordered)
    case .strings(let values):
      let spelling = Dictionary(zip(names, others)) { first, _ in first }
      return .strings(values.map { $0.map { spelling[$0] ?? $0 } })
    case .integers, .floats, .booleans:
      return .categorical(codes: levels().ofRow, categories: others, ordered: false)
    }
  }

  /// Returns keys that are equal for labels of the same value.
  private static func equalityKeys(_ names: [String]) -> [String] {
    let lowercased = names.map { $0.lowercased() }
    if lowercased.allSatisfy({ $0 == "true" || $0 == "false" }) { return lowercased }
    return names.map(withoutZeroFraction)
  }

  /// Returns `1` for `1.0`, and other text, including `01.0` and `1e0`, unchanged.
  private static func withoutZeroFraction(_ label: String) -> String {
    let digits = label.hasPrefix("-") ? label.dropFirst() : label[...]
    guard let point = digits.firstIndex(of: "."), point != digits.startIndex else { return label }
    let whole = digits[..<point]
    let fraction = digits[digits.index(after: point)...]
    let isNumber = whole.utf8.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
    guard isNumber, whole == "0" || !whole.hasPrefix("0"), !fraction.isEmpty,
      fraction.allSatisfy({ $0 == "0" })
    else { return label }
    return String(label[..<point])
  }
}
