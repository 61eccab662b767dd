internal import HDF5

extension ReadingOptions {
  /// The beginning of a ``layer`` that names a table of `obsm`, such as `obsm/protein_expression`.
  static let obsmPrefix = "obsm/"

  /// The key of the table of `obsm` that is read as the matrix; `nil` for a layer or another matrix.
  var obsmKey: String? {
    guard let layer, layer.hasPrefix(Self.obsmPrefix) else { return nil }
    return String(layer.dropFirst(Self.obsmPrefix.count))
  }
}

/// A table of `obsm` that is read as a matrix, such as totalVI's counts of proteins.
///
/// It is an array, a sparse matrix, or a data frame of numbers.
struct ObsmTable {
  /// The values.
  let matrix: any RowBlockSource

  /// The columns of a data frame; of an array the names in `uns/protein_names` if there are as many,
  /// else numbers.
  let columnNames: [String]

  /// Opens a table.
  ///
  /// - Parameters:
  ///   - key: The key in `obsm`.
  ///   - file: The file.
  ///   - root: The path of the AnnData with a trailing slash, or an empty text.
  ///   - cells: The number of cells.
  /// - Throws: ``CellFileError`` if the table does not exist, has another number of rows, or is no
  ///   table of numbers; `HDF5Error`.
  init(_ key: String, in file: borrowing Container, root: String, cells: Int) throws {
    let name = "\(root)obsm/\(key)"
    let encoding =
      try file.kind(of: name) == .group
      ? file.attribute("encoding-type", of: name)?.string : nil
    if encoding == "csr_matrix" || encoding == "csc_matrix" {
      let shape = try file.attribute("shape", of: name)?.integers ?? []
      columnNames = Self.names(of: shape.last.map { Int($0) } ?? 0, root: root, in: file)
    } else {
      switch try ObsmContents(of: name, in: file) {
      case .array:
        columnNames = Self.names(of: try file.info(of: name).shape[1], root: root, in: file)
      case .frame(let frame):
        columnNames = frame.columns
        matrix = try FrameMatrix(frame, cells: cells, in: file)
        return
      case .other(let found):
        throw CellFileError.unreadableEmbedding(
          path: file.path, name: key, found: found, names: try Self.keys(in: file, root: root))
      case nil:
        throw CellFileError.noSuchEmbedding(
          path: file.path, name: key, names: try Self.keys(in: file, root: root))
      }
    }
    matrix = try StoredMatrix(named: name, in: file, cells: cells, genes: columnNames.count)
  }

  /// Returns the keys of the tables of `obsm` that can be read as matrices.
  static func keys(in file: borrowing Container, root: String) throws -> [String] {
    guard try file.kind(of: "\(root)obsm") == .group else { return [] }
    return try file.children(of: "\(root)obsm").filter { key in
      (try? ObsmContents(of: "\(root)obsm/\(key)", in: file))?.isReadable ?? false
    }
  }

  /// Returns the keys of the tables of `obsm` that seem to count proteins by their names.
  static func proteinKeys(in file: borrowing Container, root: String) throws -> [String] {
    try keys(in: file, root: root).filter(FeatureNoun.isNameOfProteins)
  }

  private static func names(
    of count: Int, root: String, in file: borrowing Container
  ) -> [String] {
    // The names are optional, so that an unreadable list is as good as none.
    let place = "\(root)uns/protein_names"
    if let kind = try? file.kind(of: place), kind == .dataset,
      let names = try? file.strings(place), names.count == count
    {
      return names
    }
    return (0..<count).map { "\($0)" }
  }
}
