import Foundation
import HDF5
import Testing
import TestSupport

/// `-` for standard input and output, and what happens where these are pipes, full or closed.
@Suite struct StandardStreamTests {
  let folder: TemporaryFolder

  private static let fast = ["--visits", "640", "--hidden-sizes", "4", "--n-latent", "2"]

  init() throws {
    folder = try TemporaryFolder()
    try makeInput(at: folder.path("x.h5ad"))
  }

  private func run(_ arguments: [String]) throws -> Program.Outcome {
    try Program.run(arguments + Self.fast, in: folder.url)
  }

  private func shell(_ line: String, _ arguments: [String] = []) throws -> Program.Outcome {
    try Program.shell(line, arguments, in: folder.url)
  }

  private func text(_ name: String) throws -> String {
    try String(contentsOf: folder.url.appending(path: name), encoding: .utf8)
  }

  private func files() throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: folder.url.path).sorted()
  }

  @Test(arguments: [
    ([], "tsv"), (["--output-format", "tsv"], "tsv"), (["--output-format", "csv"], "csv"),
    (["--output-format", "csv.gz"], "csv.gz"), (["--output-format", "npy"], "npy"),
  ])
  func `a table on standard output is the one in a file`(more: [String], ending: String) throws {
    #expect(try run(["x.h5ad", "-o", "out.\(ending)"]).status == 0)
    let outcome = try shell(
      "\"$0\" \"$@\" >printed", ["x.h5ad", "-o", "-"] + more + Self.fast)
    #expect(outcome.status == 0)
    #expect(outcome.error.contains("\nwrote standard output\n"))
    let file = try Data(contentsOf: folder.url.appending(path: "out.\(ending)"))
    #expect(try Data(contentsOf: folder.url.appending(path: "printed")) == file)
    #expect(try files() == ["out.\(ending)", "printed", "x.h5ad"])
  }

  @Test func `new cells are mapped to standard output`() throws {
    #expect(try run(["x.h5ad", "-o", "out.tsv", "--model", "m.h5"]).status == 0)
    let file = try Program.run(["map", "m.h5", "x.h5ad", "-o", "new.tsv"], in: folder.url)
    let printed = try Program.run(["map", "m.h5", "x.h5ad", "-o", "-"], in: folder.url)
    #expect(file.status == 0 && printed.status == 0)
    #expect(printed.output == (try text("new.tsv")))
    #expect(printed.output.hasPrefix("cell\tscharmonize_1\t"))
  }

  @Test func `a format may be asked for whatever the name`() throws {
    #expect(try run(["x.h5ad", "-o", "out.dat", "--output-format", "csv"]).status == 0)
    #expect(try text("out.dat").hasPrefix("cell,scharmonize_1,"))
    #expect(try run(["x.h5ad", "-o", "out.dat", "--output-format", "h5ad"]).status == 0)
    #expect(try File(readingAt: folder.path("out.dat")).kind(of: "obsm/X_scharmonize") == .dataset)
  }

  @Test(
    arguments: [
      (
        ["x.h5ad", "-o", "-", "--output-format", "h5ad"],
        "standard output takes the embedding as text or .npy, not .h5ad, which cannot be written "
          + "sequentially; name a file"
      ),
      (
        ["x.h5ad", "-o", "-", "--output-format", "h5"],
        "standard output takes the embedding as text or .npy, not .h5, which cannot be written "
          + "sequentially; name a file"
      ),
      (
        ["x.h5ad", "-o", "-", "--json", "-"],
        "two results cannot both go to standard output; name a file for one of them"
      ),
      (
        ["x.h5ad", "-o", "-", "--model", "-"],
        "the output of '--model' cannot go to standard output; name a file"
      ),
      (
        ["x.h5ad", "-o", "out.csv", "--checkpoint", "-"],
        "the output of '--checkpoint' cannot go to standard output; name a file"
      ),
      (
        ["x.h5ad", "-o", "-", "--resume"],
        "'--resume' needs '--checkpoint FILE' if the result goes to standard output"
      ),
      (
        ["x.h5ad", "--in-place", "--output-format", "csv"],
        "'--in-place' adds the result to the input, which is h5ad; leave '--output-format' out"
      ),
      (
        ["-", "-o", "out.csv"],
        "cannot open '-': standard input allows no random access; write it to a file"
      ),
      (["--samples", "-", "--genes", "-", "-o", "out.csv"], nil),
    ] as [([String], String?)])
  func `what standard output and input do not take`(arguments: [String], message: String?) throws {
    let outcome = try run(arguments)
    #expect(outcome.status == 64, "\(outcome.error)")
    #expect(outcome.output == "")
    if let message { #expect(outcome.error == "Error: \(message)\n") }
    #expect(try files() == ["x.h5ad"])
  }

  @Test func `scores as JSON and as CSV are two results`() throws {
    let outcome = try Program.run(
      ["evaluate", "x.h5ad", "--json", "-", "--csv", "-"], in: folder.url)
    #expect(outcome.status == 64)
  }

  @Test(arguments: [
    ["x.h5ad", "-o", "-"] + fast, ["inspect", "x.h5ad"], ["inspect", "x.h5ad", "--json"],
  ])
  func `a reader that went away, a full disk and a closed output`(arguments: [String]) throws {
    // The reader tells that it is gone, and the status goes by way of standard error.
    let gone = try shell(
      "mkfifo gone; { read _ <gone; \"$0\" \"$@\"; echo \"status $?\" >&2; } | "
        + "{ exec <&-; echo >gone; }; rm gone", arguments)
    #expect(gone.error.contains("Error: cannot write 'standard output': broken pipe\n"))
    #expect(gone.error.hasSuffix("status 74\n"))
    let full = try shell("exec \"$0\" \"$@\" >/dev/full", arguments)
    #expect(full.status == 74)
    #expect(full.error.hasSuffix("cannot write 'standard output': no space left on device\n"))
    let closed = try shell("exec \"$0\" \"$@\" >&-", arguments)
    #expect(closed.status == 74)
    #expect(closed.error.hasSuffix("cannot write 'standard output': bad file descriptor\n"))
    #expect(try files() == ["x.h5ad"])
  }

  @Test func `a log that is closed does not end up in the result`() throws {
    let arguments = ["x.h5ad", "-o", "out.csv", "--model", "m.h5"] + Self.fast
    #expect(try Program.run(arguments, in: folder.url).status == 0)
    let whole = try (text("out.csv"), Data(contentsOf: folder.url.appending(path: "m.h5")))
    let outcome = try shell("exec \"$0\" \"$@\" <&- >&- 2>&-", arguments)
    #expect(outcome.status == 0 && outcome.output == "" && outcome.error == "")
    #expect(try text("out.csv") == whole.0)
    #expect(try Data(contentsOf: folder.url.appending(path: "m.h5")) == whole.1)
  }

  @Test func `a sheet and a list of genes come through pipes`() throws {
    try makeInput(at: folder.path("y.h5ad"), cells: 50)
    let sheet = "path,donor\nx.h5ad,d1\ny.h5ad,d2\n"
    try Data(sheet.utf8).write(to: folder.url.appending(path: "sheet.csv"))
    let names = try File(readingAt: folder.path("x.h5ad")).strings("var/_index")
    let list = names.prefix(5).map { "\($0)\n" }.joined()
    try Data(list.utf8).write(to: folder.url.appending(path: "genes.txt"))
    let rest = ["--batch-key", "donor", "-o", "-"] + Self.fast
    let expected = try Program.run(
      ["--samples", "sheet.csv", "--genes", "genes.txt"] + rest, in: folder.url)
    #expect(expected.status == 0, "\(expected.error)")
    for (line, arguments) in [
      ("cat sheet.csv | \"$0\" \"$@\"", ["--samples", "-", "--genes", "genes.txt"]),
      ("gzip <sheet.csv | \"$0\" \"$@\"", ["--samples", "/dev/stdin", "--genes", "genes.txt"]),
      ("cat genes.txt | \"$0\" \"$@\"", ["--samples", "sheet.csv", "--genes", "-"]),
      ("\"$0\" \"$@\" <genes.txt", ["--samples", "sheet.csv", "--genes", "-"]),
      (
        "mkfifo pipe; cat sheet.csv >pipe & \"$0\" \"$@\"",
        ["--samples", "pipe", "--genes", "genes.txt"]
      ),
    ] {
      let outcome = try shell(line, arguments + rest)
      #expect(outcome.status == 0, "\(line): \(outcome.error)")
      #expect(outcome.output == expected.output, "\(line)")
    }
    let closed = try shell("\"$0\" \"$@\" <&-", ["--samples", "-"] + rest)
    #expect(closed.status == 66 || closed.status == 65, "\(closed.error)")
    let empty = try shell("\"$0\" \"$@\" </dev/null", ["--samples", "-"] + rest)
    #expect(empty.status == 65)
    #expect(empty.error == "Error: the sample sheet 'standard input' is empty\n")
  }

  @Test func `a certificate is checked as it comes`() throws {
    #expect(try run(["x.h5ad", "-o", "out.csv", "--model", "m.h5"]).status == 0)
    let outcome = try shell(
      "\"$0\" certify m.h5 --json - | \"$0\" certify m.h5 --verify -")
    #expect(outcome.status == 0, "\(outcome.error)")
    #expect(outcome.output == "the model matches the certificate\n")
  }

  @Test func `a matrix cannot come through a pipe, and nothing waits for it`() throws {
    let reason = "it is not a regular file and allows no random access; copy it to one"
    let piped = try shell(
      "cat x.h5ad | \"$0\" \"$@\"", ["/dev/stdin", "-o", "out.csv"] + Self.fast)
    #expect(piped.status == 66)
    #expect(piped.error == "Error: cannot open '/dev/stdin': \(reason)\n")
    #expect(try shell("mkfifo pipe").status == 0)
    for command in [["pipe", "-o", "out.csv"], ["inspect", "pipe"], ["evaluate", "pipe"]] {
      let outcome = try Program.start(command, in: folder.url).waitUnlessItHangs()
      #expect(outcome.status == 66)
      #expect(outcome.error == "Error: cannot open 'pipe': \(reason)\n")
    }
    let redirected = try shell(
      "\"$0\" \"$@\" <x.h5ad", ["/dev/stdin", "-o", "out.csv"] + Self.fast)
    #expect(redirected.status == 0, "\(redirected.error)")
  }
}
