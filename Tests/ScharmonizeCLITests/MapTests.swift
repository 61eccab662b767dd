import CellFiles
import Foundation
import HDF5
import Testing
import TestSupport

/// What a user gets from `scharmonize map MODEL FILE... -o OUT`.
@Suite struct MapTests {
  let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
    for (name, seed) in [("reference", UInt64(1)), ("query", 2)] {
      var rows = madeCounts(cells: 40, genes: 10, seed: seed)
      for cell in rows.indices { rows[cell][0] += 1 }
      let file = try File(creatingAt: folder.path("\(name).h5ad"))
      try file.writeAnnData(
        rows, batches: (0..<40).map { name == "query" ? "c" : $0 % 2 == 0 ? "a" : "b" })
      try file.close()
    }
    let trained = try Program.run(
      ["reference.h5ad", "-o", "r.h5ad", "--model", "model.h5", "--label-key", "batch"]
        + IntegrateTests.fast, in: folder.url)
    #expect(trained.status == 0, "\(trained.error)")
  }

  private func map(_ arguments: [String]) throws -> Program.Outcome {
    try Program.run(["map", "model.h5"] + arguments, in: folder.url)
  }

  @Test func `the new cells' file comes back whole, with their places and labels`() throws {
    let input = try Data(contentsOf: folder.url.appending(path: "query.h5ad"))
    let outcome = try map(["query.h5ad", "-o", "out.h5ad", "--json", "run.json"])
    #expect(outcome.status == 0, "\(outcome.error)")
    #expect(outcome.output == "")
    #expect(try Data(contentsOf: folder.url.appending(path: "query.h5ad")) == input)
    let file = try CellFile(readingAt: folder.path("out.h5ad"))
    #expect(file.cellCount == 40)
    let labels = try file.column("scharmonize_label").labels().compactMap(\.self)
    #expect(labels.count == 40 && Set(labels).isSubset(of: ["a", "b", "unknown"]))
    guard case .floats(let confidence) = try file.column("scharmonize_confidence") else {
      Issue.record("no confidence")
      return
    }
    #expect(confidence.allSatisfy { (0...1).contains($0) })
    guard case .floats(let support) = try file.column("scharmonize_support") else {
      Issue.record("no support")
      return
    }
    #expect(support.count == labels.count && support.allSatisfy { $0.isFinite })
    for cell in labels.indices {
      #expect((labels[cell] == "unknown") == (confidence[cell] < 0.5 || support[cell] < 0.2))
    }
    let out = try File(readingAt: folder.path("out.h5ad"))
    #expect(try out.info(of: "obsm/X_scharmonize").shape == [40, 4])
    let record = try String(contentsOf: folder.url.appending(path: "run.json"), encoding: .utf8)
    #expect(record.contains("\"statistics\" : \"frozen\""))
    #expect(record.contains("\"genes_found\" : 10"))
  }

  @Test func `with the reference, its cells come first and to the bit where they were`() throws {
    let outcome = try map(["query.h5ad", "-o", "joint.h5ad", "--with-reference"])
    #expect(outcome.status == 0, "\(outcome.error)")
    let before = try File(readingAt: folder.path("r.h5ad")).read(
      "obsm/X_scharmonize", as: Float.self)
    let joint = try File(readingAt: folder.path("joint.h5ad"))
    let after = try joint.read("obsm/X_scharmonize", as: Float.self)
    #expect(after.count == 80 * 4 && Array(after.prefix(160)) == before)
    #expect(
      try joint.booleans("obs/is_reference") == (0..<80).map { $0 < 40 })
    let names = try joint.strings("obs/_index")
    #expect(Set(names).count == 80)
    #expect(outcome.error.contains("new cells have the names of training cells"))
  }

  @Test func `a table holds the new cells, or all`() throws {
    #expect(try map(["query.h5ad", "-o", "new.csv", "--quiet"]).status == 0)
    #expect(try map(["query.h5ad", "-o", "all.csv", "--with-reference", "--quiet"]).status == 0)
    func lines(_ name: String) throws -> Int {
      try String(contentsOf: folder.url.appending(path: name), encoding: .utf8)
        .split(separator: "\n").count
    }
    let (new, all) = (try lines("new.csv"), try lines("all.csv"))
    #expect(new == 41 && all == 81)
  }

  private static let refusals: [(Int32, [String])] = [
    (64, ["query.h5ad", "-o", "model.h5"]), (64, ["query.h5ad", "-o", "query.h5ad"]),
    (64, ["query.h5ad", "-o", "o.csv", "--statistics", "none"]),
    (64, ["query.h5ad", "-o", "o.csv", "--min-confidence", "2"]),
    (64, ["query.h5ad", "-o", "o.csv", "--min-support", "-1"]),
    (65, ["query.h5ad", "-o", "o.csv", "--batch-key", "lab"]),
    (66, ["none.h5ad", "-o", "o.csv"]), (73, ["query.h5ad", "-o", "none/o.csv"]),
  ]

  @Test(arguments: refusals)
  func `what cannot be done is refused, and nothing is written`(
    status: Int32, arguments: [String]
  ) throws {
    let before = try FileManager.default.contentsOfDirectory(atPath: folder.url.path).sorted()
    let outcome = try map(arguments)
    #expect(outcome.status == status, "\(outcome.error)")
    #expect(
      try FileManager.default.contentsOfDirectory(atPath: folder.url.path).sorted() == before)
  }

  @Test func `a file that is no model is refused`() throws {
    let outcome = try Program.run(
      ["map", "reference.h5ad", "query.h5ad", "-o", "o.csv"], in: folder.url)
    #expect(outcome.status == 65)
    #expect(outcome.error.contains("is HDF5, but not a scharmonize model"))
  }
}
