/// One file's part of a column that several files have.
enum ColumnPart {
  /// The file has the column.
  case column(Column)

  /// The file lacks the column and has this number of cells.
  case absent(count: Int)
}

extension Column {
  /// Concatenates the columns of several files, with missing values for files without the column.
  ///
  /// Numbers and Booleans keep their type if all parts agree. Integers next to floating-point
  /// numbers become floating-point, unless one is too large to be exact. All other parts become
  /// categories, in the order of the files.
  init(joining columns: [ColumnPart]) {
    let own = columns.compactMap { part in
      if case .column(let column) = part { column } else { nil }
    }
    let present = Self.unified(own)
    var next = present.makeIterator()
    let parts = columns.map { part -> ColumnPart in
      if case .column = part, let column = next.next() { .column(column) } else { part }
    }
    if present.allSatisfy(\.isIntegers) {
      self = .integers(Self.values(of: parts) { $0.integers } ?? [])
    } else if present.allSatisfy({ $0.isExactAsFloats }) {
      self = .floats(
        Self.values(of: parts) { .some($0.doubles) }.map { $0.map { $0 ?? .nan } } ?? [])
    } else if present.allSatisfy(\.isBooleans) {
      self = .booleans(Self.values(of: parts) { $0.truths } ?? [])
    } else if present.allSatisfy(\.isStrings), present.count == parts.count {
      self = .strings(Self.values(of: parts) { $0.labels() } ?? [])
    } else {
      self = Self.joinedCategories(parts, present)
    }
  }

  /// Returns the values of all parts; `nil` if `values` returns `nil` for one of them.
  private static func values<Value>(
    of parts: [ColumnPart], _ values: (Column) -> [Value?]?
  ) -> [Value?]? {
    var joined: [Value?] = []
    for part in parts {
      switch part {
      case .column(let column):
        guard let part = values(column) else { return nil }
        joined += part
      case .absent(let count):
        joined += [Value?](repeating: nil, count: count)
      }
    }
    return joined
  }

  private static func joinedCategories(_ parts: [ColumnPart], _ present: [Column]) -> Column {
    let ownCategories = present.map { column in
      if case .categorical(_, let categories, _) = column {
        categories
      } else {
        column.levels().names
      }
    }
    var categories: [String] = []
    var codes: [String: Int32] = [:]
    for category in ownCategories.joined() where codes[category] == nil {
      codes[category] = Int32(categories.count)
      categories.append(category)
    }
    // The order of categories is kept only if no other order conflicts with it.
    let isOrdered =
      present.allSatisfy { if case .categorical(_, _, true) = $0 { true } else { false } }
      && ownCategories.allSatisfy { $0 == categories }
    let labels = values(of: parts) { $0.labels() } ?? []
    return .categorical(
      codes: labels.map { $0.flatMap { codes[$0] } ?? -1 }, categories: categories,
      ordered: isOrdered)
  }

  var isIntegers: Bool { if case .integers = self { true } else { false } }
  private var isBooleans: Bool { if case .booleans = self { true } else { false } }
  private var isStrings: Bool { if case .strings = self { true } else { false } }

  /// A flag that is true if floating-point represents all values exactly.
  var isExactAsFloats: Bool {
    switch self {
    case .floats: true
    case .integers(let values): values.allSatisfy { $0.map { $0.magnitude <= 1 << 53 } ?? true }
    default: false
    }
  }

  private var integers: [Int64?]? { if case .integers(let values) = self { values } else { nil } }
  private var truths: [Bool?]? { if case .booleans(let values) = self { values } else { nil } }

  /// The values of a column of numbers; empty for other columns.
  var doubles: [Double?] {
    switch self {
    case .integers(let values): values.map { $0.map(Double.init) }
    case .floats(let values): values
    default: []
    }
  }
}
