internal import HDF5
internal import Zarr

/// A file format for expression matrices.
package struct CellFileFormat: Sendable, CustomStringConvertible {
  /// The format's recognition and structure.
  let definition: any CellFormat

  /// Makes the value of a format.
  init(_ definition: any CellFormat) { self.definition = definition }

  /// The format in words.
  package var description: String { definition.name }
}

extension CellFileFormat: Equatable {
  /// Returns whether two values are the same format.
  package static func == (first: CellFileFormat, second: CellFileFormat) -> Bool {
    first.definition.name == second.definition.name
  }
}

extension CellFileFormat {
  /// All formats that are read, in the order in which they are recognized.
  static let all: [CellFileFormat] = [
    .mtx, .h5mu, .zarrMuData, .h5ad, .zarr, .tenXv3, .loom, .tenXv2,
  ]

  /// Recognizes the format of a file or folder by its contents, independent of its name.
  ///
  /// - Parameter path: The file or folder.
  /// - Throws: ``CellFileError/unreadableFormat(path:format:)``, `HDF5Error`, and `ZarrError`.
  package init(ofFileAt path: String) throws {
    let signature = try FileSignature(ofFileAt: path)
    if let found = Self.all.first(where: { $0.definition.recognizes(signature) }) {
      self = found
    } else if case .unreadable(let format) = signature {
      throw CellFileError.unreadableFormat(path: path, format: format)
    } else {
      try self.init(of: Container(readingAt: path))
    }
  }

  /// Recognizes an HDF5 file, or a zarr store, by the objects at its root.
  init(of file: borrowing Container) throws {
    let names = Set(try file.children(of: "/"))
    for candidate in Self.all {
      guard let format = candidate.definition as? any ContainerFormat,
        try format.recognizes(names, in: file)
      else { continue }
      self = candidate
      return
    }
    switch file {
    case .zarr(let store):
      throw CellFileError.unreadableFormat(
        path: file.path, format: .otherZarr(try OtherZarrStore(store, names)))
    case .hdf5: break
    }
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
