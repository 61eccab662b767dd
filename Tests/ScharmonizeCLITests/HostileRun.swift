import Foundation
import TestSupport

/// A run of the program on an input that nobody can trust, within limits of time and memory.
struct HostileRun {
  /// What is wrong with how the run ended; `nil` where it ended as it must.
  let fault: String?

  /// The exit code.
  let status: Int32

  /// What it wrote to standard error.
  let error: String

  /// Whether the C library failed by itself, and the program or a sanitizer said so.
  var isFaultOfLibrary: Bool {
    error.contains("the HDF5 library failed while reading") || Self.isLibrarysOwn(error)
  }

  /// The seconds of computing and the bytes of address space that a run may take: inputs are small.
  static let (seconds, kilobytes) = (20, 4 << 20)

  /// With a sanitizer the program needs all addresses there are, and far more time.
  static let isSanitized: Bool =
    (try? Program.shell("ulimit -v \(kilobytes); exec \"$0\" --version").status) != 0

  /// Runs the program.
  ///
  /// - Parameters:
  ///   - arguments: The command line.
  ///   - folder: The folder to run in, in which the run leaves nothing but `output`.
  ///   - output: The name of the file that is there where it succeeds, if one is.
  /// - Throws: What starting a process throws.
  init(_ arguments: [String], in folder: URL, output: String? = nil) throws {
    let limits =
      Self.isSanitized
      ? "ulimit -t \(10 * Self.seconds)"
      : "ulimit -t \(Self.seconds); ulimit -v \(Self.kilobytes)"
    let before = try Self.files(in: folder)
    let run = try Program.start(
      [
        "-c", "ulimit -c 0; \(limits); SWIFT_BACKTRACE=enable=no exec \"$0\" \"$@\"",
        Program.url.path,
      ] + arguments,
      in: folder, program: URL(filePath: "/bin/sh"))
    let outcome = try run.waitUnlessItHangs()
    status = outcome.status
    error = outcome.error
    let left = try Self.files(in: folder).subtracting(before)
    fault = Self.fault(arguments, outcome, left.subtracting([output].compactMap(\.self)), left)
    if let output { try? FileManager.default.removeItem(at: folder.appending(path: output)) }
  }

  private static func files(in folder: URL) throws -> Set<String> {
    Set(try FileManager.default.contentsOfDirectory(atPath: folder.path))
  }

  /// Whether a sanitizer reports what the C library does, or what it calls.
  private static func isLibrarysOwn(_ report: String) -> Bool {
    // What the library has overwritten is often noticed only when it has returned.
    if ["malloc()", "free()", "realloc()", "corrupted", "glibc error"].contains(
      where: report.contains)
    {
      return true
    }
    guard report.contains("AddressSanitizer") else { return false }
    let frames = report.split(separator: "\n").filter { $0.drop { $0 == " " }.hasPrefix("#") }
    return frames.prefix(3).contains { $0.contains("libhdf5") }
  }

  private static func fault(
    _ arguments: [String], _ outcome: Program.Outcome, _ surplus: Set<String>,
    _ left: Set<String>
  ) -> String? {
    if outcome.error.contains("Sanitizer") {
      return isLibrarysOwn(outcome.error) ? nil : "a sanitizer has found something"
    }
    switch outcome.status {
    case 134 where isLibrarysOwn(outcome.error), 142 where isLibrarysOwn(outcome.error): return nil
    case 0: return surplus.isEmpty ? nil : "it leaves \(surplus)"
    case 65, 66, arguments.first == "--samples" ? 64 : 65:
      guard left.isEmpty else { return "it fails, but leaves \(left)" }
      guard outcome.error.split(separator: "\n").last?.hasPrefix("Error: ") == true else {
        return "it fails without a sentence"
      }
      return nil
    case 137: return "it hangs"
    case 152: return "it computes for more than \(seconds) s"
    default: return "it ends with \(outcome.status)"
    }
  }
}
