internal import HDF5
internal import StoredArrays
internal import Zarr

/// An opened file of groups, arrays and attributes: HDF5, or a zarr store.
///
/// Formats that exist in both are read through it.
enum Container: ~Copyable {
  case hdf5(File)
  case zarr(ZarrStore)

  /// Opens a file, a folder or an archive by its contents.
  ///
  /// A SpatialData store of one table is opened at its table.
  ///
  /// - Throws: `HDF5Error`, `ZarrError`.
  init(readingAt path: String) throws {
    guard ZarrStore.isStore(at: path) else {
      self = .hdf5(try File(readingAt: path))
      return
    }
    let store = try ZarrStore(readingAt: path)
    if let tables = try SpatialTables.paths(in: store), tables.count == 1 {
      self = .zarr(try ZarrStore(readingAt: "\(path)/\(tables[0])"))
    } else {
      self = .zarr(store)
    }
  }

  /// The path, as the caller gave it.
  var path: String {
    switch self {
    case .hdf5(let file): file.path
    case .zarr(let store): store.path
    }
  }

  /// A flag that is true if it is a zarr store.
  var isZarr: Bool {
    switch self {
    case .hdf5: false
    case .zarr: true
    }
  }

  /// Returns the kind of the object at `name`, or `nil` if there is none.
  ///
  /// - Throws: `HDF5Error`, `ZarrError` if the file is damaged.
  func kind(of name: String) throws -> ObjectKind? {
    switch self {
    case .hdf5(let file): try file.kind(of: name)
    case .zarr(let store): try store.kind(of: name)
    }
  }

  /// Returns the names in a group, in alphabetical order.
  ///
  /// - Throws: `HDF5Error`, `ZarrError` if the group does not exist.
  func children(of group: String) throws -> [String] {
    switch self {
    case .hdf5(let file): try file.children(of: group)
    case .zarr(let store): try store.children(of: group)
    }
  }

  /// Returns whether a group has a child of this name, even a broken link.
  ///
  /// - Throws: `HDF5Error`, `ZarrError` if the group is damaged.
  func hasLink(_ name: String, in group: String) throws -> Bool {
    switch self {
    case .hdf5(let file): try file.hasLink(name, in: group)
    case .zarr(let store): try store.hasLink(name, in: group)
    }
  }

  /// Returns the value of an attribute, or `nil` if there is none.
  ///
  /// - Throws: `HDF5Error`, `ZarrError` if the object does not exist.
  func attribute(_ attribute: String, of name: String) throws -> AttributeValue? {
    switch self {
    case .hdf5(let file): try file.attribute(attribute, of: name)
    case .zarr(let store): try store.attribute(attribute, of: name)
    }
  }

  /// Opens an array.
  ///
  /// - Throws: `HDF5Error`, `ZarrError` if it does not exist.
  func dataset(_ name: String) throws -> StoredDataset {
    switch self {
    case .hdf5(let file): .hdf5(try file.dataset(name))
    case .zarr(let store): .zarr(try store.array(name))
    }
  }

  /// Describes an array without reading its elements.
  ///
  /// - Throws: `HDF5Error`, `ZarrError` if it does not exist.
  func info(of name: String) throws -> DatasetInfo {
    switch self {
    case .hdf5(let file): try file.info(of: name)
    case .zarr(let store): try store.array(name).info
    }
  }

  /// Reads a whole array of numbers, or some rows of it.
  ///
  /// - Throws: `HDF5Error`, `ZarrError` if it does not exist or holds other elements.
  func read<Number: StoredNumber>(
    _ name: String, rows: Range<Int>? = nil, as type: Number.Type
  ) throws -> [Number] {
    let dataset = try dataset(name)
    return try dataset.read(rows ?? 0..<dataset.info.rowCount, as: type)
  }

  /// Reads an array of strings.
  ///
  /// - Throws: `HDF5Error`, `ZarrError` if it does not exist or holds other elements.
  func strings(_ name: String) throws -> [String] { try dataset(name).strings() }

  /// Reads an array of Booleans.
  ///
  /// - Throws: `HDF5Error`, `ZarrError` if it does not exist or holds other elements.
  func booleans(_ name: String) throws -> [Bool] { try dataset(name).booleans() }
}
