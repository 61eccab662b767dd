internal import HDF5

/// A file format for expression matrices.
package enum CellFileFormat: Sendable, Equatable, CustomStringConvertible {
  /// An AnnData file.
  case h5ad

  /// A Cell Ranger 1 or 2 matrix, with one group per genome.
  case tenXv2

  /// A Cell Ranger 3 or later matrix: one group with a table of features.
  case tenXv3

  /// A loom file of version 2 or 3.
  case loom

  /// A MuData file: several AnnData, the modalities, in one file.
  case h5mu

  /// A Matrix Market matrix, with files beside it that name cells and genes.
  case mtx

  /// The format in words.
  package var description: String {
    switch self {
    case .h5ad: "h5ad"
    case .tenXv2: "10x (Cell Ranger 1 or 2)"
    case .tenXv3: "10x"
    case .loom: "loom"
    case .h5mu: "h5mu"
    case .mtx: "mtx"
    }
  }
}

extension CellFileFormat {
  /// Recognizes the format of a file or folder by its contents, independent of its name.
  ///
  /// - Parameter path: The file or folder.
  /// - Throws: ``CellFileError/unreadableFormat(path:format:)``, and `HDF5Error`.
  package init(ofFileAt path: String) throws {
    if MarketFolder.isFolder(path) {
      self = .mtx
      return
    }
    switch try FileSignature(ofFileAt: path) {
    case .matrixMarket: self = .mtx
    case .unreadable(let format): throw CellFileError.unreadableFormat(path: path, format: format)
    case .hdf5, .unknown: try self.init(of: File(readingAt: path))
    }
  }

  /// Recognizes an HDF5 file by the objects at its root.
  init(of file: borrowing File) throws {
    let names = Set(try file.children(of: "/"))
    if names.contains("mod"), try file.kind(of: "mod") == .group {
      self = .h5mu
    } else if names.isSuperset(of: ["obs", "var"]) {
      self = .h5ad
    } else if names.contains("matrix"), try file.kind(of: "matrix/features") == .group {
      self = .tenXv3
    } else if names.isSuperset(of: ["row_attrs", "col_attrs"]),
      names.contains("matrix") || names.contains("layers")
    {
      self = .loom
    } else if try !TenXMatrix.genomes(in: file).isEmpty {
      self = .tenXv2
    } else {
      // A copy made by another program may lack the names of rows and columns.
      let parts = ["data", "indices", "indptr", "shape"]
      let matrix = try names.sorted().first { name in
        try file.kind(of: name) == .group
          && Set(file.children(of: name)).isSuperset(of: parts)
      }
      throw CellFileError.unreadableFormat(
        path: file.path,
        format: matrix.map { .tenXWithoutNames(group: $0) } ?? UnreadableFormat(names))
    }
  }
}
