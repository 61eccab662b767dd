import Foundation
import Logging
import Testing
import TestSupport
@testable import ScharmonizeCLI

/// What a run says, and how: text for people, JSON for programs, a bar on terminals alone.
@Suite struct LoggingTests {
  let folder: TemporaryFolder

  private static let fast = ["--visits", "640", "--hidden-sizes", "4", "--n-latent", "2"]

  init() throws {
    folder = try TemporaryFolder()
    try makeInput(at: folder.path("x.h5ad"))
  }

  private func run(_ arguments: [String]) throws -> Program.Outcome {
    try Program.run(arguments, in: folder.url)
  }

  /// A line that was logged as JSON.
  private struct Line: Decodable {
    var time: String
    var level: String
    var message: String
    var stage: String?
    var fraction: Double?
    var overall: Double?
    var secondsLeft: Double?
    var file: String?
    var content: String?
    var mixingBefore: Double?
    var mixingAfter: Double?
    var preservedLeast: Double?
    var preservedMost: Double?
    var seconds: Double?
    var embeddings: Int?
    var cells: Int?
    var labelled: Int?
    var status: Int?
    var signal: String?
  }

  private func lines(_ text: String) throws -> [Line] {
    #expect(text.hasSuffix("\n"))
    let decoder = JSONDecoder()
    decoder.keyDecodingStrategy = .convertFromSnakeCase
    return try text.split(separator: "\n").map {
      try decoder.decode(Line.self, from: Data($0.utf8))
    }
  }

  /// A log without the times, which differ from run to run.
  private func timeless(_ text: String) -> String {
    text.replacing(#/, [^,()]+ left\)/#, with: ")").replacing(#/, [\d hmins]+\n$/#, with: "\n")
  }

  /// Expects that the overall share of a run rises to 1, and is 1 at the end alone.
  private func expectWhole(_ lines: [Line], _ place: SourceLocation = #_sourceLocation) {
    let progress = lines.filter { $0.level == "info" }
    let overall = progress.compactMap(\.overall)
    #expect(overall.count == progress.count && overall.count < 60, sourceLocation: place)
    #expect(overall == overall.sorted(), sourceLocation: place)
    #expect(overall.first ?? 1 < 0.5 && overall.last == 1, sourceLocation: place)
    #expect(overall.count { $0 == 1 } == 1, sourceLocation: place)
    #expect(progress.allSatisfy { $0.secondsLeft ?? 0 >= 0 }, sourceLocation: place)
    #expect(progress.last?.secondsLeft == 0, sourceLocation: place)
  }

  @Test func `each line of a run is an object, with the same messages as in text`() throws {
    // 10 genes and 60 cells: the default of 20 components is more than there can be.
    let arguments = ["x.h5ad", "-o", "out.csv"] + Self.fast
    let text = try run(arguments)
    let json = try run(arguments + ["--log-format", "json"])
    #expect(text.status == 0 && json.status == 0 && json.output == "")
    let logged = try lines(json.error)
    let asText = logged.map { ($0.level == "warning" ? "Warning: " : "") + $0.message + "\n" }
    #expect(timeless(asText.joined()) == timeless(text.error))
    #expect(Set(logged.map(\.level)).isSubset(of: ["info", "notice", "warning"]))
    #expect(logged.dropLast().last?.message == "wrote out.csv")
    let end = try #require(logged.last)
    #expect(end.level == "notice" && end.message.contains(#/^mixing \d.* kept \d.*%, \d+ s$/#))
    expectWhole(logged)
    let half = try #require(logged.first { $0.message.hasPrefix("training 50% (run ") })
    #expect(half.level == "info" && half.stage == "training")
    #expect(try #require(half.fraction) >= 0.5)
    for line in logged {
      #expect(line.time.wholeMatch(of: #/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z/#) != nil)
      #expect((line.stage == nil) == (line.level != "info"))
    }
    #expect(!json.error.contains("error:") && !text.error.contains("error:"))
  }

  @Test func `a run with all outputs names them, and tells its share and its outcome`() throws {
    let arguments =
      [
        "x.h5ad", "-o", "o.h5ad", "--umap", "--model", "m.h5", "--corrected", "c.h5ad", "--json",
        "r.json", "--report", "r.html", "--multiqc", "r_mqc.json", "--permutation-test",
        "--label-key", "batch", "--checkpoint-minutes", "0.000001", "--log-format", "json",
      ] + Self.fast
    let outcome = try run(arguments)
    #expect(outcome.status == 0, "\(outcome.error)")
    let logged = try lines(outcome.error)
    expectWhole(logged)
    #expect(
      Set(logged.compactMap(\.stage)) == [
        "reading", "gathering", "comparing", "training", "embedding", "alignment", "checking",
        "umap", "writing", "correcting", "reporting",
      ])
    let files = logged.filter { $0.file != nil }
    #expect(
      files.map { "\($0.content ?? ""): \($0.message)" } == [
        "output: wrote o.h5ad", "corrected: wrote c.h5ad", "model: wrote m.h5",
        "record: wrote r.json", "multiqc: wrote r_mqc.json", "multiqc: wrote r_general_mqc.json",
        "report: wrote r.html", "checkpoint: removed o.h5ad.checkpoint",
      ])
    for line in files.dropLast() {
      #expect(FileManager.default.fileExists(atPath: folder.path(try #require(line.file))))
    }
    let end = try #require(logged.last)
    let record = try #require(
      JSONSerialization.jsonObject(
        with: Data(contentsOf: folder.url.appending(path: "r.json"))) as? [String: Any])
    let mixing = try #require(record["mixing"] as? [String: Any])
    for (told, key) in [(end.mixingBefore, "before"), (end.mixingAfter, "after")] {
      #expect(abs(try #require(told) - (try #require(mixing[key] as? Double))) < 1e-12)
    }
    let kept = (record["preservation"] as? [[String: Any]] ?? []).compactMap {
      $0["preserved"] as? Double
    }
    #expect(abs(try #require(end.preservedLeast) - (try #require(kept.min()))) < 1e-12)
    #expect(abs(try #require(end.preservedMost) - (try #require(kept.max()))) < 1e-12)
    #expect(end.seconds != nil)

    let mapped = try lines(
      run([
        "map", "m.h5", "x.h5ad", "-o", "p.h5ad", "--json", "p.json", "--log-format", "json",
      ]).error)
    expectWhole(mapped)
    #expect(mapped.compactMap(\.content) == ["output", "record"])
    #expect(mapped.compactMap(\.file) == ["p.h5ad", "p.json"])
    #expect(mapped.last?.cells == 60 && mapped.last?.labelled != nil)
    #expect(mapped.last?.message.hasPrefix("mapped 60 cells, ") == true)
    #expect(mapped.last?.seconds != nil)

    let evaluated = try lines(
      run([
        "evaluate", "o.h5ad", "--embedding", "X_scharmonize", "X_umap", "--json", "s.json", "--csv",
        "s.csv", "--report", "s.html", "--log-format", "json",
      ]).error)
    expectWhole(evaluated)
    #expect(evaluated.compactMap(\.content) == ["scores", "scores", "report"])
    #expect(evaluated.compactMap(\.file) == ["s.json", "s.csv", "s.html"])
    #expect(evaluated.last?.embeddings == 2 && evaluated.last?.seconds != nil)
    #expect(
      evaluated.last?.message.hasPrefix("evaluated 2 embeddings of 60 cells, ") == true)

    for command in [
      ["map", "m.h5", "x.h5ad", "-o", "p.h5ad"], ["evaluate", "o.h5ad", "--json", "s.json"],
    ] {
      let quiet = try run(command + ["--quiet"])
      #expect(quiet.status == 0)
      #expect(quiet.error.split(separator: "\n").allSatisfy { $0.hasPrefix("Warning: ") })
    }
  }

  @Test func `quiet leaves warnings and errors`() throws {
    let arguments = ["x.h5ad", "-o", "out.csv", "--quiet", "--log-format", "json"] + Self.fast
    #expect(try run(arguments).error.split(separator: "\n").allSatisfy { $0.contains("warning") })
    let failed = try lines(run(["none.h5ad"] + arguments.dropFirst()).error)
    #expect(failed.map(\.level) == ["error"])
  }

  @Test(
    arguments: [
      (["none.h5ad", "-o", "out.csv"], 66, "cannot open 'none.h5ad': there is no such file"),
      (["x.h5ad", "-o", "out.xyz", "--visits", "many"], 64, nil),
      (["--nothing"], 64, nil), (["inspect", "none\n\"h5ad"], 66, nil), (["evaluate"], 64, nil),
      (
        ["x.h5ad"], 64, "Give '-o FILE', or '--in-place' to add the result to the input."
      ),
      (["certify", "x.h5ad"], 65, nil), (["simulate", "-o", "none/x.h5ad"], 73, nil),
    ] as [([String], Int, String?)])
  func `errors are objects, too`(arguments: [String], status: Int, message: String?) throws {
    for format in [["--log-format", "json"], ["--log-format=text", "--log-format=json"]] {
      let outcome = try run(arguments + format)
      #expect(Int(outcome.status) == status)
      let logged = try lines(outcome.error)
      #expect(logged.map(\.level) == ["error"] && logged.first?.status == status)
      if let message { #expect(logged.first?.message == message) }
      let text = try run(arguments)
      #expect(
        text.error.contains(
          "Error: \(try #require(logged.first).message.replacing("\n", with: "\\n"))"))
    }
  }

  @Test func `calls for help are answered as ever, and other formats refused`() throws {
    #expect(try run(["map", "--help", "--log-format", "json"]).output.hasPrefix("OVERVIEW: Map"))
    let outcome = try run(["x.h5ad", "-o", "out.csv", "--log-format", "xml"])
    #expect(outcome.status == 64)
    #expect(outcome.error.contains("The value 'xml' is invalid for '--log-format <format>'"))
  }

  @Test(arguments: [(SIGINT, "SIGINT", 130), (SIGTERM, "SIGTERM", 143)])
  func `a signal is told as JSON`(signal: Int32, name: String, status: Int) throws {
    let running = try Program.start(
      ["x.h5ad", "-o", "out.csv", "--visits", "6000000000", "--log-format", "json"], in: folder.url)
    running.wait(for: "training 0%")
    running.send(signal)
    let last = try #require(try lines(running.wait().error).last)
    #expect(last.level == "critical" && last.signal == name && last.status == status)
    #expect(last.message.hasPrefix("Stopped by \(name). The training is saved in 'out.csv.check"))
  }

  @Test func `a fault of the HDF5 library is told as JSON`() throws {
    // A sanitizer has the first word where the library itself fails.
    guard !HostileRun.isSanitized else { return }
    try FileManager.default.copyItem(
      at: TestFiles.fixtures.appending(path: "hostile/library_heap_of_zeros.h5ad"),
      to: folder.url.appending(path: "a \"b\".h5ad"))
    let outcome = try run(["inspect", "a \"b\".h5ad", "--log-format", "json"])
    #expect(outcome.status == 65)
    let line = try #require(try lines(outcome.error).first)
    #expect(line.level == "error" && line.status == 65)
    #expect(line.message.hasPrefix("the HDF5 library failed while reading 'a \"b\".h5ad': it does"))
    let time = try Date(
      line.time, strategy: Date.ISO8601FormatStyle(includingFractionalSeconds: true))
    #expect(abs(time.timeIntervalSinceNow) < 3600)
  }

  @Test func `text that JSON could not hold as it stands`() throws {
    let line = LogFormat.json.line(.notice, "a \"b\" \\ c\nd\te\u{1}\u{2028}é", ["n": "1"])
    let object = try #require(
      JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: String])
    #expect(object["message"] == "a \"b\" \\ c\nd\te\u{1}\u{2028}é")
    #expect(object["n"] == "1" && object["level"] == "notice")
    #expect(!line.contains("\n"))
  }

  @Test func `the format is the last that stands before '--'`() {
    func format(_ arguments: String...) -> LogFormat { LogFormat(arguments: arguments) }
    #expect(format() == .text)
    #expect(format("a", "--log-format", "json") == .json)
    #expect(format("--log-format=json", "--log-format", "text") == .text)
    #expect(format("--", "--log-format=json") == .text)
    #expect(format("--log-format") == .text)
  }
}
