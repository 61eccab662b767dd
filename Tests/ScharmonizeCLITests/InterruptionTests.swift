import Foundation
import HDF5
import Testing
import TestSupport

/// What a user is left with when a run is stopped by a signal.
@Suite struct InterruptionTests {
  let folder: TemporaryFolder

  /// A training that is held on its way.
  private static let long = ["--visits", "64000", "--hidden-sizes", "16", "--n-latent", "4"]

  /// One that no machine comes to the end of while a test runs.
  private static let endless = [
    "--visits", "6000000000", "--hidden-sizes", "16", "--n-latent", "4",
  ]

  /// One of a moment.
  private static let fast = ["--visits", "640", "--hidden-sizes", "16", "--n-latent", "4"]

  init() throws {
    folder = try TemporaryFolder()
    try makeInput(at: folder.path("x.h5ad"))
  }

  private func start(_ arguments: [String]) throws -> Program.Running {
    try Program.start(arguments, in: folder.url)
  }

  private func files() throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: folder.url.path).sorted()
  }

  private func data(_ name: String) throws -> Data {
    try Data(contentsOf: folder.url.appending(path: name))
  }

  @Test(arguments: [(SIGINT, "SIGINT", Int32(130)), (SIGTERM, "SIGTERM", 143)])
  func `a training that is stopped is saved, and goes on to the same bytes`(
    signal: Int32, name: String, status: Int32
  ) throws {
    let arguments = ["x.h5ad", "-o", "out.h5ad", "--model", "m.h5"] + Self.long
    let run = try HeldProgram(arguments, in: folder.url)
    try run.read(to: "training 10%")
    run.send(signal)
    let outcome = try run.wait()
    #expect(outcome.status == status, "\(outcome.error)")
    let last = try #require(outcome.error.split(separator: "\n").last)
    let expected =
      #/
      Stopped\ by\ (SIGINT|SIGTERM)\.\ The\ training\ is\ saved\ in\ 'out\.h5ad\.checkpoint',
      \ after\ step\ (\d+)\ of\ 1066;\ to\ resume,\ add\ '--resume'\ to\ the\ same\ command\.
      /#
    let match = try #require(last.wholeMatch(of: expected), "\(last)")
    #expect(match.1 == name)
    #expect(try files() == ["out.h5ad.checkpoint", "x.h5ad"])

    let resumed = try start(arguments + ["--resume"]).wait()
    #expect(resumed.status == 0, "\(resumed.error)")
    #expect(
      resumed.error.contains(
        "resuming from 'out.h5ad.checkpoint' after step \(match.2) of 1066\n"))
    #expect(try files() == ["m.h5", "out.h5ad", "x.h5ad"])
    let (output, model) = (try data("out.h5ad"), try data("m.h5"))
    #expect(try start(arguments).wait().status == 0)
    #expect(try data("out.h5ad") == output)
    #expect(try data("m.h5") == model)
  }

  @Test func `a second signal ends the process at once`() throws {
    let run = try start(["x.h5ad", "-o", "out.h5ad"] + Self.endless)
    run.wait(for: "training 0%")
    for _ in 0..<100 {
      run.send(SIGTERM)
      run.send(SIGINT)
    }
    let outcome = try run.wait()
    #expect([130, 143].contains(outcome.status))
    #expect(try files().allSatisfy { ["x.h5ad", "out.h5ad.checkpoint"].contains($0) })
  }

  @Test func `a background job of a shell goes on when the keyboard interrupts`() throws {
    let run = try HeldProgram(
      ["-c", "trap '' INT; exec \"$0\" \"$@\"", Program.url.path, "x.h5ad", "-o", "out.csv"]
        + Self.long,
      in: folder.url, program: URL(filePath: "/bin/sh"))
    try run.read(to: "training 10%")
    // Nothing receives it, so there is nothing to wait for.
    kill(run.identifier, SIGINT)
    #expect(try run.wait().status == 0)
    #expect(try files() == ["out.csv", "x.h5ad"])
  }

  @Test func `a log that nobody reads any more does not end the run`() throws {
    let outcome = try Program.shell(
      "\"$0\" \"$@\" 2>&1 >/dev/null | true; test -s out.csv",
      ["x.h5ad", "-o", "out.csv"] + Self.fast, in: folder.url)
    #expect(outcome.status == 0)
  }

  @Test func `a checkpoint may lie elsewhere, and be absent`() throws {
    let arguments = ["x.h5ad", "-o", "out.csv", "--checkpoint", "c"]
    let run = try start(arguments + Self.endless)
    run.wait(for: "training 0%")
    run.send(SIGINT)
    #expect(try run.wait().error.contains("is saved in 'c', after step"))
    #expect(try files() == ["c", "x.h5ad"])

    let other = try start(arguments + Self.fast + ["--resume"]).wait()
    #expect(other.status == 64)
    #expect(
      other.error.contains(
        "Error: 'c' belongs to a training with other options: '--visits' was 6000000000 and is now 640; give "
          + "the same options, or leave out '--resume' to start from scratch\n"))
    let anew = try start(arguments + Self.fast).wait()
    #expect(anew.status == 0)
    #expect(
      anew.error.hasPrefix(
        "starting from scratch; '--resume' would continue from 'c' after step "))
    #expect(anew.error.contains(" of 100000000\n"))
    #expect(try files() == ["out.csv", "x.h5ad"])
    let absent = try start(arguments + Self.fast + ["--resume"]).wait()
    #expect(absent.status == 0)
    #expect(absent.error.hasPrefix("no checkpoint 'c'; starting from scratch\n"))
  }

  @Test func `a checkpoint of other data`() throws {
    let run = try start(["x.h5ad", "-o", "out.csv"] + Self.endless)
    run.wait(for: "training 0%")
    run.send(SIGINT)
    #expect(try run.wait().status == 130)
    try makeInput(at: folder.path("x.h5ad"), cells: 50)
    let outcome = try start(["x.h5ad", "-o", "out.csv", "--resume"] + Self.endless).wait()
    #expect(outcome.status == 65)
    #expect(
      outcome.error.contains(
        "Error: 'out.csv.checkpoint' belongs to a training on other data: it had 60 cells, now 50; give "
          + "the same data, or leave out '--resume' to start from scratch\n"))
    #expect(try files() == ["out.csv.checkpoint", "x.h5ad"])
  }

  @Test func `a checkpoint that cannot be`() throws {
    for (checkpoint, status, message) in [
      ("x.h5ad", 64, "the output of '--checkpoint' is the input 'x.h5ad'; name another file"),
      (
        "./out.csv", 64,
        "the output of '--checkpoint' is also the output 'out.csv'; name two files"
      ),
      ("none/c", 73, "cannot create 'none/c': there is no folder 'none'"),
    ] as [(String, Int32, String)] {
      let outcome = try start(
        ["x.h5ad", "-o", "out.csv", "--checkpoint", checkpoint] + Self.fast
      ).wait()
      #expect(outcome.status == status)
      #expect(outcome.error == "Error: \(message)\n")
    }
    let never = try start(["x.h5ad", "-o", "out.csv", "--checkpoint-minutes", "0"]).wait()
    #expect(never.status == 64)
    #expect(
      never.error == "Error: '--checkpoint-minutes' cannot be 0.0; give a number above 0\n")
  }
}

/// Makes an `.h5ad` of ten genes in two batches, with a part that this program does not know.
func makeInput(at path: String, cells: Int = 60, ballast: Int = 0) throws {
  var rows = madeCounts(cells: cells, genes: 10)
  for cell in rows.indices { rows[cell][0] += 1 }
  let file = try File(creatingAt: path)
  try file.writeAnnData(rows, batches: (0..<cells).map { $0 % 2 == 0 ? "a" : "b" })
  if ballast > 0 {
    try file.write((0..<ballast).map { Int32(truncatingIfNeeded: $0 &* 7919) }, at: "uns/ballast")
  }
  try file.close()
}
