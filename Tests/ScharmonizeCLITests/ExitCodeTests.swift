import ArgumentParser
import Foundation
import Testing
import TestSupport
@testable import ScharmonizeCLI

/// Each exit code, by something that gives it; those of signals are in `InterruptionTests`.
@Suite struct ExitCodeTests {
  let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
    try makeInput(at: folder.path("x.h5ad"))
    try Data("not HDF5".utf8).write(to: folder.url.appending(path: "notes.txt"))
    try Data().write(to: folder.url.appending(path: "empty.h5ad"))
    try FileManager.default.createDirectory(
      atPath: folder.path("sub"), withIntermediateDirectories: false)
  }

  private static let fast = ["--visits", "64", "--hidden-sizes", "4", "--n-latent", "2"]

  @Test(
    arguments: [
      (0, ["x.h5ad", "-o", "out.csv"]), (0, ["--help"]), (0, ["--version"]),
      (0, ["inspect", "x.h5ad"]),
      (64, ["x.h5ad"]), (64, ["x.h5ad", "-o", "out.csv", "--visits", "many"]),
      (64, ["x.h5ad", "-o", "out.csv", "--dropout", "2"]), (64, ["x.h5ad", "-o", "x.h5ad"]),
      (64, ["x.h5ad", "-o", "out.csv", "--model", "out.csv"]), (64, ["x.h5ad", "-o", "out.xyz"]),
      (64, ["x.h5ad", "-o", "out.csv", "--checkpoint", "x.h5ad"]), (64, ["--nothing"]),
      (64, ["evaluate"]), (64, ["simulate", "-o", "out.h5ad", "--cells", "0"]),
      (65, ["notes.txt", "-o", "out.csv"]), (65, ["empty.h5ad", "-o", "out.csv"]),
      (65, ["x.h5ad", "-o", "out.csv", "--batch-key", "lab"]),
      (65, ["x.h5ad", "-o", "out.csv", "--min-counts", "1000000"]),
      (65, ["inspect", "notes.txt"]), (65, ["evaluate", "x.h5ad"]),
      (66, ["none.h5ad", "-o", "out.csv"]), (65, ["sub", "-o", "out.csv"]),
      (66, ["x.h5ad", "-o", "out.csv", "--genes", "none.txt"]), (66, ["inspect", "none.h5ad"]),
      (66, ["evaluate", "none.h5ad"]),
      (73, ["x.h5ad", "-o", "none/out.csv"]), (73, ["x.h5ad", "-o", "notes.txt/out.csv"]),
      (73, ["x.h5ad", "-o", "out.csv", "--model", "sub"]),
      (73, ["x.h5ad", "-o", "out.csv", "--json", "none/r.json"]),
      (73, ["x.h5ad", "-o", "out.csv", "--scratch", "none"]),
      (73, ["simulate", "-o", "none/out.h5ad"]),
      (73, ["evaluate", "x.h5ad", "--csv", "none/s.csv"]),
    ] as [(Int32, [String])])
  func `the table of the manual`(status: Int32, arguments: [String]) throws {
    let before = try FileManager.default.contentsOfDirectory(atPath: folder.url.path).sorted()
    let isRun = arguments.contains("-o") && arguments[0] != "simulate"
    let outcome = try Program.run(
      arguments + (isRun && !arguments.contains("--visits") ? Self.fast : []), in: folder.url)
    #expect(outcome.status == status, "\(arguments): \(outcome.error)")
    #expect(outcome.error.contains("Error: ") == (status != 0), "\(outcome.error)")
    guard status != 0 else { return }
    #expect(outcome.output == "")
    let after = try FileManager.default.contentsOfDirectory(atPath: folder.url.path).sorted()
    #expect(after == before)
  }

  @Test func `writing that fails`() throws {
    let outcome = try Program.shell(
      "ulimit -f 2; exec \"$0\" \"$@\"", ["x.h5ad", "-o", "out.h5ad"] + Self.fast, in: folder.url)
    #expect(outcome.status == 74)
  }

  @Test func `an unexpected error is an internal error`() {
    struct Surprise: Error {}
    #expect(Scharmonize.status(of: Surprise()) == .software)
    #expect(Scharmonize.status(of: CocoaError(.featureUnsupported)) == .software)
    // What is wrong with a command line, and calls for help, ArgumentParser answers itself.
    #expect(Scharmonize.status(of: ValidationError("no")) == nil)
    #expect(Scharmonize.status(of: CleanExit.message("help")) == nil)
  }

  @Test func `the manual has all of them`() throws {
    let manual = try String(
      contentsOf: TestFiles.root.appending(path: "man/scharmonize.1"), encoding: .utf8)
    let readme = try String(
      contentsOf: TestFiles.root.appending(path: "README.md"), encoding: .utf8
    ).replacing("\n", with: " ")
    let article = try String(contentsOf: Documents.article("CommandLine"), encoding: .utf8)
    for code in ScharmonizeCLI.ExitCode.allCases {
      #expect(manual.contains(".It Er \(code.rawValue)\n\(code.meaning)\n"))
      guard code.rawValue < 128 else { continue }  // the others are told of together
      #expect(readme.contains("\(code.rawValue) \(code.meaning)"))
      #expect(article.contains("| \(code.rawValue) | \(code.meaning) |"))
    }
  }

  @Test(arguments: [
    (
      ["evalute", "x.h5ad"], 64,
      "There is no subcommand and no file 'evalute' (did you mean 'evaluate'?)."
    ),
    (
      ["cell.h5ad", "-o", "y.csv"], 66,
      "cannot open 'cell.h5ad': there is no such file (did you mean 'cells.h5ad'?)"
    ),
    (
      ["cells.h5ad", "--batch-key", "Batch", "-o", "y.csv"], 65,
      "'cells.h5ad' has no column 'Batch' in 'obs' (did you mean 'batch'?); there are: "
    ),
  ])
  func `a misspelt word is told with what is there`(
    arguments: [String], status: Int, message: String
  ) throws {
    let folder = try TemporaryFolder()
    try PlantedBatches([[0, 1], [0, 1]]).write(
      to: folder.path("cells.h5ad"), columns: ("batch", "type"))
    let outcome = try Program.run(arguments, in: folder.url)
    #expect(outcome.status == status)
    #expect(outcome.error.contains(message), "\(outcome.error)")
  }
}
