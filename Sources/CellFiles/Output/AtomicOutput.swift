internal import Support

#if canImport(Darwin)
internal import Darwin
#else
internal import Glibc
#endif

/// A file that is written completely or not at all.
///
/// Data is written to ``temporaryPath``, in the folder of the final file; ``commit()`` syncs it to
/// disk and renames it. A value destroyed without a commit removes its temporary file, so an error
/// leaves the old file in place. Temporary files of killed processes for the same target are
/// removed; those of running processes are kept.
///
///     let output = try AtomicOutput(to: "table.csv")
///     try write(toFileAt: output.temporaryPath)
///     try output.commit()
///
/// If the path is a symbolic link, its target is replaced. The new file keeps the old file's
/// permissions, and its owner if the system allows this.
package struct AtomicOutput: ~Copyable {
  /// The path of the final file, as the caller gave it.
  package let path: String

  /// The path for the contents: an empty file in the same folder.
  package let temporaryPath: String

  private let target: Target
  private var isCommitted = false

  /// Creates the temporary file, which also checks that the folder is writable.
  ///
  /// - Parameters:
  ///   - path: The path of the final file; ``commit()`` replaces an existing file.
  ///   - permissions: The mode of a new file before the umask. The default is `0o666`.
  /// - Throws: ``OutputError/cannotCreate(path:reason:)``.
  package init(to path: String, permissions: UInt32 = 0o666) throws(OutputError) {
    self.path = path
    let target = try Target(path)
    removeLeftOvers(of: target.name, in: target.folder)
    let (temporaryPath, descriptor) = try target.createTemporary(permissions: permissions)
    if let replaced = target.replaced {
      // If the process may not change the owner, it owns the file itself.
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

  /// Syncs the contents to disk and renames the file to its final name.
  ///
  /// - Throws: ``OutputError/cannotWrite(path:reason:)``; the temporary file is then removed.
  package consuming func commit() throws(OutputError) {
    try sync(temporaryPath, O_RDWR)
    guard unsafe rename(temporaryPath, target.path) == 0 else { throw failure }
    isCommitted = true
    // The new name is durable once the folder is synced. Errors are ignored: the contents are
    // complete, and some network file systems cannot sync folders.
    try? sync(target.folder, O_RDONLY)
  }

  /// Checks whether a file can be created at `path`, before any work is done.
  ///
  /// - Throws: ``OutputError/cannotCreate(path:reason:)``.
  package static func check(_ path: String) throws(OutputError) {
    _ = try Target(path)
  }

  /// Removes a file if it exists, and temporary files that killed processes left for it.
  ///
  /// - Parameter path: The file.
  package static func remove(_ path: String) {
    guard let target = try? Target(path) else { return }
    unsafe unlink(target.path)
    removeLeftOvers(of: target.name, in: target.folder)
  }

  /// Returns whether two outputs are the same file, even through links and folders.
  ///
  /// - Throws: ``OutputError/cannotCreate(path:reason:)``, as ``check(_:)``.
  package static func makeOneFile(_ a: String, _ b: String) throws(OutputError) -> Bool {
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

/// The target of an output: its folder, and its name after resolving links.
private struct Target {
  let path: String
  let folder: String
  let name: String

  /// The device and inode numbers of the folder, which are the same for any path to it.
  let folderIdentity: [UInt64]

  /// The owner and mode of the file to be replaced; `nil` if there is none.
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

  /// Creates an empty file with a new name beside the target, open for writing.
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
