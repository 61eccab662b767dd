internal import HDF5

/// The paths of the selected matrix of an AnnData file and of the table that describes its genes.
struct AnnDataPlace {
  /// The matrix's path.
  let matrix: String

  /// The path of the table of its genes.
  let variables: String

  /// Finds the matrix that the options select.
  ///
  /// - Parameters:
  ///   - file: The file.
  ///   - options: The options that select the matrix.
  ///   - root: The path of the AnnData with a trailing slash, such as `mod/rna/`. The default is
  ///     the root.
  /// - Throws: ``CellFileError`` if the matrix does not exist; `HDF5Error`.
  init(in file: borrowing Container, options: ReadingOptions, root: String = "") throws {
    if let layer = options.layer {
      matrix = "\(root)layers/\(layer)"
      variables = "\(root)var"
      guard try Self.holdsMatrix(matrix, file) else {
        let tables = try ObsmTable.keys(in: file, root: root).filter { $0 == layer }
        throw CellFileError.noSuchLayer(
          path: file.path, layer: layer,
          layers: try Self.layers(in: file, root: root)
            + tables.map { ReadingOptions.obsmPrefix + $0 })
      }
    } else if options.useRaw {
      guard let raw = try Self.raw(in: file, root: root) else {
        throw CellFileError.noRaw(path: file.path)
      }
      (matrix, variables) = raw
    } else {
      (matrix, variables) = ("\(root)X", "\(root)var")
      guard try Self.holdsMatrix(matrix, file) else {
        throw CellFileError.noMatrix(
          path: file.path, matrix: matrix, layers: try Self.layers(in: file, root: root))
      }
    }
  }

  /// Returns the names of the layers.
  ///
  /// - Throws: `HDF5Error`.
  static func layers(in file: borrowing Container, root: String = "") throws -> [String] {
    try file.kind(of: "\(root)layers") == .group ? file.children(of: "\(root)layers") : []
  }

  /// Returns the paths of the raw matrix and its genes, or `nil` if there are none.
  ///
  /// Before anndata 0.7 these names had a dot.
  ///
  /// - Throws: `HDF5Error`.
  static func raw(
    in file: borrowing Container, root: String = ""
  ) throws -> (matrix: String, variables: String)? {
    for (matrix, variables) in [("raw/X", "raw/var"), ("raw.X", "raw.var")] {
      let (matrix, variables) = (root + matrix, root + variables)
      if try holdsMatrix(matrix, file), try file.kind(of: variables) != nil {
        return (matrix, variables)
      }
    }
    return nil
  }

  /// Returns whether an object exists and is not one of anndata's empty elements.
  ///
  /// - Throws: `HDF5Error`.
  static func holdsMatrix(_ name: String, _ file: borrowing Container) throws -> Bool {
    switch try file.kind(of: name) {
    case .group: true
    case .dataset: try !file.info(of: name).isNull
    default: false
    }
  }
}
