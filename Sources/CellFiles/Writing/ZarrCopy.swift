internal import StoredArrays
internal import Zarr

/// Writes a copy of a zarr store as a folder, with additions to its AnnData.
///
/// Files are copied as they are, and parts unknown to this program are kept. Of a SpatialData store
/// the additions go to its table.
///
/// - Parameters:
///   - input: The store to copy: a folder, a zip archive, or a group in one.
///   - output: The folder to create, or to replace if it is a store.
///   - withoutExpression: `true` to leave out `X`, `layers` and `raw`. The default is `false`.
///   - additions: The additions; existing keys are replaced.
/// - Throws: ``OutputError``; `ZarrError` if the input cannot be read. A failure leaves no partial
///   store.
package func writeZarrCopy(
  of input: String, to output: String, withoutExpression: Bool = false,
  adding additions: AnnDataAdditions
) throws {
  let store = try ZarrStore(readingAt: input)
  let table = try SpatialTables.only(in: store)
  let stamp = FileStamp(of: input)
  let folder = try AtomicFolder(to: output)
  do {
    try store.copyFiles(to: folder.temporaryPath) { name in
      withoutExpression && table == nil && ["X", "layers", "raw"].contains(name)
    }
    let group = table.map { "\(folder.temporaryPath)/\($0)" } ?? folder.temporaryPath
    if withoutExpression {
      for name in ["X", "layers", "raw"] { removeTree("\(group)/\(name)") }
    }
    let staging = "\(folder.temporaryPath)/.staging"
    try StoreFiles.createFolder(staging)
    var edit = try ZarrEdit(of: group, staging: staging)
    if withoutExpression { edit.remove(["X", "layers", "raw"]) }
    try edit.add(additions)
    removeTree(staging)
    guard FileStamp(of: input) == stamp else {
      throw OutputError.cannotWrite(path: output, reason: "'\(input)' was changed during the run")
    }
  } catch let error as ZarrError {
    if case .cannotWrite(_, let reason) = error {
      throw OutputError.cannotWrite(path: output, reason: reason)
    }
    throw error
  }
  try folder.commit()
}

/// Adds to a zarr store in a folder, in place.
///
/// Every addition is written beside the store and appears in it at once, by a rename; the lists of
/// columns and the consolidated metadata follow. A run that is killed at any moment leaves a store
/// whose metadata name only what is there.
///
/// - Parameters:
///   - path: The store, or a group in one.
///   - additions: The additions; existing keys are replaced.
/// - Throws: ``OutputError``; `ZarrError` if the store cannot be read.
package func addToZarr(at path: String, _ additions: AnnDataAdditions) throws {
  let store = try ZarrStore(readingAt: path)
  let group = try SpatialTables.only(in: store).map { "\(path)/\($0)" } ?? path
  do {
    let staging = try StagingFolder(beside: group)
    var edit = try ZarrEdit(of: staging.group, staging: staging.path)
    try edit.add(additions)
  } catch let error as ZarrError {
    if case .cannotWrite(_, let reason) = error {
      throw OutputError.cannotWrite(path: path, reason: reason)
    }
    throw error
  }
}

extension SpatialTables {
  /// Returns the path of the only table of a SpatialData store; `nil` for another store.
  static func only(in store: ZarrStore) throws -> String? {
    let tables = try paths(in: store) ?? []
    return tables.count == 1 ? tables[0] : nil
  }
}
