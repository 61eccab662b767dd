internal import CellFiles
internal import Evaluation
package import Foundation
package import Integration

/// The MultiQC output of an evaluation: two files of custom content, with a row for each embedding.
///
/// `donor1_mqc.json` has a table of all scores. `donor1_general_mqc.json` has the aggregates and the
/// mixing of the batches, and what each embedding looks like, for the table of general statistics. ``MultiQC`` names and checks them.
package struct EvaluationMultiQC: Sendable {
  private let evaluation: EmbeddingEvaluation

  /// The name of the evaluated file, which begins the names of rows.
  private let sample: String

  /// Makes the output from an evaluation.
  ///
  /// - Parameters:
  ///   - evaluation: The evaluation.
  ///   - sample: The name of the file; with the name of an embedding, it must be unique in a MultiQC
  ///     report. See `MultiQC.sampleName(ofOutput:)`.
  package init(of evaluation: EmbeddingEvaluation, sample: String) {
    (self.evaluation, self.sample) = (evaluation, sample)
  }

  /// Writes both files, each of which appears when it is complete.
  ///
  /// - Parameter path: The file of scores, whose name ends in `_mqc.json`.
  /// - Throws: `OutputError` if writing fails.
  package func write(to path: String) throws {
    try AtomicOutput.write(general(), to: MultiQC.generalPath(beside: path))
    try AtomicOutput.write(scores(), to: path)
  }

  /// Returns the table: a row for each embedding, a column for each defined score.
  package func scores() throws -> Data {
    var data: [String: [String: MultiQCValue]] = [:]
    var headers: [String: MultiQCColumn] = [:]
    for row in evaluation.scores.rows {
      for (place, (name, score)) in row.scores.all.enumerated() {
        guard let score, score.isFinite else { continue }
        data[named(row.name), default: [:]][name] = MultiQCValue.rounded(score)
        headers[name] = column(name, placement: place)
      }
    }
    var content = MultiQCContent(
      id: "scharmonize_scores", plotType: "table",
      pconfig: .table(
        MultiQCTable(id: "scharmonize_scores_table", title: "scharmonize: scores")),
      data: data)
    content.headers = headers
    content.sectionName = "Scores of embeddings"
    content.description = "The metrics of scib-metrics, from 0 to 1; larger is better."
    content.parentID = "scharmonize"
    content.parentName = "scharmonize"
    content.parentDescription = "removes batch effects from single-cell data."
    return try content.json()
  }

  /// Returns the rows of general statistics.
  package func general() throws -> Data {
    var data: [String: [String: MultiQCValue]] = [:]
    let verdicts = evaluation.verdicts
    for (place, (row, mixing)) in zip(evaluation.scores.rows, evaluation.mixing).enumerated() {
      var values = ["evaluation_warnings": MultiQCValue.count(evaluation.warnings.count)]
      values.add(verdicts[place])
      values["score_total"] = row.scores.total.map(MultiQCValue.rounded)
      values["score_bio"] = row.scores.bioConservation.map(MultiQCValue.rounded)
      values["score_batch"] = row.scores.batchCorrection.map(MultiQCValue.rounded)
      values["score_mixing"] = mixing.mixing.map(MultiQCValue.rounded)
      data[named(row.name)] = values
    }
    return try MultiQCContent(
      id: "scharmonize_evaluation_general", plotType: "generalstats",
      pconfig: .columns(MultiQCColumn.ofEvaluations), data: data
    ).json()
  }

  private func named(_ embedding: String) -> String { "\(sample) \(embedding)" }

  private func column(_ name: String, placement: Int) -> MultiQCColumn {
    let words = name.replacing("_", with: " ")
    return MultiQCColumn(
      title: words.prefix(1).uppercased() + words.dropFirst(), description: "Score \(name)", max: 1,
      scale: "RdYlGn", format: "{:,.3f}", placement: placement)
  }
}

extension MultiQCColumn {
  /// The columns of evaluations, in the order in which MultiQC shows them.
  static let ofEvaluations = verdict + numbersOfEvaluations

  private static let numbersOfEvaluations: [[String: MultiQCColumn]] = [
    [
      "score_total": MultiQCColumn(
        title: "Total", description: "0.6 bio conservation + 0.4 batch correction", max: 1,
        scale: "RdYlGn", format: "{:,.3f}")
    ],
    [
      "score_bio": MultiQCColumn(
        title: "Bio", description: "Conservation of cell types: mean of the metrics", max: 1,
        scale: "RdYlGn", format: "{:,.3f}")
    ],
    [
      "score_batch": MultiQCColumn(
        title: "Batch", description: "Correction of batches: mean of the metrics", max: 1,
        scale: "RdYlGn", format: "{:,.3f}")
    ],
    [
      "score_mixing": MultiQCColumn(
        title: "Mixing",
        description: "Mixing of the batches within labels, or within the populations that they "
          + "share: 0 separate, 1 mixed",
        max: 1, scale: "RdYlGn", format: "{:,.2f}")
    ],
    [
      "evaluation_warnings": MultiQCColumn(
        title: "Warnings", description: "Number of warnings of the evaluation", scale: "Reds",
        format: "{:,.0f}")
    ],
  ]
}
