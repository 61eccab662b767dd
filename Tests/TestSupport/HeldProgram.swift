package import Foundation

/// The program while it runs no further than a test has read its log.
///
/// Its standard error is a pipe with room for one line, so the run stands still soon behind the
/// line that was read last, however slow or fast the machine is. Only Linux has such pipes;
/// elsewhere the pipe has more room, and the run goes on while the test is at work.
package final class HeldProgram {
  /// An error for a run that ended before it wrote what a test waits for.
  package struct EndedEarly: Error {
    /// What it wrote to standard error.
    package let error: String
  }

  private let process = Process()
  private let scratch: TemporaryFolder
  private let log = Pipe()
  private var bytes = Data()

  /// Starts the program, or another one.
  ///
  /// - Parameters:
  ///   - arguments: The command line.
  ///   - folder: The folder to run in, if it matters.
  ///   - program: Another program, such as a shell. The default, `nil`, is `scharmonize`.
  /// - Throws: What starting a process throws.
  package init(_ arguments: [String], in folder: URL? = nil, program: URL? = nil) throws {
    scratch = try TemporaryFolder()
    let output = scratch.url.appending(path: "output")
    try Data().write(to: output)
    process.executableURL = program ?? Program.url
    process.arguments = arguments
    if let folder { process.currentDirectoryURL = folder }
    process.standardOutput = try FileHandle(forWritingTo: output)
    process.standardInput = FileHandle.nullDevice
    let writing = log.fileHandleForWriting
    // No other process that a test starts may keep the pipe open.
    for end in [writing, log.fileHandleForReading] {
      _ = fcntl(end.fileDescriptor, F_SETFD, FD_CLOEXEC)
    }
    #if os(Linux)
    // One page, and a page for each write: F_SETPIPE_SZ and O_DIRECT, which Glibc's module lacks.
    #if arch(arm) || arch(arm64)
    let packets: Int32 = 0o200_000
    #else
    let packets: Int32 = 0o40_000
    #endif
    guard fcntl(writing.fileDescriptor, 1031, 4096) >= 0,
      fcntl(writing.fileDescriptor, F_SETFL, packets) == 0
    else { throw POSIXError(.EINVAL) }
    #endif
    process.standardError = writing
    try process.run()
    try writing.close()
  }

  /// The number that the system knows it by.
  package var identifier: Int32 { process.processIdentifier }

  /// What it has written to standard error, as far as it was read.
  package var error: String { String(decoding: bytes, as: UTF8.self) }

  /// Reads on until there is some text; behind it the program writes one line more at most.
  ///
  /// - Throws: ``EndedEarly``.
  package func read(to text: String) throws {
    while !error.contains(text) {
      guard readLine() else { throw EndedEarly(error: error) }
    }
  }

  /// Waits until all threads of the program sleep, and no SIGINT or SIGTERM is still to be received.
  ///
  /// Elsewhere than on Linux it returns at once.
  package func rest() {
    #if os(Linux)
    while process.isRunning, !isAtRest { usleep(1000) }
    #endif
  }

  /// Sends a signal, and waits until it is received.
  package func send(_ signal: Int32) {
    if process.isRunning { kill(process.processIdentifier, signal) }
    rest()
  }

  /// The number of its threads; 0 elsewhere than on Linux.
  package var threadCount: Int {
    (try? FileManager.default.contentsOfDirectory(atPath: "/proc/\(identifier)/task"))?.count ?? 0
  }

  /// Reads on to the end.
  ///
  /// - Returns: The exit code and what was written.
  /// - Throws: What reading what was written throws.
  package func wait() throws -> Program.Outcome {
    while readLine() {}
    process.waitUntilExit()
    return Program.Outcome(
      status: process.terminationReason == .exit
        ? process.terminationStatus : 128 + process.terminationStatus,
      output: try String(contentsOf: scratch.url.appending(path: "output"), encoding: .utf8),
      error: error)
  }

  /// Reads what was written at once; `false` at the end.
  private func readLine() -> Bool {
    let read = log.fileHandleForReading.availableData
    bytes += read
    return !read.isEmpty
  }

  /// Whether every thread sleeps and no signal that stops a run is pending, as `/proc` has it.
  private var isAtRest: Bool {
    let folder = "/proc/\(identifier)"
    guard let status = try? String(contentsOfFile: "\(folder)/status", encoding: .utf8),
      let line = status.split(separator: "\n").first(where: { $0.hasPrefix("ShdPnd:") }),
      let pending = UInt64(line.dropFirst(7).trimmingCharacters(in: .whitespaces), radix: 16),
      // A shell may have left others, such as of its children.
      pending & (1 << UInt64(SIGINT - 1) | 1 << UInt64(SIGTERM - 1)) == 0,
      let threads = try? FileManager.default.contentsOfDirectory(atPath: "\(folder)/task")
    else { return false }
    return threads.allSatisfy { thread in
      // The state comes behind the name, which is in parentheses.
      let line = try? String(contentsOfFile: "\(folder)/task/\(thread)/stat", encoding: .utf8)
      return line?.split(separator: ")").last?.hasPrefix(" S") == true
    }
  }
}
