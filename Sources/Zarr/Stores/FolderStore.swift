internal import StoredArrays
internal import Support
internal import Synchronization

#if canImport(Darwin)
internal import Darwin
#else
internal import Glibc
#endif

/// The files of a store in a folder.
///
/// Symbolic links within the folder are not followed, so that a store cannot name files elsewhere.
final class FolderStore: ByteStore {
  private let root: Descriptor

  /// The shards that were read last, which stay open.
  private let recent = Mutex<[Shard]>([])

  /// The largest number of shards that stay open: the current and the next one of two arrays.
  private static let mostOpen = 4

  /// An open file of several chunks.
  private final class Shard: Sendable {
    let key: String
    let file: Descriptor

    init(_ key: String, _ file: consuming Descriptor) {
      self.key = key
      self.file = file
    }
  }

  /// Opens a folder, which may itself be a link.
  ///
  /// - Throws: ``StoreFailure/unreadable(_:)``.
  init(_ path: String) throws(StoreFailure) {
    guard let root = unsafe Descriptor(open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)) else {
      throw .unreadable(systemReason())
    }
    self.root = root
  }

  func size(of key: String) throws(StoreFailure) -> Int? {
    guard let opened = try file(key) else { return nil }
    return try Self.size(of: opened)
  }

  func read(
    _ key: String, spare: SpareArrays<UInt8>?,
    _ part: (_ size: Int) throws(StoreFailure) -> Range<Int>
  ) throws(StoreFailure) -> [UInt8]? {
    guard let spare else {
      guard let opened = try file(key) else { return nil }
      return try readBytes(of: opened, at: try part(Self.size(of: opened)))
    }
    guard let shard = try shard(key) else { return nil }
    return try readBytes(of: shard.file, at: try part(Self.size(of: shard.file)), spare: spare)
  }

  /// Returns a file of which several parts are read; `nil` if there is none.
  private func shard(_ key: String) throws(StoreFailure) -> Shard? {
    if let open = recent.withLock({ $0.first { $0.key == key } }) { return open }
    guard let opened = try file(key) else { return nil }
    let shard = Shard(key, opened)
    recent.withLock { recent in
      recent.insert(shard, at: 0)
      if recent.count > Self.mostOpen { recent.removeLast() }
    }
    return shard
  }

  func children(of folder: String) throws(StoreFailure) -> [String] {
    guard let opened = try openFolder(folder) else { return [] }
    return try Self.names(in: opened)
  }

  func contents(of folder: String) throws(StoreFailure) -> (files: Int, bytes: Int) {
    var total = (files: 0, bytes: 0)
    for name in try children(of: folder) {
      let key = join(folder, name)
      if let size = try? size(of: key) {
        total = (total.files + 1, total.bytes + size)
      } else if let inner = try? contents(of: key) {
        total = (total.files + inner.files, total.bytes + inner.bytes)
      }
    }
    return total
  }

  /// Opens a regular file; `nil` if there is none.
  private func file(_ key: String) throws(StoreFailure) -> Descriptor? {
    let (folder, name) = Self.parts(of: key)
    guard let place = try openFolder(folder) else { return nil }
    // A pipe would keep the opening waiting.
    let mode = O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC
    guard let file = unsafe Descriptor(openat(place.number, name, mode)) else {
      if try Self.isAbsent(name, in: place) { return nil }
      throw .unreadable(systemReason())
    }
    var status = stat()
    guard unsafe fstat(file.number, &status) == 0 else { throw .unreadable(systemReason()) }
    switch status.st_mode & S_IFMT {
    case S_IFREG: return file
    case S_IFDIR: return nil
    default: throw .unreadable("it is not a regular file")
    }
  }

  /// Opens a folder; `nil` if there is none.
  private func openFolder(_ key: String) throws(StoreFailure) -> Descriptor? {
    let mode = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC
    guard var place = unsafe Descriptor(openat(root.number, ".", mode)) else {
      throw .unreadable(systemReason())
    }
    for part in key.split(separator: "/") {
      let name = String(part)
      guard let inner = unsafe Descriptor(openat(place.number, name, mode)) else {
        if try Self.isAbsent(name, in: place) { return nil }
        throw .unreadable(systemReason())
      }
      place = inner
    }
    return place
  }

  /// Returns whether the last opening failed because the name is absent or of another kind.
  ///
  /// - Throws: ``StoreFailure/link`` if the name is a link.
  private static func isAbsent(
    _ name: String, in folder: borrowing Descriptor
  ) throws(StoreFailure) -> Bool {
    let code = errno
    var status = stat()
    if code == ELOOP || code == ENOTDIR,
      unsafe fstatat(folder.number, name, &status, AT_SYMLINK_NOFOLLOW) == 0,
      status.st_mode & S_IFMT == S_IFLNK
    {
      throw .link
    }
    errno = code
    return code == ENOENT || code == ENOTDIR || code == ENAMETOOLONG
  }

  private static func parts(of key: String) -> (folder: String, name: String) {
    guard let slash = key.lastIndex(of: "/") else { return ("", key) }
    return (String(key[..<slash]), String(key[key.index(after: slash)...]))
  }

  private static func size(of file: borrowing Descriptor) throws(StoreFailure) -> Int {
    var status = stat()
    guard unsafe fstat(file.number, &status) == 0 else { throw .unreadable(systemReason()) }
    return Int(status.st_size)
  }

  private static func names(in folder: borrowing Descriptor) throws(StoreFailure) -> [String] {
    // The stream takes its descriptor over.
    let number = fcntl(folder.number, F_DUPFD_CLOEXEC, 3)
    guard number >= 0, let stream = unsafe fdopendir(number) else {
      throw .unreadable(systemReason())
    }
    defer { unsafe closedir(stream) }
    var names: [String] = []
    while let entry = unsafe readdir(stream) {
      let name = unsafe withUnsafePointer(to: &entry.pointee.d_name) { pointer in
        unsafe pointer.withMemoryRebound(to: CChar.self, capacity: 256) {
          unsafe String(cString: $0)
        }
      }
      if name != ".", name != ".." { names.append(name) }
    }
    return names.sorted()
  }
}

/// Reads a part of an open file, into one of some arrays if there are any.
///
/// - Throws: ``StoreFailure/unreadable(_:)`` if the file ends before.
func readBytes(
  of file: borrowing Descriptor, at part: Range<Int>, spare: SpareArrays<UInt8>? = nil
) throws(StoreFailure) -> [UInt8] {
  let number = file.number
  var reason: String?
  var bytes = spare?.array(of: part.count) ?? [UInt8](uninitialized: part.count)
  unsafe bytes.withUnsafeMutableBufferPointer { buffer in
    var filled = 0
    while filled < part.count {
      let count = retrying {
        unsafe pread(
          number, buffer.baseAddress.map { unsafe $0 + filled }, part.count - filled,
          off_t(part.lowerBound + filled))
      }
      guard count > 0 else {
        reason = count < 0 ? systemReason() : "it ends after \(part.lowerBound + filled) bytes"
        return
      }
      filled += count
    }
  }
  if let reason { throw .unreadable(reason) }
  return bytes
}
