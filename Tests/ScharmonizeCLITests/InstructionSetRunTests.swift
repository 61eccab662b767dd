import Foundation
import Numerics
import Testing
import TestSupport

/// Runs with each instruction set of the machine, selected by the environment.
@Suite struct InstructionSetRunTests {
  let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
    try makeInput(at: folder.path("x.h5ad"))
  }

  private func run(_ set: String, _ arguments: [String]) throws -> Program.Outcome {
    try Program.shell("SCHARMONIZE_ISA='\(set)' exec \"$0\" \"$@\"", arguments, in: folder.url)
  }

  /// The record of a run without what may differ.
  private func record(_ name: String) throws -> NSDictionary {
    var record = try #require(
      JSONSerialization.jsonObject(with: Data(contentsOf: folder.url.appending(path: name)))
        as? [String: Any])
    for key in [
      "instruction_set", "threads", "seconds", "peak_memory_bytes", "peak_anonymous_bytes",
    ] {
      record[key] = nil
    }
    var options = try #require(record["options"] as? [String: Any])
    options["threads"] = nil
    record["options"] = options
    return record as NSDictionary
  }

  @Test func `embedding, model and record have the same bytes, at any number of threads`() throws {
    var first: (output: Data, model: Data, record: NSDictionary)?
    for set in InstructionSet.available {
      for threads in set == .plain ? [2] : Array(1...4) {
        let outcome = try run(
          set.rawValue,
          ["x.h5ad", "-o", "out.h5ad", "--model", "m.h5", "--json", "r.json", "--quiet", "--umap"]
            + IntegrateTests.fast + ["--threads", "\(threads)"])
        try #require(outcome.status == 0, "\(outcome.error)")
        let result = (
          output: try Data(contentsOf: folder.url.appending(path: "out.h5ad")),
          model: try Data(contentsOf: folder.url.appending(path: "m.h5")),
          record: try record("r.json")
        )
        let before = first ?? result
        #expect(result.output == before.output, "\(set), \(threads) threads")
        #expect(result.model == before.model, "\(set), \(threads) threads")
        #expect(result.record == before.record, "\(set), \(threads) threads")
        first = before
        let text = try String(contentsOf: folder.url.appending(path: "r.json"), encoding: .utf8)
        #expect(text.contains("\"instruction_set\" : \"\(set.rawValue)\""), "\(text)")
      }
    }
  }

  @Test(arguments: ["sse9", "AVX2", "avx2,avx512"])
  func `an unknown instruction set is a usage error, in every command`(value: String) throws {
    let usable = InstructionSet.available.map { "'\($0.rawValue)'" }.joined(separator: " or ")
    for command in [["x.h5ad", "-o", "out.csv"], ["evaluate", "x.h5ad"], ["certify", "m.h5"]] {
      let outcome = try run(value, command)
      #expect(outcome.status == 64)
      #expect(
        outcome.error == "Error: SCHARMONIZE_ISA='\(value)' is not an instruction set; use "
          + "\(usable), or unset it\n")
    }
  }

  #if arch(x86_64)
  @Test func `kernels without vector instructions are warned of`() throws {
    let outcome = try run("plain", ["x.h5ad", "-o", "out.csv"] + IntegrateTests.fast)
    #expect(outcome.status == 0)
    #expect(
      outcome.error.contains(
        "without AVX2 and FMA the result has the same bytes, but takes many times as long"))
  }
  #endif
}
