#if canImport(Darwin)
internal import Darwin
#else
internal import Glibc
#endif

/// A file that comes into being whole, or not at all.
///
/// What is written goes to ``temporaryPath``, beside the file that is to be; ``commit()``
/// brings it to disk and gives it its name. A value that dies without a commit takes
/// its temporary file along, so an error on the way leaves what was there before.
/// What a killed process left of an earlier attempt at the same file is removed; the files of
/// processes that are at work are not.
///
///     let output = try AtomicOutput(to: "table.csv")
///     try write(toFileAt: output.temporaryPath)
///     try output.commit()
///
/// A path that is a symbolic link stays one: the file that it leads to is replaced. A
/// file that is replaced hands its permissions on, and its owner where the system allows.
public struct AtomicOutput: ~Copyable {
  /// The file that is to be, as the caller gave it.
  public let path: String

  /// Where the contents are to be written: an empty file in the same folder.
  public let temporaryPath: String

  private let target: Target
  private var isCommitted = false

  /// Makes the temporary file, and with it sure that the folder takes files.
  ///
  /// - Parameters:
  ///   - path: The file that is to be; one that is there is replaced by ``commit()``.
  ///   - permissions: The mode of a new file before the process's mask. The default is `0o666`.
  /// - Throws: ``OutputError/cannotCreate(path:reason:)``.
  public init(to path: String, permissions: UInt32 = 0o666) throws(OutputError) {
    self.path = path
    let target = try Target(path)
    removeLeftOvers(of: target.name, in: target.folder)
    let (temporaryPath, descriptor) = try target.createTemporary(permissions: permissions)
    if let replaced = target.replaced {
      // Where this process may not give it away, the file is its own.
      _ = fchown(descriptor, replaced.owner, replaced.group)
      _ = fchmod(descriptor, replaced.mode | S_IRUSR | S_IWUSR)
    }
    close(descriptor)
    self.target = target
    self.temporaryPath = temporaryPath
  }

  deinit {
    if !isCommitted { unsafe unlink(temporaryPath) }
    forgetTemporaryFile(temporaryPath)
  }

  /// Brings the contents to disk and gives the file its name.
  ///
  /// - Throws: ``OutputError/cannotWrite(path:reason:)``; the temporary file is then removed.
  public consuming func commit() throws(OutputError) {
    try sync(temporaryPath, O_RDWR)
    guard unsafe rename(temporaryPath, target.path) == 0 else { throw failure }
    isCommitted = true
    // The new name lasts once the folder is on disk. The contents are complete whatever
    // comes of this, and some network file systems do not let folders be synced.
    try? sync(target.folder, O_RDONLY)
  }

  /// Finds out, long before there is anything to write, what would keep `path` from being made.
  ///
  /// - Throws: ``OutputError/cannotCreate(path:reason:)``.
  public static func check(_ path: String) throws(OutputError) {
    _ = try Target(path)
  }

  /// Removes a file that may be there, and what killed processes left of attempts at it.
  ///
  /// - Parameter path: The file.
  public static func remove(_ path: String) {
    guard let target = try? Target(path) else { return }
    unsafe unlink(target.path)
    removeLeftOvers(of: target.name, in: target.folder)
  }

  /// Whether two outputs would replace each other, by way of links and folders too.
  ///
  /// - Throws: ``OutputError/cannotCreate(path:reason:)``, as ``check(_:)``.
  public static func makeOneFile(_ a: String, _ b: String) throws(OutputError) -> Bool {
    let (first, second) = (try Target(a), try Target(b))
    return first.name == second.name && first.folderIdentity == second.folderIdentity
  }

  private var failure: OutputError { .cannotWrite(path: path, reason: systemReason()) }

  private func sync(_ path: String, _ mode: Int32) throws(OutputError) {
    guard let descriptor = unsafe Descriptor(open(path, mode | O_CLOEXEC)) else { throw failure }
    let number = descriptor.number
    guard retrying({ Int(fsync(number)) }) == 0 else { throw failure }
  }
}

/// Where a file is to be: its folder, and its name after links were followed.
private struct Target {
  let path: String
  let folder: String
  let name: String

  /// The device and the number of the folder, which are the same by any path.
  let folderIdentity: [UInt64]

  /// Whose the file is that is to be replaced, and who may do what; `nil` where there is none.
  let replaced: (owner: uid_t, group: gid_t, mode: mode_t)?

  init(_ requested: String) throws(OutputError) {
    let refusal = { OutputError.cannotCreate(path: requested, reason: $0) }
    let path = try Self.followingLinks(requested, refusal)
    let slash = path.lastIndex(of: "/")
    name = slash.map { String(path[path.index(after: $0)...]) } ?? path
    folder = slash.map { $0 == path.startIndex ? "/" : String(path[..<$0]) } ?? "."
    self.path = path
    guard !path.isEmpty else { throw refusal(.other("the name is empty")) }

    var status = stat()
    guard unsafe stat(folder, &status) == 0 else {
      throw refusal(Self.obstacle(toFolder: folder, errno))
    }
    guard status.st_mode & S_IFMT == S_IFDIR else { throw refusal(.notAFolder(folder)) }
    folderIdentity = [UInt64(status.st_dev), UInt64(status.st_ino)]
    guard !["", ".", ".."].contains(name) else { throw refusal(.isFolder) }
    if unsafe stat(path, &status) == 0 {
      switch status.st_mode & S_IFMT {
      case S_IFREG: break
      case S_IFDIR: throw refusal(.isFolder)
      default: throw refusal(.notRegular)
      }
      guard unsafe access(path, W_OK) == 0 else { throw refusal(.fileNotWritable) }
      replaced = (status.st_uid, status.st_gid, status.st_mode & 0o777)
    } else {
      guard errno == ENOENT else { throw refusal(.other(systemReason())) }
      replaced = nil
    }
    guard unsafe access(folder, W_OK | X_OK) == 0 else {
      throw refusal(Self.obstacle(toFolder: folder, errno))
    }
  }

  /// Makes an empty file of a new name beside the target, open for writing.
  func createTemporary(
    permissions: UInt32
  ) throws(OutputError) -> (path: String, descriptor: Int32) {
    try noteTemporaryFile { () throws(OutputError) in
      for _ in 0..<100 {
        let path = "\(folder)/\(TemporaryName.make(for: name))"
        let mode = O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC
        let descriptor = unsafe open(path, mode, mode_t(permissions))
        if descriptor >= 0 { return (path, descriptor) }
        guard errno == EEXIST else { break }
      }
      throw OutputError.cannotCreate(
        path: self.path, reason: Self.obstacle(toFolder: folder, errno))
    }
  }

  private static func obstacle(toFolder folder: String, _ code: Int32) -> CreationFailure {
    switch code {
    case ENOENT: .folderMissing(folder)
    case ENOTDIR: .notAFolder(folder)
    case EACCES, EPERM: .folderNotWritable(folder)
    default: .other(systemReason(code))
    }
  }

  private static func followingLinks(
    _ path: String, _ refusal: (CreationFailure) -> OutputError
  ) throws(OutputError) -> String {
    var path = path
    for _ in 0..<40 {
      var bytes = [CChar](repeating: 0, count: Int(PATH_MAX))
      let length = unsafe readlink(path, &bytes, bytes.count)
      guard length >= 0 else { return path }
      let link = String(decoding: bytes.prefix(length).map(UInt8.init(bitPattern:)), as: UTF8.self)
      let folder = path.lastIndex(of: "/").map { path[...$0] } ?? ""
      path = link.hasPrefix("/") ? link : folder + link
    }
    throw refusal(.other(systemReason(ELOOP)))
  }
}
