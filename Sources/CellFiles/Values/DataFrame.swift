/// A table about cells or genes: their names, and columns of values.
///
///     var cells = DataFrame(names: barcodes)
///     cells["batch"] = .strings(labels)
package struct DataFrame: Sendable, Equatable {
  /// A column with its name.
  package struct NamedColumn: Sendable, Equatable {
    /// The column's name.
    package var name: String

    /// The column's values; `[n]`.
    package var values: Column
  }

  /// The name of each row; `[n]`.
  package let names: [String]

  /// The columns in display order.
  package private(set) var columns: [NamedColumn] = []

  /// The position of each column by its name.
  private var positions: [String: Int] = [:]

  /// Makes a table without columns.
  package init(names: [String]) {
    self.names = names
  }

  /// The column of a name; a new one is appended, and `nil` removes one.
  package subscript(name: String) -> Column? {
    get { positions[name].map { columns[$0].values } }
    set {
      let position = positions[name]
      guard let newValue else {
        guard let position else { return }
        columns.remove(at: position)
        positions = Dictionary(uniqueKeysWithValues: zip(columns.map(\.name), 0...))
        return
      }
      precondition(
        newValue.count == names.count, "\(newValue.count) values for \(names.count) rows")
      if let position {
        columns[position].values = newValue
      } else {
        positions[name] = columns.count
        columns.append(NamedColumn(name: name, values: newValue))
      }
    }
  }

  /// Returns the table with some of its rows, in the given order.
  package func selecting(rows: [Int]) -> DataFrame {
    var selection = DataFrame(names: rows.map { names[$0] })
    for column in columns { selection[column.name] = column.values.selecting(rows: rows) }
    return selection
  }
}

extension Column {
  /// Returns the column with some of its rows, in the given order; unused categories are kept.
  package func selecting(rows: [Int]) -> Column {
    switch self {
    case .strings(let values): .strings(rows.map { values[$0] })
    case .categorical(let codes, let categories, let ordered):
      .categorical(codes: rows.map { codes[$0] }, categories: categories, ordered: ordered)
    case .integers(let values): .integers(rows.map { values[$0] })
    case .floats(let values): .floats(rows.map { values[$0] })
    case .booleans(let values): .booleans(rows.map { values[$0] })
    }
  }

  /// Converts repeated strings to categories, in the order of their first occurrence.
  static func categorical(_ values: [String?]) -> Column {
    var codes: [String: Int32] = [:]
    var categories: [String] = []
    let numbers = values.map { value -> Int32 in
      guard let value else { return -1 }
      if let code = codes[value] { return code }
      let code = Int32(categories.count)
      codes[value] = code
      categories.append(value)
      return code
    }
    return .categorical(codes: numbers, categories: categories, ordered: false)
  }
}
