internal import CellFiles
internal import Evaluation
internal import Foundation
internal import NeuralNet
internal import Report
internal import UMAP

extension RunRecord {
  /// What the colouring by source is called.
  var sourceColouring: String { batchKeys.count == 1 ? batchKeys[0] : "source" }

  /// The columns that name the sources; none where each file is one.
  var batchKeys: [String] {
    (batchKey ?? "").split(separator: ",").map { $0.trimmingCharacters(in: .whitespaces) }
  }

  /// The number of sources with cells that were trained on.
  var trainedSources: Int { sources.count { $0.cellsUsed > 0 } }

  /// The layout of pictures, where none is asked for.
  var layoutOptions: UMAPOptions {
    var layout = UMAPOptions()
    layout.seed = options.seed
    return layout
  }

  /// How well each source mixes with all others.
  var mixingBlocks: [ReportBlock] {
    guard let mixing else { return [] }
    return [
      .text(
        "A neighbourhood is mixed where cells of all sources are met in it as often as the sources' "
          + "sizes predict. Sources that hold different types of cells cannot reach that, and need "
          + "not: look at the pair, and at the types, before reading a low number as a fault."),
      .table(
        ReportTable(
          caption:
            "Mixing of each source with all others: the share of its cells' neighbours that are of "
            + "other sources, over the share that sizes predict.",
          columns: [
            .init("source"), .init("before", bars: 0...1, decimals: 2),
            .init("after", bars: 0...1, decimals: 2),
          ],
          rows: mixing.sources.map {
            [
              .level($0.source, colouring: sourceColouring), .number($0.before), .number($0.after),
            ]
          })),
    ]
  }

  /// How much of its own neighbourhoods each source kept.
  var preservationBlocks: [ReportBlock] {
    [
      .text(
        "A correction should move a source as a whole, or type by type, and not stir it: cells of "
          + "one source that were neighbours in the uncorrected expression should stay so. Not all "
          + "do even where all is well, since the nearest of many alike cells are a matter of noise; "
          + "what chance would leave is the number to compare with."),
      .table(
        ReportTable(
          caption: "The share of each source's own nearest neighbours that are so still.",
          columns: [
            .init("source"), .init("kept", bars: 0...1, decimals: 2),
            .init("by chance", bars: 0...1, decimals: 2), .init("neighbours compared"),
          ],
          rows: preservation.map {
            [
              .level($0.source, colouring: sourceColouring), .number($0.kept),
              .number($0.byChance), .number(Double($0.neighbours)),
            ]
          })),
    ]
  }

  /// What was read, and what of it was used.
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
    let most = Double(sources.map(\.cells).max() ?? 1)
    blocks.append(
      .table(
        ReportTable(
          caption: "Cells of each source, and those among them that were trained on.",
          columns: [
            .init("source"), .init("cells", bars: 0...max(1, most)),
            .init("trained on", bars: 0...max(1, most)),
          ],
          rows: sources.map {
            [
              .level($0.name, colouring: sourceColouring), .number(Double($0.cells)),
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

  /// How the training went.
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
          "How often the critic guessed a cell's source from its latent position, and what guessing "
            + "at random would give.", "share of cells",
          [
            .init("critic", values: epochs.map { $0.critic?.accuracy ?? .nan }),
            .init("by chance", values: epochs.map { _ in 1 / Double(max(1, trainedSources)) }),
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
          + "mean: where it is large, the network in use is another than the trained one."))
    blocks.append(
      .facts([
        Fact("steps", "\(grouped(steps)) of \(grouped(minibatchSize)) cells"),
        Fact(
          "gap between the statistics of training and of use",
          statisticsGap.map { "\(hundredths($0)); under 0.33 as a rule" } ?? "not a number"),
      ]))
    return blocks
  }

  /// The paragraph for a paper, and its references.
  func methodsBlocks(_ umap: UMAPOptions) -> [ReportBlock] {
    let methods = methodsParagraph(umap: umap)
    return [.quotation(methods.text), .citations(methods.citations)]
  }

  /// What it takes to run the same again.
  func runBlocks(commandLine: [String]) -> [ReportBlock] {
    commandBlocks(commandLine) + [
      .facts([
        Fact("scharmonize", version), Fact("seed", "\(options.seed)"),
        Fact("SHA-256 of the model", modelDigest),
      ])
    ]
  }
}

/// A command line, to copy; nothing where there was none.
func commandBlocks(_ words: [String]) -> [ReportBlock] {
  words.isEmpty ? [] : [.quotation(words.map(quotedForShell).joined(separator: " "))]
}

/// A word as a shell takes it.
private func quotedForShell(_ word: String) -> String {
  let plain = word.utf8.allSatisfy { byte in
    UInt8(ascii: "0")...UInt8(ascii: "9") ~= byte || UInt8(ascii: "a")...UInt8(ascii: "z") ~= byte
      || UInt8(ascii: "A")...UInt8(ascii: "Z") ~= byte || "_-./,=:@%+".utf8.contains(byte)
  }
  return plain && !word.isEmpty ? word : "'\(word.replacing("'", with: "'\\''"))'"
}
