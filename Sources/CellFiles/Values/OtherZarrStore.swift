/// A zarr store that is no AnnData.
package enum OtherZarrStore: Sendable, Equatable {
  /// A SpatialData of several tables, given by their paths.
  case severalTables([String])

  /// A SpatialData without tables.
  case noTables

  /// An image, such as OME-Zarr.
  case image

  /// Arrays without groups, such as those of xarray, given by their names.
  case arrays([String])

  /// Other contents, given by the names at its root.
  case other([String])
}

extension OtherZarrStore: CustomStringConvertible {
  /// Half a sentence for use after "'x' is": the kind of store and what to do.
  package var description: String {
    switch self {
    case .severalTables(let paths):
      "a SpatialData store of several tables; give one of: \(paths.joined(separator: ", "))"
    case .noTables:
      "a SpatialData store without tables; give one with a table of the cells, such as "
        + "x.zarr/tables/table"
    case .image:
      "a zarr store of an image; give the table of its cells, such as x.zarr/tables/table of a "
        + "SpatialData store"
    case .arrays(let names):
      "a zarr store of arrays without 'obs' and 'var', as xarray writes; give one that anndata wrote; "
        + "its arrays are: \(names.prefix(20).joined(separator: ", "))"
    case .other(let names) where names.isEmpty: "an empty zarr store"
    case .other(let names):
      "a zarr store without 'obs' and 'var'; give one that anndata wrote; at its root are: "
        + names.prefix(20).joined(separator: ", ")
    }
  }
}
