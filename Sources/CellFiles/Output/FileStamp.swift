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
    numbers = [
      Int(status.st_dev), Int(truncatingIfNeeded: status.st_ino), Int(status.st_size),
      changed.tv_sec, Int(changed.tv_nsec),
    ]
  }
}
