internal import HDF5

/// A table about cells or genes as anndata stores it: `obs`, `var` or `raw/var`.
///
/// Since anndata 0.7 a table is a group with one dataset per column. Before, it was one dataset of
/// records, with its categories in `uns`.
struct Table: Sendable {
  /// The table's path in the file, such as `obs`.
  let name: String

  /// The names of the columns in display order, without the index.
  let columns: [String]

  /// The path of the row names.
  private let index: String

  private let isRecords: Bool

  /// Reads the list of columns.
  ///
  /// - Throws: `HDF5Error` if the table does not exist.
  init(named name: String, in file: borrowing Container) throws {
    self.name = name
    isRecords = try file.kind(of: name) == .dataset
    if isRecords {
      guard case .compound(let members) = try file.info(of: name).element else {
        throw CellFileError.unknownEncoding(
          path: file.path, object: name, found: "\(try file.info(of: name).element)")
      }
      let fields = members.map(\.name)
      index = fields.first { $0 == "index" || $0 == "_index" } ?? fields.first ?? "index"
      columns = fields.filter { [index] in $0 != index }
    } else {
      let children = try file.children(of: name).filter { $0 != "__categories" }
      let named = try file.attribute("_index", of: name)?.string
      index = named ?? (children.contains("index") ? "index" : "_index")
      let order = try file.attribute("column-order", of: name)?.strings
      // Do not use the names of the children: anndata allowed a slash in a column's name.
      var columns: [String] = []
      var seen: Set = [index]
      for column in order ?? children where seen.insert(column).inserted {
        if Self.mayRead("\(name)/\(column)", in: file) { columns.append(column) }
      }
      self.columns = columns
    }
  }

  /// Returns whether an object exists; reading a damaged one throws its error.
  private static func mayRead(_ name: String, in file: borrowing Container) -> Bool {
    do {
      return try file.kind(of: name) != nil
    } catch {
      return true
    }
  }

  /// Reads the names of the rows.
  ///
  /// - Throws: `HDF5Error` and ``CellFileError`` if they are absent or damaged.
  func rowNames(in file: borrowing Container) throws -> [String] {
    if isRecords {
      try column(index, in: file).labels().map { $0 ?? "" }
    } else {
      try ColumnReader(path: file.path).column("\(name)/\(index)", in: file)
        .labels().map { $0 ?? "nan" }
    }
  }

  /// Reads a column.
  ///
  /// - Throws: `HDF5Error` and ``CellFileError`` if it is absent or damaged.
  func column(_ column: String, in file: borrowing Container) throws -> Column {
    guard isRecords else {
      return try ColumnReader(path: file.path).column(
        "\(name)/\(column)", in: file, legacyCategories: "\(name)/__categories/\(column)")
    }
    let records = try file.dataset(name)
    guard case .compound(let members) = records.info.element,
      let field = members.first(where: { $0.name == column })
    else { throw CellFileError.unknownEncoding(path: file.path, object: name, found: "records") }
    // `uns` is a sibling of the table, or of `raw` for a table of `raw`.
    let root = name.split(separator: "/").dropLast().map { "\($0)/" }.joined()
      .replacing("raw/", with: "")
    let categories = "\(root)uns/\(column)_categories"
    if case .integer = field.type, try file.kind(of: categories) == .dataset {
      return try ColumnReader(path: file.path).categorical(
        codes: records.read(member: column, as: Int32.self), categoriesAt: categories,
        ordered: false, object: "\(name).\(column)", in: file)
    }
    switch field.type {
    case .integer(8, false):
      return Column(unsigned: try records.read(member: column, as: UInt64.self))
    case .integer(1...8, _):
      return .integers(try records.read(member: column, as: Int64.self))
    case .float(1...8):
      return .floats(try records.read(member: column, as: Double.self))
    case .boolean:
      return .booleans(try records.read(member: column, as: Int8.self).map { $0 != 0 })
    case .variableString, .fixedString:
      return .strings(try records.strings(member: column))
    default:
      throw CellFileError.unknownEncoding(
        path: file.path, object: "\(name).\(column)", found: "\(field.type)")
    }
  }
}
