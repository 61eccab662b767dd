internal import Support
internal import Zarr

#if canImport(Darwin)
internal import Darwin
#else
internal import Glibc
#endif

/// A folder beside a zarr store, for what is to be put into it; removed when this value is destroyed.
///
/// It is outside of the store, where readers of its folders would take it for a group.
struct StagingFolder: ~Copyable {
  /// The folder's path.
  let path: String

  /// The path of the group, with links resolved.
  let group: String

  /// Makes a folder beside the store that a group is in.
  ///
  /// - Throws: ``OutputError/cannotCreate(path:reason:)``.
  init(beside group: String) throws(OutputError) {
    guard let real = unsafe realpath(group, nil) else {
      throw .cannotCreate(path: group, reason: .other(systemReason()))
    }
    defer { unsafe free(real) }
    let group = unsafe String(cString: real)
    var root = group
    while let slash = root.lastIndex(of: "/"), slash > root.startIndex,
      ZarrStore.isStore(at: String(root[..<slash]))
    {
      root = String(root[..<slash])
    }
    let slash = root.lastIndex(of: "/") ?? root.startIndex
    let (folder, name) = (String(root[..<slash]), String(root[root.index(after: slash)...]))
    removeLeftOvers(of: name, in: folder.isEmpty ? "/" : folder)
    let made = try noteTemporaryFile { () throws(OutputError) in
      let temporary = "\(folder)/\(TemporaryName.make(for: name))"
      guard unsafe mkdir(temporary, 0o700) == 0 else {
        throw OutputError.cannotCreate(path: group, reason: .folderNotWritable(folder))
      }
      return (path: temporary, descriptor: Int32(-1))
    }
    self.group = group
    path = made.path
  }

  deinit {
    removeTree(path)
    forgetTemporaryFile(path)
  }
}
