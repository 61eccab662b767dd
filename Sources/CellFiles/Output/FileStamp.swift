#if canImport(Darwin)
internal import Darwin
#else
internal import Glibc
#endif

/// A stamp that changes with a file's contents: its identity, length and time of modification.
package struct FileStamp: Equatable, Sendable {
  private let numbers: [Int]

  /// Reads the stamp of a file; all missing files have the same stamp.
  package init(of path: String) {
    var status = stat()
    guard unsafe stat(path, &status) == 0 else {
      numbers = []
      return
    }
    #if canImport(Darwin)
    let changed = status.st_mtimespec
    #else
    let changed = status.st_mtim
    #endif
    var changes: [Int] = []
    if status.st_mode & S_IFMT == S_IFDIR {
      // A folder's own time changes only with its names; the metadata of a zarr store are files.
      changes = ["zarr.json", ".zattrs", ".zmetadata", "obs/zarr.json", "obs/.zattrs"].flatMap {
        FileStamp(of: "\(path)/\($0)").numbers
      }
    }
    numbers =
      changes + [
        Int(status.st_dev), Int(truncatingIfNeeded: status.st_ino), Int(status.st_size),
        changed.tv_sec, Int(changed.tv_nsec),
      ]
  }
}
