import Foundation
import HDF5
import Testing
import TestSupport

/// What a user is told of batch keys and labels that mean something else.
@Suite struct BatchKeyTests {
  let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  /// Writes 40 cells of four donors with the given columns of text, and a measurement.
  private func make(_ columns: [String: (Int) -> String]) throws {
    let names = ["donor", "pct_mito"] + columns.keys.sorted()
    let file = try File(creatingAt: folder.path("x.h5ad"))
    var rows = madeCounts(cells: 40, genes: 10)
    for cell in rows.indices { rows[cell][0] += 1 }
    try file.writeMatrix(rows, at: "X", of: Float.self)
    try file.writeTable("obs", index: (0..<40).map { "c\($0)" }, columns: names)
    try file.writeTable("var", index: (0..<10).map { "g\($0)" })
    try file.write(strings: (0..<40).map { "d\($0 % 4)" }, at: "obs/donor")
    try file.write((0..<40).map { Double(max($0, 1)) / 8 }, at: "obs/pct_mito")
    for (name, value) in columns { try file.write(strings: (0..<40).map(value), at: "obs/\(name)") }
    try file.createGroup("obsm")
    try file.write((0..<80).map { Float($0 * 37 % 101) }, at: "obsm/X_e", shape: [40, 2])
    try file.close()
  }

  private func run(_ arguments: String...) throws -> Program.Outcome {
    try Program.run(arguments, in: folder.url)
  }

  private func integrate(_ key: String) throws -> Program.Outcome {
    try Program.run(
      ["x.h5ad", "--batch-key", key, "-o", "out.h5ad"] + IntegrateTests.fast, in: folder.url)
  }

  @Test func `a measurement is no batch key`() throws {
    try make([:])
    let message =
      "Error: 'pct_mito' in 'x.h5ad' is a measurement, with 39 different numbers from 0.125 to "
      + "4.875 in 40 cells; choose a column whose levels have many cells each, or, if these are "
      + "names, store them as text or as whole numbers\n"
    let outcome = try integrate("pct_mito")
    #expect(outcome.status == 65 && outcome.error == message)
    let evaluated = try run("evaluate", "x.h5ad", "--embedding", "X_e", "--batch-key", "pct_mito")
    #expect(evaluated.status == 65 && evaluated.error == message)
    #expect(!FileManager.default.fileExists(atPath: folder.path("out.h5ad")))
  }

  @Test func `a condition of whole donors is named`() throws {
    try make([
      "condition": { $0 % 4 < 2 ? "ctrl" : "stim" }, "type": { $0 < 20 ? "T" : "B" },
    ])
    let notice =
      "each batch of 'donor' has one value of 'condition' (2 values); differences between these "
      + "values are removed with the batch effect; to compare them after the correction, give "
      + "batches that were measured together the same label"
    let outcome = try integrate("donor")
    #expect(outcome.status == 0 && outcome.error.contains("\n\(notice)\n"), "\(outcome.error)")
    for key in [[], ["--batch-key", "donor"]] {
      let text = try Program.run(["inspect", "x.h5ad"] + key, in: folder.url)
      #expect(text.output.contains("\nnote: \(notice)\n"), "\(text.output)")
    }
    let json = try run("inspect", "x.h5ad", "--json")
    let contents = try JSONSerialization.jsonObject(with: Data(json.output.utf8)) as? [String: Any]
    #expect(contents?["notices"] as? [String] == [notice])

    let both = try integrate("donor,condition")
    #expect(both.status == 0 && !both.error.contains("has one value of"), "\(both.error)")
  }

  @Test func `labels that stand for missing ones`() throws {
    try make(["lab": { $0 < 10 ? "nan" : $0 < 25 ? "a" : "b" }, "site": { $0 < 9 ? "NA" : "x" }])
    let missing = try integrate("lab")
    #expect(missing.status == 65)
    #expect(
      missing.error
        == "Error: 10 of 40 cells in 'x.h5ad' have no label in 'lab': 'nan' means a missing label; "
        + "the first such cell is 'c0'; label them, or remove them\n")
    let notice =
      "in 'site' 'NA' (9 cells) looks like a missing label but is read as a batch; remove such "
      + "cells if they have none"
    let suspicious = try integrate("site")
    #expect(suspicious.status == 0 && suspicious.error.contains("\n\(notice)\n"))
    let text = try run("inspect", "x.h5ad")
    #expect(
      text.output.contains(
        "\n  note: in 'lab' 'nan' (10 cells) is read as a missing label\n  note: in 'site' 'NA' (9 "
          + "cells) looks like a missing label but is read as a label; "
      ))
    #expect(text.output.contains("    lab       strings  2 levels, 10 missing  a, b"))
  }

  @Test func `labels that give no scores`() throws {
    try make([
      "one": { _ in "T" }, "each": { "t\($0)" }, "donor_name": { "D\($0 % 4)" },
      "rare": { $0 == 3 ? "rare" : $0 == 5 ? "" : $0 < 20 ? "T" : "B" },
    ])
    func evaluate(_ label: String) throws -> Program.Outcome {
      try run(
        "evaluate", "x.h5ad", "--embedding", "X_e", "--batch-key", "donor", "--label-key", label)
    }
    let one = try evaluate("one")
    #expect(
      one.status == 65 && one.error.contains("Error: all cells have one label, 'T'; the scor"))
    let each = try evaluate("each")
    #expect(
      each.status == 65 && each.error.contains("Error: there are 40 labels for as many cells;"))
    let same = try evaluate("donor_name")
    #expect(
      same.status == 0
        && same.error.contains(
          "Warning: the labels 'donor_name' and the batches 'donor' are the same groups of cells, so"
        ))
    let rare = try evaluate("rare")
    #expect(rare.status == 0 && !rare.error.contains("same groups"))
    #expect(rare.output.contains("note: 1 cells without a label were left out\n"))
    #expect(rare.output.contains("note: 'rare' has one cell and therefore counts as isolated: "))
    #expect(
      rare.output.contains(
        "note: in 'rare' '' (1 cell) is read as a missing label\n"))
  }
}
