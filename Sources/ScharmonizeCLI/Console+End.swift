internal import Harmonize
internal import Logging
internal import Support

extension Console {
  /// The kinds of files that a run writes, as `content` in JSON lines.
  enum Content: String {
    case output, corrected, model, record, scores, report, multiqc, checkpoint, step
  }

  /// Names a file that was written.
  ///
  /// - Parameters:
  ///   - path: The file; `-` for standard output, `nil` for none.
  ///   - content: The kind of the file.
  func wrote(_ path: String?, _ content: Content) {
    guard let path else { return }
    let name = path == "-" ? "standard output" : path
    notice("wrote \(name)", ["file": .string(path), "content": .string(content.rawValue)])
  }

  /// Removes the checkpoint of a completed run, and says so if there was one.
  func discard(_ checkpoint: CheckpointOptions) {
    guard checkpoint.exists else { return }
    checkpoint.discard()
    let fields: Logger.Metadata = [
      "file": .string(checkpoint.path), "content": .string(Content.checkpoint.rawValue),
    ]
    if checkpoint.exists {
      notice("left \(checkpoint.path), which cannot be removed", fields)
    } else {
      notice("removed \(checkpoint.path)", fields)
    }
  }

  /// Tells how an integration ended.
  func end(_ record: RunRecord) {
    var fields: Logger.Metadata = [:]
    fields["mixing_before"] = record.mixing?.before.map { .stringConvertible($0) }
    fields["mixing_after"] = record.mixing?.after.map { .stringConvertible($0) }
    fields["preserved_least"] = record.preservedRange.map { .stringConvertible($0.lowerBound) }
    fields["preserved_most"] = record.preservedRange.map { .stringConvertible($0.upperBound) }
    fields["verdict"] = record.mixing?.verdict.map { .string($0.kind.rawValue) }
    end(record.outcome, fields)
  }

  /// Tells how a mapping ended.
  func end(_ mapping: Mapping) {
    var fields: Logger.Metadata = ["cells": .stringConvertible(mapping.embedding.cellCount)]
    fields["labelled"] = mapping.labelledCount.map { .stringConvertible($0) }
    end(mapping.outcome, fields)
  }

  /// Tells how an evaluation ended.
  func end(_ evaluation: EmbeddingEvaluation) {
    end(evaluation.outcome, ["embeddings": .stringConvertible(evaluation.count)])
  }

  private func end(_ outcome: String, _ fields: Logger.Metadata) {
    notice(
      "\(outcome), \(duration(seconds))",
      fields.merging(["seconds": .stringConvertible((seconds * 10).rounded() / 10)]) { $1 })
  }
}
