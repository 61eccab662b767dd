internal import CHDF5

#if canImport(Darwin)
internal import Darwin
#else
internal import Glibc
#endif

/// An open HDF5 file, closed when this value is destroyed.
///
/// Objects are named by their path from the root, such as `"obsm/X_pca"`; the root
/// itself is `"/"`.
///
///     let file = try File(readingAt: "pbmc.h5ad")
///     let counts = try file.read("X/data", as: Float.self)
///
/// Files and datasets may be used from several threads: one lock around the C library serializes
/// their calls.
package struct File: ~Copyable, Sendable {
  /// The file's path, as the caller gave it.
  package let path: String

  /// A flag that is true if the system locked the file; some network file systems cannot lock.
  package let isLocked: Bool

  let handle: Handle

  /// The record of the file as open.
  private let note: OpenFile

  /// Opens the file at `path` for reading only.
  ///
  /// - Throws: ``HDF5Error/cannotOpen(path:reason:)``.
  package init(readingAt path: String) throws(HDF5Error) {
    try self.init(openingAt: path, editing: false)
  }

  /// Opens the file at `path` for reading and writing.
  ///
  /// - Throws: ``HDF5Error/cannotOpen(path:reason:)``.
  package init(editingAt path: String) throws(HDF5Error) {
    try self.init(openingAt: path, editing: true)
  }

  /// Creates an empty file at `path`, replacing any old file.
  ///
  /// The old contents are lost at once, even if another process is reading them. To avoid this,
  /// write under another name and rename the finished file.
  ///
  /// - Throws: ``HDF5Error/cannotCreate(path:reason:)``.
  package init(creatingAt path: String) throws(HDF5Error) {
    let note = OpenFile(path)
    let (id, isLocked, message) = openTryingLock { access in
      unsafe H5Fcreate(path, h5f_acc_trunc(), h5p_default(), access)
    }
    if let message {
      throw .cannotCreate(path: path, reason: systemReason(in: message) ?? message)
    }
    self.note = note
    self.path = path
    self.isLocked = isLocked
    self.handle = Handle(owning: id, closedBy: H5Fclose)
  }

  private init(openingAt path: String, editing: Bool) throws(HDF5Error) {
    if let reason = openingObstacle(at: path, writing: editing) {
      throw .cannotOpen(path: path, reason: reason)
    }
    _ = lzfFilterIsRegistered
    let note = OpenFile(path)
    guard locked({ unsafe H5Fis_hdf5(path) }) > 0 else {
      throw .cannotOpen(path: path, reason: .notHDF5)
    }
    let (id, isLocked, message) = openTryingLock { access in
      unsafe H5Fopen(path, editing ? h5f_acc_rdwr() : h5f_acc_rdonly(), access)
    }
    if let message {
      throw .cannotOpen(path: path, reason: OpeningFailure(message: message))
    }
    self.note = note
    self.path = path
    self.isLocked = isLocked
    self.handle = Handle(owning: id, closedBy: H5Fclose)
  }

  /// Writes all buffered data to the operating system.
  ///
  /// - Throws: ``HDF5Error/cannotFinish(path:reason:)`` if the disk is full, for example.
  package func flush() throws(HDF5Error) {
    let id = handle.id
    try check(orThrow: { [path] in unfinished(path, $0) }) { H5Fflush(id, H5F_SCOPE_GLOBAL) }
  }

  /// Closes the file and checks that the operating system has accepted all data.
  ///
  /// Close a written file this way: if the value is merely destroyed, a full disk goes unnoticed.
  ///
  /// - Throws: ``HDF5Error/cannotFinish(path:reason:)``.
  package consuming func close() throws(HDF5Error) {
    try flush()
    let path = path
    try handle.close(orThrow: { unfinished(path, $0) })
  }
}

/// A record that a file is open, for the lifetime of this value.
struct OpenFile: ~Copyable, Sendable {
  private let place: Int?

  init(_ path: String) { place = openFiles.add(path) }

  deinit { openFiles.remove(at: place) }
}

private func unfinished(_ path: String, _ message: String) -> HDF5Error {
  .cannotFinish(path: path, reason: systemReason(in: message) ?? message)
}

/// Opens a file with HDF5's own lock, or without one if the file system has no locks; the message
/// is `nil` on success.
private func openTryingLock(
  _ open: (_ access: hid_t) -> hid_t
) -> (id: hid_t, isLocked: Bool, message: String?) {
  func openAlone(_ access: hid_t) -> hid_t {
    let id = open(access)
    if id >= 0 { keepFromChildren(id) }
    return id
  }
  var (id, message) = attempt { openAlone(h5p_default()) }
  // A process that is just being started shares this one's locks for some milliseconds, including
  // those of files just closed.
  for _ in 0..<50 where isHeldByAnother(message) {
    usleep(10_000)
    (id, message) = attempt { openAlone(h5p_default()) }
  }
  guard let refusal = message, refusal.contains("unable to lock file"), !isHeldByAnother(refusal)
  else { return (id, true, message) }
  let (access, failure) = attempt { H5Pcreate(h5p_file_access()) }
  guard failure == nil else { return (id, true, message) }
  let list = Handle(owning: access, closedBy: H5Pclose)
  let (unlocked, second) = attempt {
    h5p_disable_file_locking(list.id) < 0 ? -1 : openAlone(list.id)
  }
  return (unlocked, false, second)
}

/// Returns whether opening failed because another process holds the lock, not because locks are
/// missing.
private func isHeldByAnother(_ message: String?) -> Bool {
  guard let message, message.contains("unable to lock file") else { return false }
  return number(after: "errno = ", in: message) == Int(EAGAIN)
}

/// Keeps child processes from inheriting the open file and its lock.
private func keepFromChildren(_ file: hid_t) {
  var descriptor: UnsafeMutableRawPointer?
  guard unsafe H5Fget_vfd_handle(file, h5p_default(), &descriptor) >= 0,
    let number = unsafe descriptor?.load(as: Int32.self)
  else { return }
  _ = fcntl(number, F_SETFD, FD_CLOEXEC)
}

/// Checks with the operating system whether a file can be opened, before HDF5 or zlib tries.
///
/// The C library has one message for all of these failures, and would wait for ever on a pipe.
package func openingObstacle(at path: String, writing: Bool) -> OpeningFailure? {
  var status = stat()
  guard unsafe stat(path, &status) == 0 else {
    return errno == EACCES ? .notPermitted : path == "-" ? .standardInput : .absent
  }
  switch status.st_mode & S_IFMT {
  case S_IFREG: break
  case S_IFDIR: return .directory
  default: return .notRegular
  }
  guard status.st_size > 0 else { return .empty }
  let mode = writing ? R_OK | W_OK : R_OK
  return unsafe access(path, mode) == 0 ? nil : .notPermitted
}

extension OpeningFailure {
  /// Classifies the C library's message about a file that cannot be opened.
  init(message: String) {
    if let bytes = number(after: "truncated file: eof = ", in: message),
      let expected = number(after: "stored_eof = ", in: message)
    {
      self = .truncated(bytes: bytes, expected: expected)
    } else if message.contains("unable to lock file") {
      self = .locked
    } else {
      self = .other(systemReason(in: message) ?? message)
    }
  }
}
