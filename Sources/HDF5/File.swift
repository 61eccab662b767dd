internal import CHDF5

#if canImport(Darwin)
internal import Darwin
#else
internal import Glibc
#endif

/// An open HDF5 file, closed when this value dies.
///
/// Objects are named by their path from the root, such as `"obsm/X_pca"`; the root
/// itself is `"/"`.
///
///     let file = try File(readingAt: "pbmc.h5ad")
///     let counts = try file.read("X/data", as: Float.self)
///
/// Files and datasets may be used from several threads: one lock around the C
/// library puts their calls in a row.
public struct File: ~Copyable, Sendable {
  /// Where the file lies, as the caller gave it.
  public let path: String

  /// Whether the system locked the file, which some network file systems cannot.
  public let isLocked: Bool

  let handle: Handle

  /// Where the file is noted as open.
  private let note: OpenFile

  /// Opens the file at `path` without the right to change it.
  ///
  /// - Throws: ``HDF5Error/cannotOpen(path:reason:)``.
  public init(readingAt path: String) throws(HDF5Error) {
    try self.init(openingAt: path, editing: false)
  }

  /// Opens the file at `path` to add to it or to change it.
  ///
  /// - Throws: ``HDF5Error/cannotOpen(path:reason:)``.
  public init(editingAt path: String) throws(HDF5Error) {
    try self.init(openingAt: path, editing: true)
  }

  /// Makes an empty file at `path`, in place of any that was there.
  ///
  /// What was there is lost at once, even where another process reads it: write under
  /// another name, and rename the file when it is whole.
  ///
  /// - Throws: ``HDF5Error/cannotCreate(path:reason:)``.
  public init(creatingAt path: String) throws(HDF5Error) {
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

  /// Brings everything written so far to the system.
  ///
  /// - Throws: ``HDF5Error/cannotFinish(path:reason:)``, where the disk is full, say.
  public func flush() throws(HDF5Error) {
    let id = handle.id
    try check(orThrow: { [path] in unfinished(path, $0) }) { H5Fflush(id, H5F_SCOPE_GLOBAL) }
  }

  /// Closes the file and tells whether everything written has reached the system.
  ///
  /// A file that was written should be closed this way: when a value merely dies,
  /// a full disk goes unnoticed.
  ///
  /// - Throws: ``HDF5Error/cannotFinish(path:reason:)``.
  public consuming func close() throws(HDF5Error) {
    try flush()
    let path = path
    try handle.close(orThrow: { unfinished(path, $0) })
  }
}

/// Notes a file as open for as long as this value lives.
struct OpenFile: ~Copyable, Sendable {
  private let place: Int?

  init(_ path: String) { place = openFiles.add(path) }

  deinit { openFiles.remove(at: place) }
}

private func unfinished(_ path: String, _ message: String) -> HDF5Error {
  .cannotFinish(path: path, reason: systemReason(in: message) ?? message)
}

/// Opens with the lock that HDF5 takes by itself, or without one where the file
/// system has no locks; the message is `nil` where one of them worked.
private func openTryingLock(
  _ open: (_ access: hid_t) -> hid_t
) -> (id: hid_t, isLocked: Bool, message: String?) {
  func openAlone(_ access: hid_t) -> hid_t {
    let id = open(access)
    if id >= 0 { keepFromChildren(id) }
    return id
  }
  var (id, message) = attempt { openAlone(h5p_default()) }
  // A process that is just being started shares the locks of this one for some milliseconds,
  // also those of files that are closed here.
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

/// Whether opening failed because the lock is taken, not because there are none.
private func isHeldByAnother(_ message: String?) -> Bool {
  guard let message, message.contains("unable to lock file") else { return false }
  return number(after: "errno = ", in: message) == Int(EAGAIN)
}

/// Lets no process that this one starts inherit the open file, and with it the lock.
private func keepFromChildren(_ file: hid_t) {
  var descriptor: UnsafeMutableRawPointer?
  guard unsafe H5Fget_vfd_handle(file, h5p_default(), &descriptor) >= 0,
    let number = unsafe descriptor?.load(as: Int32.self)
  else { return }
  _ = fcntl(number, F_SETFD, FD_CLOEXEC)
}

/// What the system says against opening a file, before HDF5 or zlib is asked.
///
/// The C library words all of these alike, and would wait for ever on a pipe.
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
  /// Understands what the C library says when it cannot open a file.
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
