import CellFiles
import Testing
import TestSupport
@testable import CountData
@testable import Integration
@testable import Support
@testable import NeuralNet

/// The texts that count as labels, and columns that are refused before any training.
@Suite struct TrainingLabelInputTests {
  private static let planted = TrainingLabelTests.Planted(
    [(0, [0, 1]), (1, [0, 1])], cellsOfType: 20)

  private static func cells(_ labels: [String?]) -> CellDataset {
    var cells = planted.cells
    cells.setColumn("type", to: labels)
    return cells
  }

  private static func labels(
    _ values: [String?], unlabelled: String? = nil
  ) throws -> TrainingLabels? {
    try TrainingLabels(
      TrainingLabelTests.options { $0.unlabelled = unlabelled }, of: cells(values))
  }

  /// Labels of two types, with some cells' replaced.
  private static func labels(_ replaced: [Int: String?]) -> [String?] {
    planted.types.enumerated().map { cell, type in
      if let other = replaced[cell] { return other }
      return "t\(type)"
    }
  }

  @Test func `words for a missing label are told, with their cells`() throws {
    let found = try #require(
      try Self.labels(
        Self.labels([
          0: "unknown", 1: "Unknown", 2: "unlabelled", 3: "unlabeled", 4: "NA", 5: "NA", 6: nil,
          7: "", 8: "nan", 9: " ",
        ])))
    #expect(found.names == ["t0", "t1"])
    #expect(found.missing == 10)
    #expect(found.ofCell.prefix(11) == [-1, -1, -1, -1, -1, -1, -1, -1, -1, -1, 0])
    #expect(
      found.diagnostics.notices == [
        "10 of 80 cells count as unlabelled in 'type': 'NA' (2 cells), 'Unknown' (1 cell), 'unknown' "
          + "(1 cell), 'unlabeled' (1 cell), 'unlabelled' (1 cell) and no value (4 cells)"
      ])
  }

  @Test func `another word replaces the usual ones`() throws {
    let values = Self.labels([0: "to do", 1: "unknown", 2: "unknown"])
    let found = try #require(try Self.labels(values, unlabelled: "to do"))
    #expect(found.names == ["t0", "t1", "unknown"])
    #expect(
      found.diagnostics.notices == [
        "1 of 80 cells count as unlabelled in 'type': 'to do' (1 cell)"
      ])
    let error = #expect(throws: TrainingLabelError.self) {
      try Self.labels(values, unlabelled: "todo")
    }
    #expect(
      error.map { "\($0)" }
        == "no cell has 'todo' in 'type', which has 't0', 't1', 'to do', 'unknown'; correct "
        + "`unlabelled`, or leave it out")
    let alone = #expect(throws: UsageError.self) {
      try integrate(
        Self.planted.cells,
        options: TrainingLabelTests.options { ($0.trainLabels, $0.unlabelled) = (nil, "to do") })
    }
    #expect(
      alone.map { "\($0)" }
        == "`unlabelled` is a text among labels; give `trainLabels` as well")
  }

  @Test func `a full column has no notice`() throws {
    #expect(try Self.labels(Self.labels([:]))?.diagnostics.notices == [])
  }

  @Test(
    arguments: [
      (
        "none",
        "none of the 80 cells has a label in 'none'; give some cells a label, or leave out "
          + "`trainLabels`"
      ),
      (
        "one",
        "all 40 labelled cells have the label 'x' in 'one', which tells no cells apart; give a column "
          + "with two labels or more, or leave out `trainLabels`"
      ),
      (
        "sample",
        "no two batches share one of the 2 labels in 'sample', so the labels match no cells of different "
          + "batches; give a column with cell types, or leave out `trainLabels`"
      ),
      (
        "parts",
        "no two batches share one of the 4 labels in 'parts', so the labels match no cells of different "
          + "batches; give a column with cell types, or leave out `trainLabels`"
      ),
      (
        "cell",
        "'cell' has 60 labels in 80 labelled cells, and at most 500 are supported, of two cells or more "
          + "on average; give a column with cell types"
      ),
      (
        "absent",
        "the cells have no column 'absent'; they have 'cell', 'none', 'one', 'parts', 'sample', 'type'"
      ),
      (
        "batch",
        "'batch' is the column of the batches, and labels match cells of different batches; give a column "
          + "with cell types, or leave out `trainLabels`"
      ),
    ])
  func `columns that match nothing are refused before any training`(
    column: String, sentence: String
  ) throws {
    var cells = Self.planted.cells
    let batches = cells.batches.batchOfCell
    func set(_ name: String, _ label: (Int) -> String?) {
      cells.setColumn(name, to: batches.indices.map(label) as [String?])
    }
    set("none") { _ in "unknown" }
    set("one") { $0 % 2 == 0 ? "x" : nil }
    set("sample") { "s\(batches[$0])" }
    set("parts") { $0 % 5 == 0 ? "NA" : "\(batches[$0])\(Self.planted.types[$0])" }
    set("cell") { "c\($0 % 60)" }
    cells.batchKey = "batch"
    let error = #expect(throws: (any Error).self) {
      try integrate(cells, options: TrainingLabelTests.options { $0.trainLabels = column }) { _ in
        Issue.record("it has begun")
      }
    }
    #expect(error.map { "\($0)" } == sentence)
  }

  @Test(arguments: ["composition", "norm", "protect", "batch", "embedding"])
  func `options without an effect of labels are refused`(kind: String) throws {
    var cells = Self.planted.cells
    var options = TrainingLabelTests.options()
    let sentence: String
    switch kind {
    case "composition":
      options.composition = .equal
      sentence =
        "`composition = equal`, which compares whole batches, cannot be combined with `trainLabels`; "
        + "give `composition = matched`"
    case "norm":
      options.model.decoderNorm = .batch
      sentence =
        "`decoderNorm = batch`, which compares whole batches, cannot be combined with `trainLabels`; "
        + "give `decoderNorm = matched`"
    case "protect":
      options.protect = "condition"
      let conditions: [String?] = (0..<80).map { $0 % 2 == 0 ? "x" : "y" }
      cells.setColumn("condition", to: conditions)
      sentence = "`protect` cannot be combined with `trainLabels`; leave one of the two out"
    case "embedding":
      options = IntegrationOptions()
      (options.trainLabels, options.fromEmbedding) = ("type", "X_pca")
      sentence =
        "`trainLabels` cannot be combined with `fromEmbedding` yet; leave one of the two out"
      let error = #expect(throws: UsageError.self) { try options.checkForCoordinates() }
      #expect(error.map { "\($0)" } == sentence)
      return
    default:
      cells = CellDataset(
        parts: cells.parts, cellNames: cells.cellNames, genes: cells.genes,
        batches: BatchAssignment(names: ["all"], batchOfCell: [Int32](repeating: 0, count: 80)))
      cells.setColumn("type", to: Self.labels([:]))
      sentence =
        "all cells belong to one batch, so the labels in 'type' match nothing; leave out `trainLabels`, "
        + "or give `batchKey`"
    }
    let error = #expect(throws: TrainingLabelError.self) {
      try integrate(cells, options: options) { _ in Issue.record("it has begun") }
    }
    #expect(error.map { "\($0)" } == sentence)
  }

  @Test func `too few genes to compare batches are told before the training`() throws {
    var cells = smallCells(count: 120)
    let types: [String?] = (0..<120).map { $0 % 4 < 2 ? "x" : "y" }
    cells.setColumn("type", to: types)
    var options = IntegrationTests.options(visits: 500)
    options.trainLabels = "type"
    let error = #expect(throws: TrainingLabelError.self) {
      try integrate(cells, options: options) { progress in
        if progress.stage == .training { Issue.record("it has begun to train") }
      }
    }
    #expect(
      error.map { "\($0)" }
        == "batches share 30 of the model's genes, and comparing them by the labels in 'type' takes 50; "
        + "leave out `trainLabels`, or use more genes")
  }

  @Test func `labels of one batch are enough`() throws {
    let batches = Self.planted.cells.batches.batchOfCell
    let values: [String?] = Self.planted.types.enumerated().map {
      batches[$0] == 0 ? "t\($1)" : nil
    }
    #expect(try Self.labels(values)?.missing == 40)
  }
}
