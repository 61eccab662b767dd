public import Foundation

/// Runs the built program `scharmonize` as a user's shell would.
public enum Program {
  /// What a run left behind.
  public struct Outcome: Sendable {
    /// The exit code; for a run that a signal ended, 128 and the signal's number.
    public let status: Int32

    /// What it wrote to standard output.
    public let output: String

    /// What it wrote to standard error.
    public let error: String
  }

  /// Where the build put the program: beside the test runner.
  public static var url: URL {
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
  public static func run(_ arguments: [String], in folder: URL? = nil) throws -> Outcome {
    let process = Process()
    process.executableURL = url
    process.arguments = arguments
    if let folder { process.currentDirectoryURL = folder }
    let scratch = try TemporaryFolder()
    let output = try file(scratch.path("output"))
    let error = try file(scratch.path("error"))
    process.standardOutput = output
    process.standardError = error
    process.standardInput = FileHandle.nullDevice
    try process.run()
    process.waitUntilExit()
    return Outcome(
      status: process.terminationReason == .exit
        ? process.terminationStatus : 128 + process.terminationStatus,
      output: try String(contentsOfFile: scratch.path("output"), encoding: .utf8),
      error: try String(contentsOfFile: scratch.path("error"), encoding: .utf8))
  }

  // A pipe would have to be read while the process runs; a file takes anything.
  private static func file(_ path: String) throws -> FileHandle {
    try Data().write(to: URL(filePath: path))
    return try FileHandle(forWritingTo: URL(filePath: path))
  }
}
