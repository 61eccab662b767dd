internal import Support

#if canImport(Darwin)
internal import Darwin
#else
internal import Glibc
#endif

/// Operations on the files of a store that is written.
package enum StoreFiles {
  /// Creates a folder, unless it exists.
  ///
  /// - Throws: ``ZarrError/cannotWrite(path:reason:)``.
  package static func createFolder(_ path: String) throws(ZarrError) {
    guard unsafe mkdir(path, 0o777) != 0, errno != EEXIST else { return }
    throw .cannotWrite(path: path, reason: systemReason())
  }

  /// Creates or replaces a file, and syncs it to disk.
  ///
  /// - Throws: ``ZarrError/cannotWrite(path:reason:)``.
  static func write(_ bytes: [UInt8], to path: String) throws(ZarrError) {
    let failure = { ZarrError.cannotWrite(path: path, reason: systemReason()) }
    guard
      let file = unsafe Descriptor(open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o666))
    else { throw failure() }
    let number = file.number
    guard append(bytes, to: number), retrying({ Int(fsync(number)) }) == 0 else { throw failure() }
  }

  /// Writes all bytes at the position of an open file; `false` if the system refuses some.
  static func append(_ bytes: [UInt8], to file: Int32) -> Bool {
    var start = 0
    while start < bytes.count {
      let count = retrying {
        unsafe bytes.withUnsafeBytes {
          unsafe systemWrite(file, $0.baseAddress.map { unsafe $0 + start }, bytes.count - start)
        }
      }
      guard count > 0 else { return false }
      start += count
    }
    return true
  }

  /// Reads a file of metadata; `nil` if there is none.
  ///
  /// - Throws: ``ZarrError/cannotWrite(path:reason:)`` if it is not JSON.
  static func metadata(at path: String) throws(ZarrError) -> JSONValue? {
    let slash = path.lastIndex(of: "/") ?? path.startIndex
    let (folder, name) = (String(path[..<slash]), String(path[path.index(after: slash)...]))
    do throws(StoreFailure) {
      guard let bytes = try FolderStore(folder).read(name, limit: ZarrStore.mostMetadata) else {
        return nil
      }
      do throws(JSONParser.Failure) { return try JSONParser.value(of: bytes) } catch {
        throw .unreadable(error.reason)
      }
    } catch {
      switch error {
      case .link: throw .cannotWrite(path: path, reason: "it is a symbolic link")
      case .unreadable(let reason): throw .cannotWrite(path: path, reason: reason)
      }
    }
  }

  /// Puts a new file or folder in the place of an old one, if there is one; it is there at any
  /// moment, whole.
  ///
  /// - Parameters:
  ///   - new: The new one. Afterwards it is the old one, or absent.
  ///   - path: The place.
  /// - Throws: ``ZarrError/cannotWrite(path:reason:)``.
  package static func put(_ new: String, at path: String) throws(ZarrError) {
    var status = stat()
    let isReplaced = unsafe lstat(path, &status) == 0
    if isReplaced, status.st_mode & S_IFMT == S_IFDIR {
      if exchange(new, path) { return }
      // Without an exchange there is a moment without either.
      guard unsafe rename(path, "\(new).old") == 0 else {
        throw .cannotWrite(path: path, reason: systemReason())
      }
    }
    guard unsafe rename(new, path) == 0 else {
      throw .cannotWrite(path: path, reason: systemReason())
    }
  }

  /// Replaces a file of metadata by another, which is written beside the store first.
  static func replace(
    _ path: String, by value: JSONValue, staged: String
  ) throws(ZarrError) {
    try write(value.text(), to: staged)
    try put(staged, at: path)
  }

  /// Exchanges two paths at once; `false` if the system or the file system cannot.
  private static func exchange(_ a: String, _ b: String) -> Bool {
    #if canImport(Darwin)
    return unsafe renamex_np(a, b, UInt32(RENAME_SWAP)) == 0
    #else
    // Swift's module of the C library lacks it.
    typealias Exchange =
      @convention(c) (Int32, UnsafePointer<CChar>, Int32, UnsafePointer<CChar>, UInt32) -> Int32
    guard let address = unsafe dlsym(nil, "renameat2") else { return false }
    let call = unsafe unsafeBitCast(address, to: Exchange.self)
    return unsafe call(AT_FDCWD, a, AT_FDCWD, b, 2) == 0
    #endif
  }
}

/// Calls the system's `write`, whose name a method has, too.
private func systemWrite(_ file: Int32, _ bytes: UnsafeRawPointer?, _ count: Int) -> Int {
  unsafe write(file, bytes, count)
}
