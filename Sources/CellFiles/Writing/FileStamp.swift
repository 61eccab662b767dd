#if canImport(Darwin)
internal import Darwin
#else
internal import Glibc
#endif

/// What changes with a file's contents: which file it is, its length, when it was last written.
public struct FileStamp: Equatable, Sendable {
  private let numbers: [Int]

  /// Looks at a file; all files that are not there are alike.
  public init(of path: String) {
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
