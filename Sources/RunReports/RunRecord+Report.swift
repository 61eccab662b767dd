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
    (batchKey ?? "").split(separator: ",").map { $0.trimmingCharacters(in: .whitespaces) }
  }

  /// The number of batches with cells in the training.
  var trainedBatches: Int { batches.count { $0.cellsUsed > 0 } }

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
          + "populations, and not across them: a neighbour of another batch and another population "
          + "is a cell of another kind, so many of those mean that the correction merged different "
          + "cells. A batch whose populations no other batch holds has nothing to mix with."),
      .table(
        ReportTable(
          caption:
            "Mixing of each batch with all others: the share of its cells' neighbours that are of "
            + "other batches and of the cell's own population, over the share that the population's "
            + "composition predicts; 0 is separate, 1 is mixed. Overlaid: the share of neighbours "
            + "that are of other batches and of another population; near 0 is right.",
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
        "A correction should move a batch as a whole or type by type: cells of one batch that were "
          + "neighbours in the uncorrected expression should stay neighbours. Some are always lost, "
          + "since the nearest of many similar cells are a matter of noise. Compare with the share "
          + "that chance would keep."),
      .table(
        ReportTable(
          caption: "The share of each batch's own nearest neighbours that were preserved.",
          columns: [
            .init("batch"), .init("kept", bars: 0...1, decimals: 2),
            .init("by chance", bars: 0...1, decimals: 2), .init("neighbours compared"),
          ],
          rows: preservation.map {
            [
              .level($0.batch, colouring: batchColouring), .number($0.kept),
              .number($0.byChance), .number(Double($0.neighbours)),
            ]
          })),
    ]
  }

  /// The neighbourhoods of each cell type before and after.
  package var typeBlocks: [ReportBlock] {
    [
      .text(
        "Cells of one type should be each other's nearest neighbours after the correction as before. "
          + "A type whose share falls was merged with others."),
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
            caption: "What was read.",
            columns: [
              .init("file"), .init("format"), .init("matrix"), .init("cells"), .init("genes"),
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
          caption: "Cells of each batch, and those among them that were trained on.",
          columns: [
            .init("batch"), .init("cells", bars: 0...max(1, most)),
            .init("trained on", bars: 0...max(1, most)),
          ],
          rows: batches.map {
            [
              .level($0.name, colouring: batchColouring), .number(Double($0.cells)),
              .number(Double($0.cellsUsed)),
            ]
          })))
    var facts = [Fact("values found", values.rawValue)]
    if let joining {
      facts.append(
        Fact(
          "genes joined",
          joining.genes == .inner ? "those that all files have" : "those that any file has"))
    }
    facts += [
      Fact("genes", grouped(genes)), Fact("genes that the model uses", grouped(genesUsed)),
    ]
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
        "The mean loss of a cell over each epoch. It should have levelled off by the end.",
        "loss\(unit)",
        [
          .init("loss", values: epochs.map(\.loss)),
          .init("reconstruction", values: epochs.map(\.reconstruction)),
        ]),
      lines(
        "The divergence of the latent distributions from a standard normal, before it is weighted: "
          + "how much of each cell the latent space holds.", "divergence, in nats",
        [.init("divergence", values: epochs.map(\.kl))]),
    ]
    if epochs.contains(where: { $0.critic != nil }) {
      blocks.append(
        lines(
          "How often the critic guessed a cell's batch from its latent position, and what guessing "
            + "at random would give.", "share of cells",
          [
            .init("critic", values: epochs.map { $0.critic?.accuracy ?? .nan }),
            .init("by chance", values: epochs.map { _ in 1 / Double(max(1, trainedBatches)) }),
          ]))
    }
    blocks.append(
      .table(
        ReportTable(
          caption: "Units of each hidden layer, and those that are zero for every cell looked at.",
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
        "In training, norms take the statistics of each minibatch; in use, their running averages. "
          + "The gap says how far the two put a cell apart, against how far cells lie from their "
          + "mean: where it is large, inference differs from training."))
    blocks.append(
      .facts([
        Fact("steps", "\(grouped(steps)) of \(grouped(minibatchSize)) cells"),
        Fact(
          "gap between the statistics of training and of use",
          statisticsGap.map { "\(hundredths($0)); under 0.33 as a rule" } ?? "not a number"),
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
