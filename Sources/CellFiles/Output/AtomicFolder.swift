internal import Support
internal import Zarr

#if canImport(Darwin)
internal import Darwin
#else
internal import Glibc
#endif

/// A folder that is written completely or not at all, as ``AtomicOutput`` is for a file.
///
/// ``commit()`` puts it in the place of an old one at once. A value destroyed without a commit removes
/// what it wrote. A folder that is replaced has to be a zarr store.
package struct AtomicFolder: ~Copyable {
  /// The path of the final folder, as the caller gave it.
  package let path: String

  /// The path for the contents: an empty folder beside the final one.
  package let temporaryPath: String

  private let target: String

  /// Creates the temporary folder.
  ///
  /// - Throws: ``OutputError/cannotCreate(path:reason:)``.
  package init(to path: String) throws(OutputError) {
    let (folder, name) = try Self.checked(path)
    removeLeftOvers(of: name, in: folder)
    let made = try noteTemporaryFile { () throws(OutputError) in
      let temporary = "\(folder)/\(TemporaryName.make(for: name))"
      guard unsafe mkdir(temporary, 0o777) == 0 else {
        throw OutputError.cannotCreate(path: path, reason: .other(systemReason()))
      }
      return (path: temporary, descriptor: Int32(-1))
    }
    self.path = path
    temporaryPath = made.path
    target = "\(folder)/\(name)"
  }

  deinit {
    removeTree(temporaryPath)
    forgetTemporaryFile(temporaryPath)
  }

  /// Renames the folder to its final name.
  ///
  /// - Throws: ``OutputError/cannotWrite(path:reason:)``; the old folder, if any, is then in place.
  package consuming func commit() throws(OutputError) {
    do throws(ZarrError) { try StoreFiles.put(temporaryPath, at: target) } catch {
      throw .cannotWrite(path: path, reason: error.reason)
    }
    // An old folder now has the temporary name, and is removed with this value.
  }

  /// Checks whether a store can be created at `path`, before any work is done.
  ///
  /// - Throws: ``OutputError/cannotCreate(path:reason:)``.
  package static func check(_ path: String) throws(OutputError) { _ = try checked(path) }

  private static func checked(
    _ requested: String
  ) throws(OutputError) -> (folder: String, name: String) {
    let refusal = { OutputError.cannotCreate(path: requested, reason: $0) }
    let path = resolved(requested)
    let slash = path.lastIndex(of: "/")
    let name = slash.map { String(path[path.index(after: $0)...]) } ?? path
    let folder = slash.map { $0 == path.startIndex ? "/" : String(path[..<$0]) } ?? "."
    guard !["", ".", ".."].contains(name) else { throw refusal(.other("the name is empty")) }
    var status = stat()
    guard unsafe stat(folder, &status) == 0 else { throw refusal(.folderMissing(folder)) }
    guard status.st_mode & S_IFMT == S_IFDIR else { throw refusal(.notAFolder(folder)) }
    guard unsafe access(folder, W_OK | X_OK) == 0 else { throw refusal(.folderNotWritable(folder)) }
    if unsafe stat(path, &status) == 0 {
      guard status.st_mode & S_IFMT == S_IFDIR else {
        throw refusal(.other("a zarr store is a folder, but there is a file of that name"))
      }
      guard ZarrStore.isStore(at: path) || isEmpty(path) else {
        throw refusal(.other("there is a folder of that name that is no zarr store"))
      }
    }
    return (folder, name)
  }

  /// Returns the path of a folder, with links resolved if it exists, and without slashes at the end.
  private static func resolved(_ path: String) -> String {
    if let real = unsafe realpath(path, nil) {
      defer { unsafe free(real) }
      return unsafe String(cString: real)
    }
    var path = path
    while path.count > 1, path.hasSuffix("/") { path.removeLast() }
    return path
  }

  private static func isEmpty(_ path: String) -> Bool { fileNames(in: path).count <= 2 }
}

extension ZarrError {
  /// The reason of a failed write, or the whole sentence.
  var reason: String {
    if case .cannotWrite(_, let reason) = self { reason } else { description }
  }
}

/// Removes a file, or a folder with all that is in it; links are removed, not followed.
func removeTree(_ path: String) {
  var status = stat()
  guard unsafe lstat(path, &status) == 0 else { return }
  guard status.st_mode & S_IFMT == S_IFDIR else {
    unsafe unlink(path)
    return
  }
  for name in fileNames(in: path) where name != "." && name != ".." {
    removeTree("\(path)/\(name)")
  }
  unsafe rmdir(path)
}
