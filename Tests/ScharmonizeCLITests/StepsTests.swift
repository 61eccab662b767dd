import Foundation
import Testing
import TestSupport

/// The steps of an integration as subcommands, also when jobs are killed and run again.
@Suite struct StepsTests {
  private let folder: TemporaryFolder
  private let files = ["lab_a", "lab_b", "lab_c"]

  init() throws {
    folder = try TemporaryFolder()
    for file in files {
      try FileManager.default.copyItem(
        at: TestFiles.root.appending(path: "sample-data/\(file).h5"),
        to: folder.url.appending(path: "\(file).h5"))
    }
  }

  private static let options = [
    "--n-genes", "150", "--visits", "6000", "--hidden-sizes", "16", "--n-latent", "4",
    "--n-components", "4",
  ]

  private func run(_ arguments: [String]) throws {
    let outcome = try Program.run(arguments + ["--quiet"], in: folder.url)
    #expect(outcome.status == 0, "\(arguments): \(outcome.error)")
  }

  private func bytes(_ name: String) throws -> Data {
    try Data(contentsOf: folder.url.appending(path: name))
  }

  private var training: [String] {
    ["train"] + files.map { "\($0).pack" } + ["--plan", "plan", "-o", "trained"]
  }

  private func prepare() throws {
    for file in files { try run(["scan", "\(file).h5", "-o", "\(file).scan"]) }
    try run(["plan"] + files.map { "\($0).scan" } + ["-o", "plan"] + Self.options)
    for file in files.reversed() {
      try run(["pack", "\(file).h5", "--plan", "plan", "-o", "\(file).pack"])
    }
  }

  private func finish() throws {
    for file in files {
      try run([
        "encode", "\(file).h5", "--plan", "plan", "--model", "trained", "-o", "\(file).cells",
      ])
    }
    try run(
      ["align"] + files.map { "\($0).cells" } + [
        "--plan", "plan", "--model", "trained", "-o", "embedding", "--json", "run.json",
      ])
    for file in files {
      try run([
        "write", "\(file).h5", "--plan", "plan", "--cells", "\(file).cells", "--embedding",
        "embedding", "-o", "\(file).tsv",
      ])
    }
  }

  @Test func `files in steps have the coordinates of one process`() throws {
    try prepare()
    try run(training)
    try finish()
    try run(["integrate"] + files.map { "\($0).h5" } + ["-o", "one.tsv"] + Self.options)
    func rows(_ name: String) throws -> [[Substring]] {
      try String(contentsOf: folder.url.appending(path: name), encoding: .utf8)
        .split(separator: "\n").dropFirst().map { $0.split(separator: "\t") }
    }
    // One process gives the cells of several files the files' names where they would be the same.
    #expect(
      try files.flatMap { try rows("\($0).tsv") }.map { Array($0.dropFirst()) }
        == rows("one.tsv").map { Array($0.dropFirst()) })
    #expect(try bytes("run.json").count > 1_000)
  }

  @Test func `a killed training leaves no model, and continues to the same bytes`() throws {
    try prepare()
    try run(training)
    let whole = try bytes("trained")
    for signal in [SIGKILL, SIGTERM] {
      try FileManager.default.removeItem(at: folder.url.appending(path: "trained"))
      let held = try HeldProgram(training + ["--checkpoint-minutes", "0.0001"], in: folder.url)
      try held.read(to: "training 30%")
      held.send(signal)
      _ = try held.wait()
      let left = try FileManager.default.contentsOfDirectory(atPath: folder.url.path)
      #expect(!left.contains("trained"))
      // What is killed has saved itself by then, or begins anew.
      #expect(left.contains("trained.checkpoint") || signal == SIGKILL)
      try run(training + ["--resume"])
      #expect(try bytes("trained") == whole)
    }
    let names = try FileManager.default.contentsOfDirectory(atPath: folder.url.path)
    #expect(!names.contains { $0.hasPrefix(".") || $0.hasSuffix(".checkpoint") }, "\(names)")
  }

  @Test func `a job that is killed while it writes is run again`() throws {
    try prepare()
    let whole = try bytes("lab_a.pack")
    for stage in ["gathering"] {
      try FileManager.default.removeItem(at: folder.url.appending(path: "lab_a.pack"))
      let pack = ["pack", "lab_a.h5", "--plan", "plan", "-o", "lab_a.pack"]
      let held = try HeldProgram(pack, in: folder.url)
      try held.read(to: stage)
      held.send(SIGKILL)
      _ = try held.wait()
      try run(pack)
      #expect(try bytes("lab_a.pack") == whole)
    }
    let names = try FileManager.default.contentsOfDirectory(atPath: folder.url.path)
    #expect(!names.contains { $0.hasPrefix(".") }, "\(names)")
  }

  @Test func `errors name flags`() throws {
    try prepare()
    let outcome = try Program.run(
      ["train", "lab_a.pack", "--plan", "plan", "-o", "trained"], in: folder.url)
    #expect(outcome.status == 64)
    #expect(
      outcome.error.contains(
        "there is no pack of 'lab_b.h5', 'lab_c.h5'; give one for each file of the plan"))
    try run(["scan", "lab_a.h5", "-o", "other.scan", "--min-counts", "9"])
    let different = try Program.run(
      ["plan", "lab_b.scan", "other.scan", "-o", "p"], in: folder.url)
    #expect(different.status == 64)
    #expect(
      different.error.contains(
        "the scans 'lab_b.scan' and 'other.scan' differ in '--min-counts'; scan all files with the "
          + "same options"))
  }
}
