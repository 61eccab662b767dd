import Evaluation
import Numerics
import Testing

/// What is said of labels that give scores without meaning.
@Suite struct LabelNotesTests {
  let pool = ThreadPool(threads: 1)

  private func evaluator(_ batches: [String], _ labels: [String?]) throws -> Evaluator {
    try Evaluator(batches: batches, labels: labels, pool: pool)
  }

  @Test func `one label, and a label for each cell, are refused`() {
    #expect(throws: EvaluationError.oneLabel(name: "T")) {
      try evaluator(["a", "b", "a"], ["T", "T", nil])
    }
    #expect(throws: EvaluationError.labelPerCell(labels: 3)) {
      try evaluator(["a", "b", "a", "b"], ["x", "y", "z", "unknown"])
    }
    #expect(
      "\(EvaluationError.oneLabel(name: "T"))"
        == "all cells have one label, 'T'; the scores of labels need at least two, so choose "
        + "another column, or evaluate without labels")
    #expect(
      "\(EvaluationError.labelPerCell(labels: 3))"
        == "there are 3 labels for as many cells; choose a column whose labels have many cells "
        + "each, or evaluate without labels")
  }

  @Test func `labels of one cell are named, and the score stays that of scIB`() throws {
    let cells = SmallCells(120)
    var labels: [String?] = cells.labels
    let before = try evaluator(cells.batches, labels)
    #expect(before.notes == [])
    labels[7] = "rare"
    let one = try evaluator(cells.batches, labels)
    #expect(
      one.notes == [
        "'rare' has one cell and therefore counts as isolated: 'isolated_labels' is 0.5 for it and "
          + "excludes labels of two or more batches; label such cells 'unknown' to exclude them"
      ])
    #expect(try one.scores(of: cells.x).isolatedLabels == 0.5)
    labels[9] = "rarer"
    #expect(
      try evaluator(cells.batches, labels).notes.first?.hasPrefix(
        "'rare', 'rarer' have one cell each and therefore count as isolated") == true)
    for cell in 10..<16 { labels[cell] = "t\(cell)" }
    #expect(
      try evaluator(cells.batches, labels).notes.first?.hasPrefix(
        "'rare', 'rarer', 't10', 't11', 't12' and 3 more labels have one cell each") == true)
  }

  @Test func `labels that the batches give are warned of`() throws {
    let batches = ["a", "b", "c", "a", "b", "c"]
    #expect(
      try evaluator(batches, ["x", "y", "z", "x", "y", "z"])
        .labelWarning(labelKey: "type", batchKey: "lab")
        == "the labels 'type' and the batches 'lab' are the same groups of cells, so one score "
        + "rewards separating what another rewards mixing; choose a column with cell types")
    #expect(
      try evaluator(batches, ["x", "y", "y", "x", "y", "y"])
        .labelWarning(labelKey: "type", batchKey: "lab")
        == "each batch of 'lab' has one label of 'type', so mixing batches also mixes labels, and "
        + "scores of labels favour uncorrected embeddings; choose a column with cell types")
    #expect(
      try evaluator(batches, ["x", "y", "z", "y", "y", "z"])
        .labelWarning(labelKey: "type", batchKey: "lab") == nil)
    #expect(
      try Evaluator(batches: batches, pool: pool).labelWarning(labelKey: "t", batchKey: "s") == nil
    )
  }
}
