import Foundation
import Testing
import TestSupport

/// How many threads a run has: of the option, the environment, or what the process may use.
@Suite struct ThreadsTests {
  let folder: TemporaryFolder

  private static let fast = ["--visits", "6400", "--hidden-sizes", "4", "--n-latent", "2"]

  init() throws {
    folder = try TemporaryFolder()
    try makeInput(at: folder.path("x.h5ad"))
  }

  @Test(arguments: ["many", "0", "-1", "1.5", "1025", " 2", "99999999999999999999"])
  func `a variable that is no number of threads is a usage error, in every command`(
    value: String
  ) throws {
    for command in [
      ["x.h5ad", "-o", "out.csv"], ["map", "m.h5", "x.h5ad", "-o", "out.csv"],
      ["evaluate", "x.h5ad"], ["certify", "m.h5"],
    ] {
      let outcome = try Program.shell(
        "SCHARMONIZE_THREADS='\(value)' exec \"$0\" \"$@\"", command, in: folder.url)
      #expect(outcome.status == 64)
      #expect(
        outcome.error == "Error: 'SCHARMONIZE_THREADS' cannot be '\(value)'; set it to 1 to 1024, "
          + "or give '--threads'\n")
    }
  }

  @Test(arguments: [["evaluate", "x.h5ad"], ["certify", "m.h5"], ["x.h5ad", "-o", "out.csv"]])
  func `no threads at all`(command: [String]) throws {
    let outcome = try Program.run(command + ["--threads", "0"], in: folder.url)
    #expect(outcome.status == 64)
    #expect(outcome.error == "Error: '--threads' cannot be 0; give 1 to 1024\n")
  }

  #if os(Linux)
  /// How many threads a run has in the training, once all of them have come to rest.
  private func threads(_ setting: String, _ more: [String] = []) throws -> Int {
    let run = try HeldProgram(
      ["-c", "\(setting) \"$0\" \"$@\"", Program.url.path, "x.h5ad", "-o", "out.csv"]
        + Self.fast + more,
      in: folder.url, program: URL(filePath: "/bin/sh"))
    try run.read(to: "training 10%")
    run.rest()
    let count = run.threadCount
    let outcome = try run.wait()
    #expect(outcome.status == 0, "\(outcome.error)")
    return count
  }

  @Test func `the option wins over the variable, and the variable over the default`() throws {
    // Beside those that work there are some that wait, such as for signals.
    let one = try threads("SCHARMONIZE_THREADS=many exec", ["--threads", "1"])
    #expect(try threads("SCHARMONIZE_THREADS=3 exec") == one + 2)
    #expect(try threads("SCHARMONIZE_THREADS=3 exec", ["--threads", "2"]) == one + 1)
  }

  @Test func `a process that is bound to one processor has one thread`() throws {
    let one = try threads("exec", ["--threads", "1"])
    // The first of those that the test may use.
    let first = "$(taskset -pc $$ | sed 's/.*: //; s/[,-].*//')"
    #expect(try threads("SCHARMONIZE_THREADS= exec taskset -c \(first)") == one)
  }
  #endif
}
