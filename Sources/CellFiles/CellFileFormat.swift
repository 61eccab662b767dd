internal import HDF5

/// A kind of file that expression matrices are read from.
public enum CellFileFormat: Sendable, Equatable, CustomStringConvertible {
  /// An AnnData file.
  case h5ad

  /// A matrix of Cell Ranger 1 or 2: a group for each genome.
  case tenXv2

  /// A matrix of Cell Ranger 3 or later: one group with a table of features.
  case tenXv3

  /// The format in words.
  public var description: String {
    switch self {
    case .h5ad: "h5ad"
    case .tenXv2: "10x (Cell Ranger 1 or 2)"
    case .tenXv3: "10x"
    }
  }
}

/// A kind of file that is known, but holds no matrix that can be read.
public enum UnreadableFormat: Sendable, Equatable {
  /// Molecules of Cell Ranger, before they are counted.
  case moleculeInfo

  /// A loom file.
  case loom

  /// Several AnnData in one file.
  case h5mu

  /// A Seurat object.
  case h5Seurat

  /// HDF5 with anything else; the names at its root.
  case other(contents: [String])
}

extension CellFileFormat {
  /// Recognizes a file by what it contains, whatever it is called.
  ///
  /// - Throws: ``CellFileError/unreadableFormat(path:format:)``, and `HDF5Error`.
  init(of file: borrowing File) throws {
    let names = Set(try file.children(of: "/"))
    if names.isSuperset(of: ["obs", "var"]), !names.contains("mod") {
      self = .h5ad
    } else if names.contains("matrix"), try file.kind(of: "matrix/features") == .group {
      self = .tenXv3
    } else if try !TenXMatrix.genomes(in: file).isEmpty {
      self = .tenXv2
    } else {
      throw CellFileError.unreadableFormat(
        path: file.path, format: try Self.unreadable(file, names))
    }
  }

  private static func unreadable(
    _ file: borrowing File, _ names: Set<String>
  ) throws -> UnreadableFormat {
    if names.contains("mod") {
      .h5mu
    } else if names.isSuperset(of: ["row_attrs", "col_attrs", "matrix"]) {
      .loom
    } else if names.contains("umi"), names.contains("barcode_idx") || names.contains("barcode") {
      .moleculeInfo
    } else if names.isSuperset(of: ["assays", "meta.data"]) {
      .h5Seurat
    } else {
      .other(contents: names.sorted())
    }
  }
}
