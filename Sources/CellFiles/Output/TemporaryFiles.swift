internal import HDF5
internal import Synchronization

#if canImport(Darwin)
internal import Darwin
#else
internal import Glibc
#endif

/// The names of the temporary files that this process is writing.
///
/// The list has two uses: a process ended by a signal removes them, and a later process can
/// distinguish them from files that a killed process left.
private let liveFiles = Mutex<Set<String>>([])

/// The same names in a form that a signal handler can read.
private let namesForHandler = NameList()

/// Makes faults of the HDF5 library, and of reading mapped scratch files, end the process with a
/// message and without temporary files.
///
/// This is for programs that run one command and exit. Call it once, before starting other threads.
///
/// - Parameters:
///   - damaged: The exit code if a file makes the library fail or hang.
///   - unreadable: The exit code if a scratch file cannot be read.
///   - asJSON: `true` to write the message as a JSON object with `time`, `level`, `message` and
///     `status`. The default is `false`.
package func endOnFaultsOfHDF5(damaged: Int32, unreadable: Int32, asJSON: Bool = false) {
  endOnFaultsOfLibrary(
    damaged: damaged, unreadable: unreadable, asJSON: asJSON, removing: namesForHandler)
}

/// Creates a temporary file and records its name.
///
/// - Parameter create: Creates the file; returns its name, and the file open for writing.
/// - Returns: The result of `create`.
/// - Throws: Rethrows errors of `create`.
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

/// Removes a renamed or deleted temporary file from the record.
func forgetTemporaryFile(_ path: String) {
  liveFiles.withLock { _ = $0.remove(path) }
  namesForHandler.remove(path)
}

/// Removes the temporary files of this process and exits immediately.
///
/// Completed files stay; partial files are removed. It may be called on any thread, at any time.
///
/// - Parameter status: The exit code.
package func exitRemovingTemporaryFiles(_ status: Int32) -> Never {
  liveFiles.withLock { names in
    for path in names { removeTree(path) }
    // Exit within the lock, so that no other thread creates another file.
    _exit(status)
  }
}

/// The parts of a temporary file's name: `.NAME.scharmonize-MACHINE-PROCESS-NUMBER.tmp`.
struct TemporaryName {
  let machine: String
  let process: pid_t

  /// Returns the prefix of all temporary file names of one target.
  static func start(of name: String) -> String {
    // Names may have 255 bytes; the longest are truncated here.
    let stem = String(decoding: name.utf8.prefix(170), as: UTF8.self).replacing(
      "\u{FFFD}", with: "")
    return ".\(stem).scharmonize-"
  }

  /// Returns a new name for a temporary file of this process.
  static func make(for name: String) -> String {
    let number = String(UInt32.random(in: 0 ... .max), radix: 16)
    return "\(start(of: name))\(thisMachine)-\(getpid())-\(number).tmp"
  }

  /// Parses a name; `nil` for a file of another target or of another kind.
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

  /// The scope in which process numbers are unique: this machine, or this container on it.
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

  /// Returns whether the process that created the file seems to have ended.
  ///
  /// - Parameters:
  ///   - path: The file's path.
  ///   - names: The temporary files that this process is writing.
  /// - Returns: `true` if the file may be removed.
  fileprivate func isLeftOver(at path: String, whileWriting names: Set<String>) -> Bool {
    if names.contains(path) { return false }
    if machine == Self.thisMachine {
      // A restarted container uses the same process numbers again.
      if process == getpid() { return true }
      if kill(process, 0) != 0, errno == ESRCH { return true }
    }
    // The file belongs to another machine, or a new process has the same number. It is left over if
    // nobody has written to it for a day.
    var status = stat()
    guard unsafe stat(path, &status) == 0,
      [S_IFREG, S_IFDIR].contains(status.st_mode & S_IFMT)
    else { return false }
    #if canImport(Darwin)
    let changed = status.st_mtimespec.tv_sec
    #else
    let changed = status.st_mtim.tv_sec
    #endif
    return time(nil) - changed > 86_400
  }
}

/// Removes files that killed processes left for a target.
///
/// - Parameters:
///   - name: The name of the target file.
///   - folder: Its folder.
func removeLeftOvers(of name: String, in folder: String) {
  liveFiles.withLock { names in
    for file in fileNames(in: folder) {
      guard let temporary = TemporaryName(file, of: name) else { continue }
      let path = "\(folder)/\(file)"
      if temporary.isLeftOver(at: path, whileWriting: names) { removeTree(path) }
    }
  }
}

/// Returns the names of the files in a folder; empty if it cannot be read.
func fileNames(in folder: String) -> [String] {
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
