internal import CellFiles
internal import CountData
internal import Evaluation
internal import Foundation
internal import Integration
internal import Support
internal import NeuralNet
package import Report
internal import Training
internal import UMAP

extension RunRecord {
  /// The name of the colouring by batch.
  var batchColouring: String { batchKeys.count == 1 ? batchKeys[0] : "batch" }

  /// The columns that name the batches; empty if each file is a batch.
  var batchKeys: [String] {
    (batchKey ?? "").split(separator: ",").map { $0.trimmed }
  }

  /// The number of batches with cells in the training.
  var trainedBatches: Int { batches.count { $0.cellsUsed > 0 } }

  /// The genes, or the given embedding, in a few words.
  var scope: String {
    dimensions.map { "\(grouped($0)) dimensions of '\(options.fromEmbedding ?? "")'" }
      ?? "\(grouped(genesUsed)) of \(grouped(genes)) \(noun.plural)"
  }

  /// The options for layouts if the caller gives none.
  var layoutOptions: UMAPOptions {
    var layout = UMAPOptions()
    layout.seed = options.seed
    return layout
  }

  /// The mixing of each batch with all others.
  package var mixingBlocks: [ReportBlock] {
    guard let mixing else { return [] }
    func cell(_ value: Double?) -> ReportTable.Value { value.map { .number($0) } ?? .missing }
    return [
      .text(
        "A population is a set of clusters that the same batches hold. Batches should mix within "
          + "populations, but not across them. Many neighbours from other batches and other "
          + "populations mean that the correction merged different cells. A batch whose populations "
          + "occur in no other batch has no mixing value."),
      .table(
        ReportTable(
          caption:
            "Mixing of each batch with all others: the share of neighbours from other batches and the "
            + "cell's own population, divided by the share expected from the composition of the "
            + "population (0 separate, 1 mixed). Overlaid: the share of neighbours from other "
            + "batches and another population (expected near 0).",
          columns: [
            .init("batch"), .init("mixing before", bars: 0...1, decimals: 2),
            .init("mixing after", bars: 0...1, decimals: 2),
            .init("overlaid before", bars: 0...1, decimals: 2),
            .init("overlaid after", bars: 0...1, decimals: 2),
          ],
          rows: mixing.batches.map {
            [
              .level($0.batch, colouring: batchColouring), cell($0.before), cell($0.after),
              .number($0.overlaidBefore), .number($0.overlaidAfter),
            ]
          })),
    ]
  }

  /// The share of its own neighbourhoods that each batch preserved.
  var preservationBlocks: [ReportBlock] {
    [
      .text(
        "A correction should move a batch as a whole or type by type. Cells of one batch that were "
          + "neighbours in the uncorrected \(noun.signal) should remain neighbours. Some neighbours "
          + "always change, because the choice among many similar cells is noise. Compare with the "
          + "share preserved by chance."),
      .table(
        ReportTable(
          caption: "The preserved share of the nearest neighbours within each batch.",
          columns: [
            .init("batch"), .init("preserved", bars: 0...1, decimals: 2),
            .init("by chance", bars: 0...1, decimals: 2), .init("neighbours compared"),
          ],
          rows: preservation.map {
            [
              .level($0.batch, colouring: batchColouring), .number($0.preserved),
              .number($0.byChance), .number(Double($0.neighbours)),
            ]
          })),
    ]
  }

  /// The neighbourhoods of each cell type before and after.
  package var typeBlocks: [ReportBlock] {
    [
      .text(
        "The nearest neighbours of a cell should be of its own type before and after the correction. "
          + "A type whose share decreases was merged with other types."),
      .table(
        ReportTable(
          caption: "The share of each cell type's 30 nearest neighbours that are of the same type.",
          columns: [
            .init("cell type"), .init("cells"), .init("before", bars: 0...1, decimals: 2),
            .init("after", bars: 0...1, decimals: 2),
          ],
          rows: types.map {
            [.text($0.label), .number(Double($0.cells)), .number($0.before), .number($0.after)]
          })),
    ]
  }

  /// The inputs, and the cells and genes used.
  var cellBlocks: [ReportBlock] {
    var blocks: [ReportBlock] = []
    if !inputs.isEmpty {
      blocks.append(
        .table(
          ReportTable(
            caption: "Input files.",
            columns: [
              .init("file"), .init("format"), .init("matrix"), .init("cells"),
              .init(noun.plural),
            ],
            rows: inputs.map {
              [
                .text($0.path), .text($0.format), .text($0.matrix), .number(Double($0.cells)),
                .number(Double($0.genes)),
              ]
            })))
    }
    let most = Double(batches.map(\.cells).max() ?? 1)
    blocks.append(
      .table(
        ReportTable(
          caption: "Cells of each batch, in total and in the training.",
          columns: [
            .init("batch"), .init("cells", bars: 0...max(1, most)),
            .init("in the training", bars: 0...max(1, most)),
          ],
          rows: batches.map {
            [
              .level($0.name, colouring: batchColouring), .number(Double($0.cells)),
              .number(Double($0.cellsUsed)),
            ]
          })))
    if let dimensions {
      return blocks + [
        .facts([
          Fact("embedding", "'\(options.fromEmbedding ?? "")'"),
          Fact("dimensions", grouped(dimensions)),
        ])
      ]
    }
    var facts = [Fact("values found", values.rawValue)]
    if let joining {
      facts.append(
        Fact(
          "\(noun.plural) joined",
          "\(noun.plural) of \(joining.genes == .inner ? "all files" : "any file")"))
    }
    facts += [
      Fact(noun.plural, grouped(genes)),
      Fact("\(noun.plural) used by the model", grouped(genesUsed)),
    ]
    if let corrected {
      facts.append(
        Fact(
          "\(noun.plural) with corrected counts",
          grouped(corrected.genes)
            + (corrected.ofOneBatch.isEmpty
              ? "" : ", of which one batch alone expresses \(grouped(corrected.ofOneBatch.count))"))
      )
      if !corrected.unknown.isEmpty {
        facts.append(
          Fact("requested \(noun.plural) that are not in the data", listed(corrected.unknown)))
      }
    }
    return blocks + [.facts(facts)]
  }

  /// The course of the training.
  var trainingBlocks: [ReportBlock] {
    let unit = options.model.loss == .meanSquaredError ? "" : ", in nats"
    let at = epochs.map { Double($0.steps) }
    func lines(_ caption: String, _ title: String, _ series: [LineFigure.Series]) -> ReportBlock {
      .lines(
        LineFigure(
          caption: caption, stepsTitle: "training step", steps: at, valuesTitle: title,
          series: series))
    }
    var blocks: [ReportBlock] = [
      lines(
        "Mean loss per cell in each epoch. It should level off before the end.",
        "loss\(unit)",
        [
          .init("loss", values: epochs.map(\.loss)),
          .init("reconstruction", values: epochs.map(\.reconstruction)),
        ]),
      lines(
        "Unweighted Kullback-Leibler divergence of the latent distributions from a standard normal, "
          + "a measure of the information per cell in the latent space.", "divergence, in nats",
        [.init("divergence", values: epochs.map(\.kl))]),
    ]
    if epochs.contains(where: { $0.critic != nil }) {
      blocks.append(
        lines(
          "Share of cells whose batch the critic identified from the latent position, and the share "
            + "expected by chance.", "share of cells",
          [
            .init("critic", values: epochs.map { $0.critic?.accuracy ?? .nan }),
            .init("by chance", values: epochs.map { _ in 1 / Double(max(1, trainedBatches)) }),
          ]))
    }
    blocks.append(
      .table(
        ReportTable(
          caption:
            "Units of each hidden layer, and dead units, which are zero for all cells examined.",
          columns: [
            .init("layer"), .init("units"), .init("dead"),
            .init("share dead", bars: 0...1, decimals: 2),
          ],
          rows: activity.map {
            [
              .text($0.layer), .number(Double($0.units)), .number(Double($0.dead)),
              .number($0.deadShare),
            ]
          })))
    blocks.append(
      .text(
        "Norms use the statistics of each minibatch in training and their running averages in "
          + "inference. The gap is the distance between the two positions of a cell, relative to the "
          + "distance of cells from their mean. If it is large, inference differs from training."))
    blocks.append(
      .facts([
        Fact("steps", "\(grouped(steps)) of \(grouped(minibatchSize)) cells"),
        Fact(
          "gap between training and inference statistics",
          statisticsGap.map { "\(hundredths($0)) (usually below 0.33)" } ?? "not a number"),
      ]))
    return blocks
  }

  /// Returns the paragraph for a paper, and its references.
  func methodsBlocks(_ umap: UMAPOptions) -> [ReportBlock] {
    let methods = methodsParagraph(umap: umap)
    return [.quotation(methods.text), .citations(methods.citations)]
  }

  /// Returns what is needed to repeat the run.
  func runBlocks(commandLine: [String]) -> [ReportBlock] {
    commandBlocks(commandLine) + [
      .facts([
        Fact("scharmonize", version), Fact("seed", "\(options.seed)"),
        Fact("SHA-256 of the model", modelDigest),
      ])
    ]
  }
}

/// Returns a command line for copying; empty if there was none.
func commandBlocks(_ words: [String]) -> [ReportBlock] {
  words.isEmpty ? [] : [.quotation(words.map(quotedForShell).joined(separator: " "))]
}

/// Returns a word quoted for a shell.
private func quotedForShell(_ word: String) -> String {
  let plain = word.utf8.allSatisfy { byte in
    UInt8(ascii: "0")...UInt8(ascii: "9") ~= byte || UInt8(ascii: "a")...UInt8(ascii: "z") ~= byte
      || UInt8(ascii: "A")...UInt8(ascii: "Z") ~= byte || "_-./,=:@%+".utf8.contains(byte)
  }
  return plain && !word.isEmpty ? word : "'\(word.replacing("'", with: "'\\''"))'"
}
