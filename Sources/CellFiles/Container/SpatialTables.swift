internal import StoredArrays
internal import Zarr

/// The tables of a SpatialData store, each an AnnData.
///
/// Format: <https://spatialdata.scverse.org/en/stable/design_doc.html>.
enum SpatialTables {
  /// The group of the tables; until version 0.1 it had one name, and one table.
  private static let groups = ["tables", "table"]

  /// Returns the paths of the tables in a store, in alphabetical order; `nil` if it has no group for
  /// them.
  ///
  /// - Throws: `ZarrError` if the store is damaged.
  static func paths(in store: ZarrStore) throws -> [String]? {
    for group in groups where try store.kind(of: group) == .group {
      let names = try store.children(of: group)
      return names.map { "\(group)/\($0)" }.filter { table in
        (try? store.kind(of: "\(table)/obs")) != nil && (try? store.kind(of: "\(table)/var")) != nil
      }
    }
    return nil
  }
}

extension OtherZarrStore {
  /// Tells what a store is that is no AnnData.
  ///
  /// - Throws: `ZarrError` if it is damaged.
  init(_ store: ZarrStore, _ names: Set<String>) throws {
    let kinds = ["multiscales", "ome", "bioformats2raw.layout", "plate", "well"]
    if let tables = try SpatialTables.paths(in: store), !tables.isEmpty {
      self = .severalTables(tables.map { "\(store.path)/\($0)" })
    } else if try store.attribute("spatialdata_attrs", of: "/") != nil {
      self = .noTables
    } else if try kinds.contains(where: { try store.attribute($0, of: "/") != nil }) {
      self = .image
    } else if !names.isEmpty, try names.allSatisfy({ try store.kind(of: $0) == .dataset }) {
      self = .arrays(names.sorted())
    } else {
      self = .other(names.sorted())
    }
  }
}
