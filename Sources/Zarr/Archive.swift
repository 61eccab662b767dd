#if canImport(Darwin)
internal import Darwin
#else
internal import Glibc
#endif

/// A zip archive, and a group in it, that a path names: `atlas.zarr.zip/tables/cells`.
struct Archive {
  /// The archive's path.
  let path: String

  /// The key of the group; empty for the root of its store.
  let group: String

  /// Finds the archive; `nil` if the path leads to none.
  init?(_ path: String) {
    var (archive, inner) = (path, [Substring]())
    while true {
      var status = stat()
      if unsafe stat(archive, &status) == 0 {
        guard status.st_mode & S_IFMT == S_IFREG, Self.isArchive(archive) else { return nil }
        break
      }
      // A part of the path is a file.
      guard errno == ENOTDIR, let slash = archive.lastIndex(of: "/"), slash != archive.startIndex
      else { return nil }
      inner.insert(archive[archive.index(after: slash)...], at: 0)
      archive = String(archive[..<slash])
    }
    guard let group = key(inner.joined(separator: "/")) else { return nil }
    (self.path, self.group) = (archive, group)
  }

  /// Returns whether a file begins as a zip archive does.
  private static func isArchive(_ path: String) -> Bool {
    let file = unsafe open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC)
    guard file >= 0 else { return false }
    defer { close(file) }
    var start = [UInt8](repeating: 0, count: 4)
    guard unsafe pread(file, &start, 4, 0) == 4 else { return false }
    return start.starts(with: "PK".utf8) && [[3, 4], [5, 6]].contains(Array(start[2...]))
  }
}
