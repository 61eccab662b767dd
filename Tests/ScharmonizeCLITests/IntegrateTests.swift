import CellFiles
import Foundation
import HDF5
import Testing
import TestSupport

/// What a user gets from `scharmonize FILE... -o OUT`.
@Suite struct IntegrateTests {
  /// A small model that trains in a moment.
  static let fast = [
    "--visits", "640", "--hidden-sizes", "16", "--n-latent", "4", "--minibatch-size", "32",
    "--n-components", "4",
  ]

  let files: IntegrateFolder
  var folder: TemporaryFolder { files.folder }

  init() throws { files = try IntegrateFolder() }

  private func run(_ arguments: [String]) throws -> Program.Outcome {
    try files.run(arguments)
  }

  @Test func `one h5ad comes back whole, with the embedding in it`() throws {
    let input = try Data(contentsOf: folder.url.appending(path: "x.h5ad"))
    let outcome = try run(["x.h5ad", "-o", "out.h5ad"])
    #expect(outcome.status == 0)
    #expect(outcome.output == "")
    #expect(!outcome.error.lowercased().contains("error"))
    #expect(try Data(contentsOf: folder.url.appending(path: "x.h5ad")) == input)

    let file = try File(readingAt: folder.path("out.h5ad"))
    #expect(try file.info(of: "obsm/X_scharmonize").shape == [40, 4])
    let values = try file.read("obsm/X_scharmonize", as: Float.self)
    #expect(values.allSatisfy { $0.isFinite } && Set(values).count > 100)
    #expect(try file.info(of: "obsm/X_scharmonize_latent").shape == [40, 4])
    #expect(try file.strings("uns/something") == ["kept"])
    #expect(try file.info(of: "obsm/X_umap").shape == [40, 2])
    #expect(try file.strings("uns/scharmonize/batches") == ["a", "b"])
    #expect(try file.read("uns/scharmonize/seed", as: Int.self) == [0])
    #expect(try file.kind(of: "uns/scharmonize/options/latent") == .dataset)
    #expect(try file.strings("uns/scharmonize/batch_key") == ["batch"])
    let cells = try CellFile(readingAt: folder.path("out.h5ad"))
    #expect(cells.cellCount == 40 && cells.geneCount == 10)
  }

  @Test func `the same seed writes the same bytes, at any number of threads`() throws {
    for threads in 1...3 {
      let outcome = try run(["x.h5ad", "-o", "\(threads).h5ad", "--threads", "\(threads)"])
      #expect(outcome.status == 0)
    }
    let first = try Data(contentsOf: folder.url.appending(path: "1.h5ad"))
    #expect(try Data(contentsOf: folder.url.appending(path: "2.h5ad")) == first)
    #expect(try Data(contentsOf: folder.url.appending(path: "3.h5ad")) == first)
  }

  @Test func `the memory and the folder for scratch files are checked before any work`() throws {
    let folderMissing = try run(["x.h5ad", "-o", "out.h5ad", "--scratch", "nowhere"])
    #expect(folderMissing.status == 73)
    #expect(
      folderMissing.error
        == "Error: cannot create 'nowhere/scharmonize-scratch': there is no folder 'nowhere'\n")
    let tooLittle = try run(["x.h5ad", "-o", "out.h5ad", "--memory", "100K"])
    #expect(tooLittle.status == 64)
    #expect(
      tooLittle.error.contains(
        "'--memory' cannot be 100K; give at least 519.5K, which one minibatch of 32 cells and 10 "
          + "genes takes"))
    let noSize = try run(["x.h5ad", "-o", "out.h5ad", "--memory", "much"])
    #expect(noSize.status == 64)
    #expect(noSize.error.contains("'much' is not a size; give one such as '512M' or '4G'."))
    #expect(!FileManager.default.fileExists(atPath: folder.path("out.h5ad")))
    let enough = try run(["x.h5ad", "-o", "out.h5ad", "--memory", "1M", "--scratch", "."])
    #expect(enough.status == 0, "\(enough.error)")
  }

  @Test func `several 10x files are batches by their names`() throws {
    let outcome = try run(["first.h5", "second.h5", "-o", "out.h5ad"])
    #expect(outcome.status == 0, "\(outcome.error)")
    let cells = try CellFile(readingAt: folder.path("out.h5ad"))
    #expect(cells.cellCount == 60 && cells.geneCount == 8)
    #expect(try cells.column("batch").levels().names == ["first", "second"])
    #expect(cells.cellNames.first == "BC0-1-first")
    let file = try File(readingAt: folder.path("out.h5ad"))
    #expect(try file.info(of: "obsm/X_scharmonize").shape == [60, 4])
    #expect(try file.booleans("var/scharmonize_gene").allSatisfy { $0 })
  }

  @Test func `a layout takes the place of the input's own, where it is asked for`() throws {
    let outcome = try run(["x.h5ad", "-o", "out.h5ad", "--umap", "--json", "run.json"])
    #expect(outcome.status == 0, "\(outcome.error)")
    #expect(outcome.error.contains("\numap (run "))
    let file = try File(readingAt: folder.path("out.h5ad"))
    #expect(try file.info(of: "obsm/X_umap").shape == [40, 2])
    #expect(try file.info(of: "obsm/X_umap").element == .float(bytes: 4))
    let layout = try file.read("obsm/X_umap", as: Float.self)
    #expect(Set(layout).count == 80 && layout.allSatisfy { $0.isFinite })
    #expect(try file.read("uns/scharmonize/umap/n_neighbors", as: Int.self) == [15])
    #expect(try file.read("uns/scharmonize/umap/min_dist", as: Double.self) == [0.5])
    let record = try String(contentsOfFile: folder.path("run.json"), encoding: .utf8)
    #expect(record.contains("\"neighbours\" : 15") && record.contains("\"umap\" : 0."))

    // The rest is as without it, and so is the input's own layout.
    #expect(try run(["x.h5ad", "-o", "without.h5ad"]).status == 0)
    let without = try File(readingAt: folder.path("without.h5ad"))
    #expect(try without.read("obsm/X_umap", as: Float.self) == Array(repeating: 1, count: 80))
    #expect(
      try without.read("obsm/X_scharmonize", as: Float.self)
        == file.read("obsm/X_scharmonize", as: Float.self))
  }

  @Test func `a layout is the same at any number of threads, and another with another seed`() throws
  {
    func layout(_ name: String, _ arguments: [String]) throws -> [Float] {
      let outcome = try run(["first.h5", "second.h5", "-o", name, "--umap"] + arguments)
      #expect(outcome.status == 0, "\(outcome.error)")
      let file = try File(readingAt: folder.path(name))
      #expect(try file.info(of: "obsm/X_umap").shape == [60, 2])
      return try file.read("obsm/X_umap", as: Float.self)
    }
    let one = try layout("1.h5ad", ["--threads", "1"])
    #expect(try layout("3.h5ad", ["--threads", "3"]) == one)
    #expect(try layout("seed.h5ad", ["--seed", "1"]) != one)
  }

  @Test(arguments: ["out.csv", "out.tsv.gz", "out.npy", "out.h5"])
  func `a table has no place for a layout`(name: String) throws {
    let outcome = try run(["x.h5ad", "-o", name, "--umap"])
    #expect(outcome.status == 64)
    #expect(
      outcome.error
        == "Error: '--umap' writes to 'obsm/X_umap', and the table '\(name)' holds only the "
        + "embedding; give '-o FILE.h5ad'\n")
    #expect(!FileManager.default.fileExists(atPath: folder.path(name)))
  }

  @Test func `the embedding alone leaves the expression out`() throws {
    let outcome = try run(["x.h5ad", "-o", "out.h5ad", "--embedding-only"])
    #expect(outcome.status == 0)
    let file = try File(readingAt: folder.path("out.h5ad"))
    #expect(try file.kind(of: "X") == nil)
    #expect(try file.info(of: "obsm/X_scharmonize").shape == [40, 4])
    #expect(try file.strings("obs/batch").count == 40)
  }

  @Test func `unknown parts of the input are in the copy, and its bytes before the additions`()
    throws
  {
    let file = try File(editingAt: folder.path("x.h5ad"))
    try file.write((0..<5000).map { Int64($0 * $0) }, at: "lab/notebook/pages", shape: [50, 100])
    try file.setAttribute("author", of: "lab", to: .string("somebody"))
    try file.setAttribute("pages", of: "/", to: .reference("lab/notebook/pages"))
    try file.close()
    #expect(try run(["x.h5ad", "-o", "out.h5ad"]).status == 0)
    let copy = try File(readingAt: folder.path("out.h5ad"))
    #expect(
      try copy.read("lab/notebook/pages", as: Int64.self) == (0..<5000).map { Int64($0 * $0) })
    #expect(try copy.attribute("author", of: "lab") == .string("somebody"))
    #expect(try copy.attribute("pages", of: "/") == .reference("/lab/notebook/pages"))
    // Nothing was encoded anew: nearly all bytes are where they were.
    let before = try Data(contentsOf: folder.url.appending(path: "x.h5ad"))
    let after = try Data(contentsOf: folder.url.appending(path: "out.h5ad")).prefix(before.count)
    let changed = zip(before, after).count { $0 != $1 }
    #expect(after.count == before.count && changed < 2000, "\(changed) of \(before.count)")
    #expect(try copy.strings("uns/scharmonize/model_digest")[0].count == 64)
  }

  @Test(arguments: [("csv", ","), ("tsv", "\t"), ("tsv.gz", "\t")])
  func `a table has a row for each cell`(ending: String, separator: String) throws {
    #expect(try run(["x.h5ad", "-o", "out.\(ending)"]).status == 0)
    let url = folder.url.appending(path: "out.\(ending)")
    let text =
      ending.hasSuffix("gz")
      ? try gunzippedText(url) : try String(contentsOf: url, encoding: .utf8)
    let rows = text.split(separator: "\n").map {
      $0.split(separator: Character(separator)).map(String.init)
    }
    #expect(rows.count == 41)
    #expect(
      rows[0] == ["cell", "scharmonize_1", "scharmonize_2", "scharmonize_3", "scharmonize_4"])
    #expect(rows[1][0] == "c0" && rows[40][0] == "c39")
    #expect(rows.dropFirst().allSatisfy { $0.dropFirst().allSatisfy { Float($0) != nil } })
  }

  @Test func `the record says what was done`() throws {
    let outcome = try run(["x.h5ad", "-o", "out.csv", "--json", "-", "--quiet"])
    #expect(outcome.status == 0)
    #expect(outcome.error == "")
    let record = try #require(
      JSONSerialization.jsonObject(with: Data(outcome.output.utf8)) as? [String: Any])
    #expect(record["cells"] as? Int == 40)
    #expect(record["genes_used"] as? Int == 10)
    #expect(record["steps"] as? Int == 20)
    #expect((record["epochs"] as? [Any])?.count == 16)
    #expect(record["values"] as? String == "counts")
    #expect(record["warnings"] as? [String] == [])
    let seconds = try #require(record["seconds"] as? [String: Double])
    #expect(
      Set(seconds.keys) == [
        "reading", "gathering", "comparing", "training", "embedding", "alignment", "checking",
        "writing",
      ])
    #expect((record["peak_memory_bytes"] as? Int ?? 0) > 1_000_000)
    let options = try #require(record["options"] as? [String: Any])
    #expect((options["model"] as? [String: Any])?["latent"] as? Int == 4)
  }

  @Test func `a critic's options reach the training, and its scores the record and the file`()
    throws
  {
    let outcome = try run(
      ["x.h5ad", "-o", "out.h5ad", "--json", "-", "--adversary", "3", "--critic-norm", "spectral"]
        + ["--critic-hidden-sizes", "8,4"])
    #expect(outcome.status == 0, "\(outcome.error)")
    #expect(outcome.error.contains("in the last epoch the critic identified the batch of "))
    let record = try #require(
      JSONSerialization.jsonObject(with: Data(outcome.output.utf8)) as? [String: Any])
    let options = try #require(record["options"] as? [String: Any])
    let training = try #require(options["training"] as? [String: Any])
    #expect(training["adversary"] as? Double == 3)
    #expect(training["critic_norm"] as? String == "spectral")
    #expect(training["critic_hidden"] as? [Int] == [8, 4])
    let epochs = try #require(record["epochs"] as? [[String: Any]])
    let scores = try epochs.map { try #require($0["critic"] as? [String: Double]) }
    #expect(scores.allSatisfy { $0["accuracy"] != nil && $0["loss"] != nil })
    let file = try File(readingAt: folder.path("out.h5ad"))
    #expect(
      try file.read("uns/scharmonize/critic_accuracy", as: Double.self)
        == scores.map { $0["accuracy"] })
    #expect(try file.read("uns/scharmonize/options/adversary", as: Double.self) == [3])
    #expect(try file.strings("uns/scharmonize/options/critic_norm") == ["spectral"])
    // Without one, the file says so and has no scores.
    #expect(try run(["x.h5ad", "-o", "plain.h5ad"]).status == 0)
    let plain = try File(readingAt: folder.path("plain.h5ad"))
    #expect(try plain.read("uns/scharmonize/options/adversary", as: Double.self) == [0])
    #expect(try plain.kind(of: "uns/scharmonize/critic_accuracy") == nil)
  }

  @Test func `a critic with batch norm is refused, with the reason`() throws {
    let outcome = try run([
      "x.h5ad", "-o", "out.h5ad", "--adversary", "1", "--critic-norm", "batch",
    ])
    #expect(outcome.status == 64)
    #expect(
      outcome.error
        == "Error: '--critic-norm' cannot be batch; give 'layer' or 'spectral'; batch norm makes "
        + "the critic's output for a cell depend on the other cells of its minibatch, which "
        + "leaks the composition of the minibatch\n")
    #expect(!FileManager.default.fileExists(atPath: folder.path("out.h5ad")))
  }

  @Test func `types that one batch holds alone are warned about`() throws {
    let file = try File(editingAt: folder.path("x.h5ad"))
    try file.setAttribute("column-order", of: "obs", to: .strings(["batch", "type"]))
    try file.write(
      strings: (0..<40).map { $0 % 2 == 0 && $0 < 24 ? "T" : "B" }, at: "obs/type")
    try file.close()
    let outcome = try run(["x.h5ad", "-o", "out.csv", "--label-key", "type", "--quiet"])
    #expect(outcome.status == 0)
    #expect(
      outcome.error
        == "Warning: labels and batches are confounded (Cramér's V = 0.65), so correcting one may "
        + "remove the other\nWarning: labels in one batch only: 'T'; such labels cannot be "
        + "distinguished from the batch effect\n")
  }

  @Test func `cells under the limit are left out of new files and kept in copies`() throws {
    let many = try run(["first.h5", "second.h5", "-o", "out.h5ad", "--min-counts", "8"])
    #expect(many.status == 0)
    let cells = try CellFile(readingAt: folder.path("out.h5ad"))
    #expect(cells.cellCount < 60)
    #expect(many.error.contains("are excluded from the training"))
    let one = try run(["x.h5ad", "-o", "copy.h5ad", "--min-counts", "8"])
    #expect(one.status == 0)
    let copy = try File(readingAt: folder.path("copy.h5ad"))
    #expect(try copy.info(of: "obsm/X_scharmonize").shape == [40, 4])
    #expect(try copy.booleans("uns/scharmonize/trained_on").count { $0 } < 40)
  }

  @Test func `the model is written beside the result, the same bytes for the same run`() throws {
    for (number, threads) in [1, 2].enumerated() {
      let outcome = try run(
        ["x.h5ad", "-o", "out\(number).csv", "--model", "\(number).model", "--threads"]
          + ["\(threads)"])
      #expect(outcome.status == 0, "\(outcome.error)")
      #expect(outcome.error.contains("\nwrote out\(number).csv\nwrote \(number).model\n"))
    }
    #expect(
      try Data(contentsOf: folder.url.appending(path: "0.model"))
        == Data(contentsOf: folder.url.appending(path: "1.model")))
    let file = try File(readingAt: folder.path("0.model"))
    #expect(try file.attribute("format", of: "/") == .string("scharmonize model"))
    #expect(try file.attribute("version", of: "/") == .integer(6))
    #expect(try file.strings("genes/names") == (0..<10).map { "g\($0)" })
    #expect(try file.strings("batch_keys/names") == ["batch"])
    #expect(try file.info(of: "network/parameters/encoder.0.weight").shape == [10, 16])
    #expect(try file.info(of: "reference/embedding").shape == [40, 4])
    let record = try #require(
      JSONSerialization.jsonObject(with: Data(file.strings("record")[0].utf8)) as? [String: Any])
    #expect(record["steps"] as? Int == 20)
    #expect(record["seconds"] == nil && record["threads"] == nil)
  }

  @Test func `the version is a bare number`() throws {
    let outcome = try Program.run(["--version"])
    #expect(outcome.status == 0)
    #expect(outcome.output.split(separator: ".").count == 3)
    #expect(outcome.output.allSatisfy { $0.isNumber || $0 == "." || $0 == "\n" })
  }
}
