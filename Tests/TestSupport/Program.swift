package import Foundation

/// Runs the built program `scharmonize` as a user's shell would.
package enum Program {
  /// What a run left behind.
  package struct Outcome: Sendable {
    /// The exit code; for a run that a signal ended, 128 and the signal's number.
    package let status: Int32

    /// What it wrote to standard output.
    package let output: String

    /// What it wrote to standard error.
    package let error: String
  }

  /// Where the build put the program: beside the test runner.
  package static var url: URL {
    URL(filePath: CommandLine.arguments[0]).resolvingSymlinksInPath()
      .deletingLastPathComponent().appending(path: "scharmonize")
  }

  /// Runs the program to its end.
  ///
  /// - Parameters:
  ///   - arguments: The command line.
  ///   - folder: The folder to run in, if it matters.
  /// - Returns: The exit code and what was written.
  /// - Throws: What starting a process throws.
  package static func run(_ arguments: [String], in folder: URL? = nil) throws -> Outcome {
    try start(arguments, in: folder).wait()
  }

  /// Starts the program, or another one, and lets it run.
  ///
  /// - Parameters:
  ///   - arguments: The command line.
  ///   - folder: The folder to run in, if it matters.
  ///   - program: Another program, such as a shell. The default, `nil`, is `scharmonize`.
  /// - Returns: The process.
  /// - Throws: What starting a process throws.
  package static func start(
    _ arguments: [String], in folder: URL? = nil, program: URL? = nil
  ) throws -> Running {
    let process = Process()
    process.executableURL = program ?? url
    process.arguments = arguments
    if let folder { process.currentDirectoryURL = folder }
    let scratch = try TemporaryFolder()
    process.standardOutput = try file(scratch.path("output"))
    process.standardError = try file(scratch.path("error"))
    process.standardInput = FileHandle.nullDevice
    try process.run()
    return Running(process: process, scratch: scratch)
  }

  /// Runs a line of the shell, in which `"$0"` is the program.
  ///
  /// - Parameters:
  ///   - line: The line.
  ///   - arguments: What the line has as `"$@"`.
  ///   - folder: The folder to run in, if it matters.
  /// - Returns: The exit code and what was written.
  /// - Throws: What starting a process throws.
  package static func shell(
    _ line: String, _ arguments: [String] = [], in folder: URL? = nil
  ) throws -> Outcome {
    try start(["-c", line, url.path] + arguments, in: folder, program: URL(filePath: "/bin/sh"))
      .wait()
  }

  /// The program while it runs.
  package struct Running {
    fileprivate let process: Process
    fileprivate let scratch: TemporaryFolder

    /// Whether it has not ended yet.
    package var isRunning: Bool { process.isRunning }

    /// The number that the system knows it by.
    package var identifier: Int32 { process.processIdentifier }

    /// What it has written to standard error so far.
    package var error: String {
      (try? String(contentsOfFile: scratch.path("error"), encoding: .utf8)) ?? ""
    }

    /// Waits until standard error holds some text, or the program has ended.
    package func wait(for text: String) {
      while process.isRunning, !error.contains(text) { usleep(500) }
    }

    /// Sends a signal, where the program is still there.
    package func send(_ signal: Int32) {
      if process.isRunning { kill(process.processIdentifier, signal) }
    }

    /// Waits for the end, and makes it where the program hangs; the exit code is then 137.
    ///
    /// - Returns: The exit code and what was written.
    /// - Throws: What reading what was written throws.
    package func waitUnlessItHangs() throws -> Outcome {
      // Far more than any run of the tests takes, even with a sanitizer on a busy machine.
      let deadline = Date.now.addingTimeInterval(900)
      while process.isRunning, Date.now < deadline { usleep(1000) }
      send(SIGKILL)
      return try wait()
    }

    /// Waits for the end.
    ///
    /// - Returns: The exit code and what was written.
    /// - Throws: What reading what was written throws.
    package func wait() throws -> Outcome {
      process.waitUntilExit()
      return Outcome(
        status: process.terminationReason == .exit
          ? process.terminationStatus : 128 + process.terminationStatus,
        output: try String(contentsOfFile: scratch.path("output"), encoding: .utf8),
        error: try String(contentsOfFile: scratch.path("error"), encoding: .utf8))
    }
  }

  // A pipe would have to be read while the process runs; a file takes anything.
  private static func file(_ path: String) throws -> FileHandle {
    try Data().write(to: URL(filePath: path))
    return try FileHandle(forWritingTo: URL(filePath: path))
  }
}
