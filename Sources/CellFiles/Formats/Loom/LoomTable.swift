internal import HDF5

/// The attributes of cells (`col_attrs`) or genes (`row_attrs`) of a loom file, as a table.
///
/// An attribute is a list with one entry per cell or gene. SCopeLoomR writes some as records, and
/// loompy some with several numbers each. These become one column per field or number, named
/// `Embedding._X` or `Spatial.1`. A matrix of one column is a list.
struct LoomTable: ColumnTable {
  /// The largest number of values per cell; attributes with more are embeddings, not columns.
  private static let mostNumbers = 50

  /// The location of a column's values.
  private enum Place {
    case list
    case field(String)
    case number(Int, of: Int)
  }

  let name: String
  let columns: [String]

  private let attributeOfColumn: [String: (attribute: String, place: Place)]

  /// Reads the list of attributes.
  ///
  /// - Parameters:
  ///   - name: `col_attrs` or `row_attrs`.
  ///   - file: The file.
  ///   - count: The number of entries of each attribute.
  ///   - leftOut: The attributes with the row names, which are not columns.
  /// - Throws: `HDF5Error`.
  init(
    named name: String, in file: borrowing Container, count: Int, leavingOut leftOut: Set<String>
  ) throws {
    self.name = name
    var columns: [String] = []
    var places: [String: (attribute: String, place: Place)] = [:]
    func add(_ column: String, _ attribute: String, _ place: Place) {
      guard places[column] == nil else { return }
      columns.append(column)
      places[column] = (attribute, place)
    }
    for attribute in try file.children(of: name) where !leftOut.contains(attribute) {
      // An unreadable attribute is skipped; nothing needs it.
      guard let info = try? file.info(of: "\(name)/\(attribute)") else { continue }
      guard info.shape.first == count, !info.isNull else { continue }
      switch (info.element, info.shape.count) {
      case (.compound(let members), 1):
        for member in members where member.type.isNumeric || member.type.isString {
          add("\(attribute).\(member.name)", attribute, .field(member.name))
        }
      case (let element, 1) where element.isNumeric || element.isString:
        add(attribute, attribute, .list)
      case (let element, 2) where element.isNumeric || element.isString:
        let width = info.shape[1]
        if width == 1 {
          add(attribute, attribute, .list)
        } else if width <= Self.mostNumbers {
          for number in 0..<width {
            add("\(attribute).\(number + 1)", attribute, .number(number, of: width))
          }
        }
      default: break
      }
    }
    self.columns = columns
    attributeOfColumn = places
  }

  func column(_ column: String, ofFileAt path: String) throws -> Column {
    guard let (attribute, place) = attributeOfColumn[column] else {
      throw CellFileError.noSuchColumn(
        path: path, table: name, column: column, columns: columns, candidates: [])
    }
    let file = try Container(readingAt: path)
    switch place {
    case .list:
      return try ColumnReader(path: path).column("\(name)/\(attribute)", in: file)
    case .field(let field):
      return try Self.field(field, of: file.dataset("\(name)/\(attribute)"))
    case .number(let number, let width):
      let all = try ColumnReader(path: path).column("\(name)/\(attribute)", in: file)
      return all.selecting(rows: Array(stride(from: number, to: all.count, by: width)))
    }
  }

  private static func field(_ field: String, of records: borrowing StoredDataset) throws -> Column {
    guard case .compound(let members) = records.info.element,
      let member = members.first(where: { $0.name == field })
    else { return .strings([]) }
    return switch member.type {
    case .variableString, .fixedString: .strings(try records.strings(member: field))
    case .float: .floats(try records.read(member: field, as: Double.self))
    case .integer(8, false):
      Column(unsigned: try records.read(member: field, as: UInt64.self))
    case .boolean: .booleans(try records.read(member: field, as: Int8.self).map { $0 != 0 })
    default: .integers(try records.read(member: field, as: Int64.self))
    }
  }
}
