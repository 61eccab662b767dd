internal import HDF5
internal import Synchronization

#if canImport(Darwin)
internal import Darwin
#else
internal import Glibc
#endif

/// The names of the temporary files that this process is writing.
///
/// They are known for two reasons: a process that a signal ends at once takes them along, and
/// one that comes later can tell them from what a killed process left.
private let liveFiles = Mutex<Set<String>>([])

/// The same names once more, where a signal handler can read them.
private let namesForHandler = NameList()

/// Makes faults of the HDF5 library end the process with a sentence and without temporary files, and
/// mapped scratch files that cannot be read.
///
/// For programs that run one command and end; to be called once, before other threads are started.
///
/// - Parameters:
///   - damaged: The exit code where a file makes the library fail, or never come to an end.
///   - unreadable: The exit code where a scratch file cannot be read.
///   - asJSON: Whether the sentence is told as a JSON object with `time`, `level`, `message` and
///     `status`. The default is `false`.
public func endOnFaultsOfHDF5(damaged: Int32, unreadable: Int32, asJSON: Bool = false) {
  endOnFaultsOfLibrary(
    damaged: damaged, unreadable: unreadable, asJSON: asJSON, removing: namesForHandler)
}

/// Makes a temporary file and notes its name.
///
/// - Parameter create: Makes the file; returns its name, and the file open for writing.
/// - Returns: What `create` returned.
/// - Throws: What `create` throws.
func noteTemporaryFile<Failure: Error>(
  _ create: () throws(Failure) -> (path: String, descriptor: Int32)
) throws(Failure) -> (path: String, descriptor: Int32) {
  try liveFiles.withLock { names throws(Failure) in
    let made = try create()
    names.insert(made.path)
    _ = namesForHandler.add(made.path)
    return made
  }
}

/// Forgets a temporary file that was renamed or removed.
func forgetTemporaryFile(_ path: String) {
  liveFiles.withLock { _ = $0.remove(path) }
  namesForHandler.remove(path)
}

/// Removes the temporary files of this process and ends it at once.
///
/// Files that were given their names stay; nothing half-written does. It may be called on any
/// thread, whatever the others are doing.
///
/// - Parameter status: The exit code.
public func exitRemovingTemporaryFiles(_ status: Int32) -> Never {
  liveFiles.withLock { names in
    for path in names { unsafe unlink(path) }
    // Within the lock, so that no other thread makes another file.
    _exit(status)
  }
}

/// What a temporary file's name says: `.NAME.scharmonize-MACHINE-PROCESS-NUMBER.tmp`.
struct TemporaryName {
  let machine: String
  let process: pid_t

  /// The names of all temporary files of one target start like this.
  static func start(of name: String) -> String {
    // Names may have 255 bytes; the longest ones lose their end here.
    let stem = String(decoding: name.utf8.prefix(170), as: UTF8.self).replacing(
      "\u{FFFD}", with: "")
    return ".\(stem).scharmonize-"
  }

  /// A new name for a temporary file of this process.
  static func make(for name: String) -> String {
    let number = String(UInt32.random(in: 0 ... .max), radix: 16)
    return "\(start(of: name))\(thisMachine)-\(getpid())-\(number).tmp"
  }

  /// Reads a name; `nil` where it is that of another target, or of another kind of file.
  init?(_ file: String, of target: String) {
    let start = Self.start(of: target)
    guard file.hasPrefix(start), file.hasSuffix(".tmp") else { return nil }
    let parts = file.dropFirst(start.count).dropLast(".tmp".count).split(
      separator: "-", omittingEmptySubsequences: false)
    guard parts.count == 3, let process = pid_t(parts[1]), UInt32(parts[2], radix: 16) != nil
    else { return nil }
    machine = String(parts[0])
    self.process = process
  }

  /// Where process numbers mean the same: this machine, or this container of it.
  private static let thisMachine: String = {
    var text = [CChar](repeating: 0, count: 256)
    unsafe gethostname(&text, text.count - 1)
    var space = [CChar](repeating: 0, count: 256)
    #if !canImport(Darwin)
    _ = unsafe readlink("/proc/self/ns/pid", &space, space.count - 1)
    #endif
    var hash: UInt32 = 2_166_136_261  // FNV-1a
    for byte in text + space { hash = (hash ^ UInt32(UInt8(bitPattern: byte))) &* 16_777_619 }
    return String(hash, radix: 16)
  }()

  /// Whether the process that made the file has ended, so far as can be told.
  ///
  /// - Parameters:
  ///   - path: Where the file lies.
  ///   - names: The temporary files that this process is writing.
  /// - Returns: Whether the file may be removed.
  fileprivate func isLeftOver(at path: String, whileWriting names: Set<String>) -> Bool {
    if names.contains(path) { return false }
    if machine == Self.thisMachine {
      // A container that is started again has the process numbers that it had before.
      if process == getpid() { return true }
      if kill(process, 0) != 0, errno == ESRCH { return true }
    }
    // Elsewhere, or another process of that number: nobody has written to it for a day.
    var status = stat()
    guard unsafe stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return false }
    #if canImport(Darwin)
    let changed = status.st_mtimespec.tv_sec
    #else
    let changed = status.st_mtim.tv_sec
    #endif
    return time(nil) - changed > 86_400
  }
}

/// Removes what killed processes left of earlier attempts at a file.
///
/// - Parameters:
///   - name: The name of the file that was to be.
///   - folder: Its folder.
func removeLeftOvers(of name: String, in folder: String) {
  liveFiles.withLock { names in
    for file in fileNames(in: folder) {
      guard let temporary = TemporaryName(file, of: name) else { continue }
      let path = "\(folder)/\(file)"
      if temporary.isLeftOver(at: path, whileWriting: names) { unsafe unlink(path) }
    }
  }
}

/// The names of what lies in a folder; none where it cannot be read.
private func fileNames(in folder: String) -> [String] {
  guard let stream = unsafe opendir(folder) else { return [] }
  defer { unsafe closedir(stream) }
  var names: [String] = []
  while let entry = unsafe readdir(stream) {
    let name = unsafe withUnsafePointer(to: &entry.pointee.d_name) { pointer in
      unsafe pointer.withMemoryRebound(to: CChar.self, capacity: 256) {
        unsafe String(cString: $0)
      }
    }
    names.append(name)
  }
  return names
}
