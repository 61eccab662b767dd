internal import HDF5

/// A reader of one column of a table, in any of anndata's encodings.
struct ColumnReader {
  /// The file's path, for errors.
  let path: String

  /// The remaining depth of nested encodings; a limit is needed because links can form a cycle.
  var depth = 4

  /// Reads a column that is a separate object.
  ///
  /// - Parameters:
  ///   - name: The object's path.
  ///   - file: The file.
  ///   - legacyCategories: The path at which anndata 0.7 put the categories, if the object holds
  ///     codes.
  /// - Returns: The column.
  /// - Throws: `HDF5Error` and ``CellFileError`` if it is absent or damaged.
  func column(
    _ name: String, in file: borrowing Container, legacyCategories: String? = nil
  ) throws -> Column {
    if try file.kind(of: name) == .group {
      return try ColumnReader(path: path, depth: depth - 1).encoded(name, in: file)
    }
    let dataset = try file.dataset(name)
    if case .integer = dataset.info.element,
      let categories = try categoriesReferred(to: name, or: legacyCategories, in: file)
    {
      return try categorical(
        codes: dataset.read(as: Int32.self), categoriesAt: categories,
        ordered: isOrdered(categories, in: file),
        object: name, in: file)
    }
    switch dataset.info.element {
    case .integer(8, false): return Column(unsigned: try dataset.read(as: UInt64.self))
    case .integer(1...8, _): return .integers(try dataset.read(as: Int64.self))
    case .float(1...8): return .floats(try dataset.read(as: Double.self))
    case .boolean: return .booleans(try dataset.booleans())
    case .variableString, .fixedString: return .strings(try dataset.strings())
    case .enumeration(let members): return enumerated(try dataset.read(as: Int64.self), members)
    default:
      throw CellFileError.unreadableColumn(
        path: path, object: name, found: "\(dataset.info.element)")
    }
  }

  /// Returns whether the order of the categories is meaningful.
  ///
  /// Labels do not depend on it, so an unreadable mark, such as one of a newer HDF5, counts as
  /// absent.
  private func isOrdered(_ name: String, in file: borrowing Container) -> Bool {
    (try? file.attribute("ordered", of: name)?.boolean) ?? false
  }

  /// Combines codes and categories.
  ///
  /// - Throws: ``CellFileError/codeOutOfRange(path:object:row:found:categories:)``; errors of
  ///   reading the categories.
  func categorical(
    codes: [Int32], categoriesAt categories: String, ordered: Bool, object: String,
    in file: borrowing Container
  ) throws -> Column {
    let names = try column(categories, in: file).labels().map { $0 ?? "nan" }
    // Every negative code means missing.
    if let row = codes.firstIndex(where: { $0 >= names.count }) {
      throw CellFileError.codeOutOfRange(
        path: path, object: object, row: row, found: Int(codes[row]), categories: names.count)
    }
    return .categorical(codes: codes.map { max($0, -1) }, categories: names, ordered: ordered)
  }

  /// Reads a column that is a group: categories, or values with a mask.
  private func encoded(_ name: String, in file: borrowing Container) throws -> Column {
    let children = try file.children(of: name)
    if children.contains("codes"), children.contains("categories"), depth > 0 {
      return try categorical(
        codes: file.read("\(name)/codes", as: Int32.self), categoriesAt: "\(name)/categories",
        ordered: isOrdered(name, in: file), object: name, in: file)
    }
    guard children.contains("values"), children.contains("mask"), depth > 0 else {
      let encoding = try file.attribute("encoding-type", of: name)?.string
      throw CellFileError.unknownEncoding(
        path: path, object: name, found: encoding.map { "'\($0)'" } ?? "a group")
    }
    let values = try column("\(name)/values", in: file)
    let mask = try file.booleans("\(name)/mask")
    guard mask.count == values.count else {
      throw CellFileError.lengthMismatch(
        path: path, object: "\(name)/mask", found: mask.count, expected: values.count)
    }
    return switch values {
    case .strings(let values): .strings(masked(values, mask))
    case .integers(let values): .integers(masked(values, mask))
    case .booleans(let values): .booleans(masked(values, mask))
    case .floats(let values): .floats(zip(values, mask).map { $1 ? .nan : $0 })
    case .categorical(let codes, let categories, let ordered):
      .categorical(
        codes: zip(codes, mask).map { $1 ? -1 : $0 }, categories: categories, ordered: ordered)
    }
  }

  /// Returns the path of the categories of a dataset of codes, as anndata 0.7 wrote them.
  private func categoriesReferred(
    to name: String, or usual: String?, in file: borrowing Container
  ) throws -> String? {
    if case .reference(let target)? = try file.attribute("categories", of: name),
      try !target.isEmpty && file.kind(of: target) == .dataset
    {
      return target
    }
    // The reference is lost if a file was assembled by copying single objects.
    if let usual, try file.kind(of: usual) == .dataset { return usual }
    return nil
  }

  /// Converts an enumeration, which R writes for factors and for Booleans with missing values.
  private func enumerated(_ values: [Int64], _ members: [EnumerationMember]) -> Column {
    let names = members.map(\.name)
    if Set(names).isSubset(of: ["TRUE", "FALSE", "NA"]) {
      let truths = Dictionary(members.map { ($0.value, $0.name) }, uniquingKeysWith: { a, _ in a })
      return .booleans(
        values.map { value in
          switch truths[value] {
          case "TRUE": true
          case "FALSE": false
          default: nil
          }
        })
    }
    let codes = Dictionary(
      zip(members.map(\.value), Int32(0)...), uniquingKeysWith: { a, _ in a })
    return .categorical(codes: values.map { codes[$0] ?? -1 }, categories: names, ordered: false)
  }

  private func masked<Value>(_ values: [Value?], _ mask: [Bool]) -> [Value?] {
    zip(values, mask).map { $1 ? nil : $0 }
  }
}
