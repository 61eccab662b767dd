import CellFiles
internal import Evaluation
import Foundation
internal import NeuralNet
internal import Report
import Testing
import TestSupport
@testable import CountData
@testable import Integration
@testable import Numerics
@testable import Support
@testable import RunReports
@testable import Training

/// Pages, paragraphs and tables about batches that hold different cell types.
@Suite struct CompositionReportTests {
  /// A record of four batches: two are pooled, one shares nothing, one has no cells left.
  private static func record(
    _ handling: BatchComposition = .matched, _ change: (inout RunRecord) -> Void = { _ in }
  ) -> RunRecord {
    madeRecord { record in
      record.options.composition = handling
      record.composition = CompositionRecord(
        populations: 3,
        batches: [
          .init(
            batch: "d1", cells: 3_000, frame: 0, pool: 0, lacking: 0.25, alone: 0.125,
            isDifferent: false),
          .init(
            batch: "d2", cells: 1_000, frame: 0, pool: 1, lacking: 0.75, alone: 0,
            isDifferent: true),
          .init(
            batch: "d3", cells: 500, frame: 0, pool: 1, lacking: 0.5, alone: 0, isDifferent: true),
          .init(
            batch: "d4", cells: 500, frame: 1, pool: 3, lacking: 0, alone: 1, isDifferent: true),
          .init(
            batch: "d5", cells: 0, frame: 2, pool: 4, lacking: 0, alone: 0, isDifferent: false),
        ])
      change(&record)
    }
  }

  private static func texts(_ blocks: [ReportBlock]) -> [String] {
    blocks.compactMap { if case .text(let text) = $0 { text } else { nil } }
  }

  private static func alike(_ record: inout RunRecord) {
    record.composition?.populations = 1
    for batch in 0..<5 { record.composition?.batches[batch].isDifferent = false }
    record.composition?.batches[3].frame = 0
  }

  @Test func `the section tells of each batch, and what to do`() {
    let record = Self.record()
    let blocks = record.populationBlocks
    #expect(
      Self.texts(blocks) == [
        "Estimated from expression without labels before the training: the clusters of each batch "
          + "were compared with those of the others. Some batches seem to hold other cell types "
          + "than the others. They are mixed within the populations that they share, and "
          + "unshared populations are kept separate. The mixing below is measured within "
          + "populations.",
        "What to do: Check the cell types: with `labelKey` the report shows the neighbourhoods of "
          + "each type. If batches are parts of one experiment, such as sorted samples, give "
          + "them the same level of `batchKey`; if the key is finer than the technical batches, "
          + "use a coarser one. If the batches do hold the same types, give `composition = "
          + "equal`. Otherwise no change is needed.",
      ])
    let tables = blocks.compactMap { if case .table(let table) = $0 { table } else { nil } }
    #expect(
      tables.first?.columns.map(\.title) == [
        "batch", "own without counterpart", "others' without counterpart", "verdict",
        "handling",
      ])
    #expect(
      tables.first?.rows == [
        [
          .level("d1", colouring: "donor"), .number(0.125), .number(0.25),
          .text("no sign of other types"), .text("mixed with others within shared types"),
        ],
        [
          .level("d2", colouring: "donor"), .number(0), .number(0.75),
          .text("seems to hold other types"),
          .text("pooled with 'd3', then mixed within shared types"),
        ],
        [
          .level("d3", colouring: "donor"), .number(0), .number(0.5),
          .text("seems to hold other types"),
          .text("pooled with 'd2', then mixed within shared types"),
        ],
        [
          .level("d4", colouring: "donor"), .number(1), .missing,
          .text("no shared types found"), .text("kept separate from all others"),
        ],
      ])
    #expect(
      record.populationFact
        == Fact(
          "batches that seem to hold other cell types",
          "3 of 4; mixed within shared populations only"))
    #expect(
      Self.texts(record.mixingCaveat) == [
        "3 of 4 batches seem to hold other cell types than the others, so mixing is measured "
          + "within the populations that batches share. Batches that overlap completely in a "
          + "plot indicate an error."
      ])
  }

  @Test func `a run that took batches as equal is called wrong`() {
    let record = Self.record(.equal) { $0.mixing?.after = nil }
    #expect(
      Self.texts(record.populationBlocks) == [
        "Estimated from expression without labels before the training: the clusters of each batch "
          + "were compared with those of the others. Some batches seem to hold other cell types "
          + "than the others. `composition = equal` assumes the same types in all batches, so "
          + "different types were merged.",
        "What to do: Check the cell types: with `labelKey` the report shows the neighbourhoods of "
          + "each type. If batches are parts of one experiment, such as sorted samples, give "
          + "them the same level of `batchKey`; if the key is finer than the technical batches, "
          + "use a coarser one. Unless you know that the batches hold the same types, do not "
          + "use this result: run again without `composition = equal`.",
      ])
    #expect(
      record.populationFact?.value
        == "3 of 4; mixed completely, as set by `composition = equal`")
    #expect(
      Self.texts(record.mixingCaveat) == [
        "3 of 4 batches seem to hold other cell types than the others, so mixing is measured "
          + "within the populations that batches share. No population occurs in two batches, so "
          + "mixing cannot be measured; check that few neighbours are overlaid. `composition = "
          + "equal` mixed the batches completely, so batches that overlap in a plot may contain "
          + "merged cell types."
      ])
    #expect(
      record.methodsParagraph().text.contains(
        " All batches were assumed to hold the same cell types, although 3 of 4 batches seemed to "
          + "hold other cell types than the others, as estimated from expression without "
          + "labels. "))
  }

  @Test func `where batches hold the same, nothing is qualified`() {
    let record = Self.record(.matched, Self.alike)
    #expect(
      Self.texts(record.populationBlocks) == [
        "Estimated from expression without labels before the training: the clusters of each batch "
          + "were compared with those of the others. No batch seems to hold other cell types "
          + "than the others, so all batches are mixed with each other."
      ])
    #expect(record.populationFact?.value == "none")
    #expect(record.mixingCaveat == [])
    #expect(!record.methodsParagraph().text.contains("cell types"))
    #expect(record.composition?.warnings(.matched) == [])
  }

  @Test func `the paragraph says what was done within populations`() {
    func sentence(_ change: (inout RunRecord) -> Void = { _ in }) -> Bool {
      let text = Self.record(.matched, change).methodsParagraph().text
      return text.contains(
        " Estimated from expression without labels, 3 of 4 batches seemed to hold other cell types "
          + "than the others; offsets were estimated and clusters aligned within 3 populations, "
          + "defined by the batches that hold them. ")
    }
    #expect(sentence())
    #expect(!sentence { $0.options.alignment = nil })
    let unaligned = Self.record { $0.options.alignment = nil }.methodsParagraph().text
    #expect(unaligned.contains("; offsets were estimated within 3 populations, "))
    let plain = Self.record { $0.options.model.decoderNorm = .batch }.methodsParagraph().text
    #expect(plain.contains("; clusters were aligned within 3 populations, "))
    let neither = Self.record {
      $0.options.model.decoderNorm = .batch
      $0.options.alignment = nil
    }.methodsParagraph().text
    #expect(neither.contains("seemed to hold other cell types than the others. "))
  }

  @Test func `warnings name batches apart, different ones, and what each option does`() throws {
    let composition = try #require(Self.record().composition)
    let apart = "batch 'd4' is not found to share cell types with the other batches; "
    let second =
      "batch 'd2' seems to hold other cell types than the others: 75% of the other batches' cells "
      + "have no counterpart in it, and 0% of its own have none in others; "
    let third: String = second.replacing("d2", with: "d3").replacing("75%", with: "50%")
    let advice =
      "check the types with `labelKey`, and give all sorted samples of one experiment the same "
      + "level of `batchKey`"

    let kept = "unshared populations are kept separate; "
    let matched: [String] = [
      "\(apart)\(kept)if they share types, give `composition = equal`, or a coarser `batchKey`",
      "\(second)\(kept)\(advice)", "\(third)\(kept)\(advice)",
    ]
    #expect(composition.warnings(.matched) == matched)

    let mixed = "`composition = equal` merges different cell types; leave that option out"
    let equal: [String] = [
      "\(apart)\(mixed) unless you know that they share types", "\(second)\(mixed), \(advice)",
      "\(third)\(mixed), \(advice)",
    ]
    #expect(composition.warnings(.equal) == equal)

    let judged = "an embedding that mixes such batches completely merges different cell types"
    let any: [String] = ["\(apart)\(judged)", "\(second)\(judged)", "\(third)\(judged)"]
    #expect(composition.warnings(nil) == any)
  }

  @Test func `MultiQC counts the batches of other types`() throws {
    let data = try MultiQC(of: Self.record(.equal) { $0.mixing?.after = nil }, sample: "one")
      .general()
    let content = try #require(JSONSerialization.jsonObject(with: data) as? [String: Any])
    let values = try #require((content["data"] as? [String: [String: Double]])?["one"])
    #expect(values["different"] == 3 && values["mixing_after"] == nil)
    #expect(values["overlaid_after"] == 0.0625)
  }

  @Test func `sorted samples that became one cloud look bad wherever they are told of`() throws {
    let folder = try TemporaryFolder()
    let planted = PlantedBatches([[0], [1], [2], [3]])
    let cloud = planted.rows.indices.map { cell in
      [Float(cell * 37 % 101) / 101, Float(cell * 53 % 103) / 103]
    }
    let apart = planted.types.enumerated().map { cell, type in
      [Float(10 * type) + cloud[cell][0], cloud[cell][1]]
    }
    let path = folder.path("x.h5ad")
    try planted.write(to: path, embeddings: [("X_cloud", cloud), ("X_apart", apart)])

    // Every page of a run that takes the batches as equal.
    let cells = try CellDataset(readingAt: [path], batchKey: "lab")
    var options = IntegrationOptions()
    options.composition = .equal
    options.model.hidden = [24]
    options.training.visits = 12_000
    options.uncorrectedCells = 1_000
    options.threads = 2
    let run = try integrate(cells, options: options)
    #expect(
      run.record.warnings.first
        == "no two batches are found to share cell types, as with sorted samples only; "
        + "`composition = equal` merges different cell types; leave that option out unless you "
        + "know that they share types")
    #expect(run.record.mixing?.after == nil)
    let report = try run.report(of: cells)
    #expect(
      report.sections.map(\.title).prefix(5) == [
        "Summary", "Before and after", "Composition of the batches", "Shared populations",
        "Mixing of the batches",
      ])
    let page = report.html()
    for part in [
      "4 of 4; mixed completely", "do not use this result", "such batches should not overlap",
      "may contain merged cell types", "not measurable: no population occurs",
      "although 4 of 4 batches seemed to hold other cell types",
    ] { #expect(page.contains(part), "\(part)") }

    // What judges an embedding without labels.
    var shown = ReportOptions()
    shown.commandLine = []
    let evaluation = try evaluateEmbeddings(
      ofFileAt: path, keys: ["X_cloud", "X_apart"], batchKey: "lab", threads: 2)
    #expect(evaluation.composition?.different.count == 4)
    #expect(evaluation.mixing.map(\.mixing) == [nil, nil, nil])
    #expect(evaluation.scores.rows.map(\.name) == ["X_cloud", "X_apart", "uncorrected"])
    #expect(evaluation.mixing[0].overlaid > 0.6 && evaluation.mixing[1].overlaid == 0)
    #expect(
      evaluation.warnings.first
        == "no two batches are found to share cell types, as with sorted samples only; an "
        + "embedding that mixes such batches completely merges different cell types; check the "
        + "types with `labelKey`")
    #expect(evaluation.warnings.count == 5)
    #expect(
      evaluation.warnings.dropFirst().allSatisfy {
        $0.hasPrefix("'X_cloud': possible overcorrection of batch 'lab")
      })
    #expect(
      evaluation.text.contains(
        """
        note: some batches seem to hold other cell types than the others, and iLISI and PCR \
        comparison are highest where different types are merged

        Mixing of the batches within the populations that they share (0 separate, 1 as their sizes \
        predict), and the share of neighbours of other batches and other populations:
          X_cloud: no shared population, overlaid 0.
        """), "\(evaluation.text)")
    let judged = try evaluation.report(shown)
    #expect(judged.sections.first?.blocks == [.warnings(evaluation.warnings)])
    let judgedPage = judged.html()
    for part in [
      "They should mix within the types that they share, but not across them.",
      "Mixing was measured within 4 populations, estimated from expression without labels",
      "from other batches and another population (expected near 0)",
    ] { #expect(judgedPage.contains(part), "\(part)") }

    let labelled = try evaluateEmbeddings(
      ofFileAt: path, keys: ["X_cloud"], batchKey: "lab", labelKey: "type", threads: 2)
    #expect(labelled.warnings.count == 6)
    #expect(
      labelled.warnings.last?.hasPrefix(
        "the labels 'type' and the batches 'lab' are the same groups of cells") == true)
    #expect(labelled.warnings.first?.hasSuffix("merges different cell types") == true)
  }

  @Test func `an evaluation without counts says what it takes for granted`() throws {
    let folder = try TemporaryFolder()
    let planted = PlantedBatches([[0], [1]])
    let points = planted.rows.indices.map { [Float($0 * 37 % 101), Float($0 * 53 % 103)] }
    let path = folder.path("x.h5ad")
    try planted.write(to: path, embeddings: [("X_cloud", points)]) { log1p($0) }
    let evaluation = try evaluateEmbeddings(
      ofFileAt: path, keys: ["X_cloud"], batchKey: "lab", threads: 2)
    #expect(evaluation.composition == nil && evaluation.warnings == [])
    #expect(
      evaluation.text.contains(
        "Mixing of the batches, as if all held the same cell types (0 separate, 1 as their sizes "
          + "predict):"))
    #expect(
      try evaluation.report().html().contains(
        "Mixing is measured as if all batches held the same cell types, which cannot be checked "
          + "without counts. If they hold different types, complete mixing is wrong."))
  }
}
