internal import Alignment
internal import CellFiles
internal import CountData
internal import Evaluation
internal import Support
internal import NeuralNet
internal import Training

extension RunRecord {
  /// Returns the record as stored in `uns/scharmonize`.
  ///
  /// It omits times, memory and the number of threads, which differ between runs with the same
  /// result.
  ///
  /// - Parameters:
  ///   - cells: The cells of the file.
  ///   - cellsUsed: The cells of the training, ascending.
  ///   - decodedAs: The batches over which the file's expression is averaged; `nil` if it is not
  ///     corrected.
  /// - Returns: The record's values by name.
  func unsValue(cells: [Int], cellsUsed: [Int], decodedAs: [String]?) -> UnsValue {
    var values: [String: UnsValue] = [
      "version": .string(version),
      "options": .dictionary(optionValues),
      "seed": .unsigned(options.seed),
      "inputs": .strings(inputs.map(\.path)),
      "matrix": .strings(inputs.map(\.matrix)),
      "batches": .strings(batches.map(\.name)),
      "cells_of_batch": .integers(batches.map(\.cells)),
      "genes_used": .integer(genesUsed),
      "steps": .integer(steps),
      "minibatch_size": .integer(minibatchSize),
      "model_digest": .string(modelDigest),
      "loss": .doubles(epochs.map(\.loss)),
      "reconstruction_loss": .doubles(epochs.map(\.reconstruction)),
      "kl_loss": .doubles(epochs.map(\.kl)),
      "warnings": .strings(warnings),
      "notices": .strings(notices),
    ]
    if let dimensions {
      // Nothing was trained, and no matrix was read.
      for key in [
        "genes_used", "steps", "minibatch_size", "loss", "reconstruction_loss", "kl_loss", "matrix",
      ] {
        values[key] = nil
      }
      values["dimensions"] = .integer(dimensions)
    }
    if epochs.contains(where: { $0.critic != nil }) {
      values["critic_loss"] = .doubles(epochs.map { $0.critic?.loss ?? .nan })
      values["critic_accuracy"] = .doubles(epochs.map { $0.critic?.accuracy ?? .nan })
    }
    if let mixing {
      values["mixing_before"] = mixing.before.map(UnsValue.double)
      values["mixing_after"] = mixing.after.map(UnsValue.double)
      values["overlaid_before"] = .double(mixing.overlaidBefore)
      values["overlaid_after"] = .double(mixing.overlaidAfter)
      if let verdict = mixing.verdict {
        values["verdict"] = .string(verdict.kind.rawValue)
        values["verdict_evidence"] = .string(verdict.evidence)
      }
    }
    if let composition {
      values["populations"] = .integer(composition.populations)
      values["pool_of_batch"] = .integers(composition.batches.map(\.pool))
      values["frame_of_batch"] = .integers(composition.batches.map(\.frame))
      values["lacking_of_batch"] = .doubles(composition.batches.map(\.lacking))
      values["alone_of_batch"] = .doubles(composition.batches.map(\.alone))
    }
    if let covariates {
      values["covariates"] = .strings(covariates.map(\.name))
      values["covariate_kinds"] = .strings(covariates.map(\.kind.rawValue))
      values["covariate_explained_before"] = .doubles(covariates.map { $0.explainedBefore ?? .nan })
      values["covariate_explained_after"] = .doubles(covariates.map { $0.explainedAfter ?? .nan })
    }
    if let protected {
      values["protected_levels"] = .strings(protected.levels.map(\.name))
      values["protected_mixing_before"] = protected.mixingBefore.map(UnsValue.double)
      values["protected_mixing_after"] = protected.mixingAfter.map(UnsValue.double)
    }
    if let trainingLabels {
      values["training_labels"] = .strings(trainingLabels.labels.map(\.name))
      values["training_labels_doubted"] = .integers(trainingLabels.labels.map(\.doubted))
      values["training_labels_unlabelled"] = .integer(trainingLabels.unlabelled)
      values["training_labels_agreement"] = .double(trainingLabels.agreement)
      values["training_labels_used"] = .boolean(trainingLabels.areUsed)
    }
    if let genesExcluded {
      values["genes_excluded"] = .integer(genesExcluded)
      values["excluded_genes"] = .strings(options.excludedGenes?.map(\.name) ?? [])
    }
    if let corrected {
      values["corrected_genes"] = .integer(corrected.genes)
      values["corrected_clusters"] = .integer(corrected.clusters)
    }
    if let umap { values["umap"] = umap.unsValue }
    if let decodedAs { values["decoded_as"] = .strings(decodedAs) }
    if let batchKey { values["batch_key"] = .string(batchKey) }
    if let joining {
      values["join"] = .string(joining.genes.rawValue)
      if let naming = joining.geneNaming { values["gene_names"] = .string(naming.rawValue) }
    }
    let used = Set(cellsUsed)
    if used.count < cells.count {
      // A complete copy includes cells with too few counts for training.
      values["trained_on"] = .booleans(cells.map { used.contains($0) })
    }
    return .dictionary(values)
  }

  /// The options by the keys of their fields.
  private var optionValues: [String: UnsValue] {
    if dimensions != nil {
      return [
        "from_embedding": .string(options.fromEmbedding ?? ""),
        "composition": .string(options.composition.rawValue),
        "alignment": options.alignment.map(\.unsValue) ?? .boolean(false),
      ]
    }
    var values = options.unsValues.merging(options.model.unsValues) { $1 }
      .merging(options.training.unsValues) { $1 }
    values["genes_listed"] = .boolean(options.geneList != nil)
    values["alignment"] = options.alignment.map(\.unsValue) ?? .boolean(false)
    values["visits"] = .integer(steps * minibatchSize)
    values["learning_rate"] = .double(Double(options.training.learningRate))
    return values
  }
}

extension ClusterAlignmentOptions {
  /// The options by the keys of their fields.
  fileprivate var unsValue: UnsValue {
    .dictionary(unsValues.merging(["lambda": "auto", "clusters": "auto"]) { own, _ in own })
  }
}
