extension Column {
  /// Makes a column of numbers, Booleans or categories from a column of text.
  ///
  /// Text stays text if two different texts would become the same number, such as `01` and `1`.
  ///
  /// - Parameter texts: The text of each row; `nil` if the row is absent.
  init(readingTexts texts: [String?]) {
    let values = texts.map { $0.flatMap { missingTexts.contains($0) ? nil : $0 } }
    let distinct = Set(values.compactMap(\.self))
    if !distinct.isEmpty, distinct.allSatisfy({ Int64($0).map(String.init) == $0 }) {
      self = .integers(values.map { $0.flatMap { Int64($0) } })
    } else if distinct.contains(where: { $0.contains(".") }),
      Set(distinct.compactMap(Self.number)).count == distinct.count
    {
      self = .floats(values.map { $0.flatMap(Self.number) ?? .nan })
    } else if !distinct.isEmpty, distinct.isSubset(of: ["True", "False"]) {
      self = .booleans(values.map { $0.map { $0 == "True" } })
    } else if !distinct.isEmpty, distinct.isSubset(of: ["TRUE", "FALSE"]) {
      self = .booleans(values.map { $0.map { $0 == "TRUE" } })
    } else {
      let categories = distinct.sorted()
      let codes = Dictionary(uniqueKeysWithValues: zip(categories, Int32(0)...))
      self = .categorical(
        codes: values.map { $0.flatMap { codes[$0] } ?? -1 }, categories: categories,
        ordered: false)
    }
  }

  private static func number(_ text: String) -> Double? {
    guard let first = text.utf8.first, first != UInt8(ascii: "+"), !text.lowercased().contains("x"),
      let number = Double(text), number.isFinite
    else { return nil }
    return number
  }
}

/// Texts that pandas and R read as a missing value.
private let missingTexts: Set = ["", "NA", "N/A", "<NA>", "nan", "NaN", "NULL", "null", "None"]
