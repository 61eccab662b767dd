internal import Alignment
internal import CellFiles
internal import CountData
public import Integration
internal import Support
internal import NeuralNet
package import Report
internal import Training
public import UMAP

/// A paragraph for a methods section, with its citations.
///
///     print(result.record.methodsParagraph().text)
public struct MethodsParagraph: Equatable, Sendable {
  /// The paragraph, with every number needed to repeat the run.
  public let text: String

  /// The cited works, in the order of the text.
  package let citations: [Citation]
}

extension RunRecord {
  /// Returns a description of the run as a paragraph for the methods section of a paper.
  ///
  /// It describes the actual steps of this run, and cites only methods that were used.
  ///
  /// - Parameter umap: The options of the layout, if pictures are shown. The default is `nil`,
  ///   without a sentence about layouts.
  /// - Returns: The paragraph.
  public func methodsParagraph(umap: UMAPOptions? = nil) -> MethodsParagraph {
    if dimensions != nil { return paragraphOfCoordinates(umap: umap) }
    var works = CitedWorks()
    var sentences = cellSentences
    if let peaks {
      if let sentence = peaks.sentence(&works) { sentences.append(sentence) }
      sentences.append(peakSentence(peaks) + (exclusionSentence.map { " \($0)" } ?? ""))
      sentences.append(peakInputSentence(&works))
    } else {
      sentences.append(geneSentence(&works))
      if let input = inputSentence { sentences.append(input) }
    }
    sentences.append(modelSentence(&works))
    sentences.append(normSentence(&works))
    if let sentence = keySentence { sentences.append(sentence) }
    sentences.append(trainingSentence(&works))
    if options.training.adversary > 0 { sentences.append(criticSentence(&works)) }
    sentences.append(embeddingSentence)
    sentences.append(alignmentSentence(&works))
    if let sentence = protectionSentence { sentences.append(sentence) }
    if let sentence = trainingLabelSentence { sentences.append(sentence) }
    if let sentence = covariateSentence { sentences.append(sentence) }
    if let sentence = compositionSentence { sentences.append(sentence) }
    if let corrected { sentences.append(corrected.sentence) }
    if let umap { sentences.append(umap.sentence(&works)) }
    sentences.append(
      "The random seed was \(options.seed); the SHA-256 of the trained model "
        + "begins with \(modelDigest.prefix(12)).")
    return MethodsParagraph(
      text: sentences.joined(separator: " "),
      citations: [.scharmonize] + works.works.map(\.citation))
  }

  /// Returns the paragraph of a run that aligned given coordinates.
  private func paragraphOfCoordinates(umap: UMAPOptions?) -> MethodsParagraph {
    var works = CitedWorks()
    var sentences = cellSentences
    let name = options.fromEmbedding ?? ""
    sentences.append(
      "The embedding '\(name)' with \(grouped(dimensions ?? 0)) dimensions was taken as it was "
        + "given, and the mean of all cells was subtracted.")
    sentences.append(alignmentSentence(&works))
    if let sentence = compositionSentence { sentences.append(sentence) }
    if let umap { sentences.append(umap.sentence(&works)) }
    sentences.append("The random seed was \(options.seed).")
    return MethodsParagraph(
      text: sentences.joined(separator: " "),
      citations: [.scharmonize] + works.works.map(\.citation))
  }

  private var cellSentences: [String] {
    let origin =
      batchKey.map { "defined by '\($0)'" }
      ?? (inputs.count > 1 ? "one per file" : nil)
    let batchCount = batches.count { $0.cells > 0 }
    var sentences = [
      "\(grouped(cells)) cells of \(grouped(batchCount)) "
        + "batch\(batchCount == 1 ? "" : "es")"
        + (origin.map { " (\($0))" } ?? "") + " were integrated with scharmonize \(version)."
    ]
    let limits = [
      options.minimumCounts > 1 ? "fewer than \(grouped(options.minimumCounts)) counts" : nil,
      options.minimumGenes > 0
        ? "fewer than \(grouped(options.minimumGenes)) \(noun == .peak ? "accessible" : "expressed") \(noun.plural)"
        : nil,
    ].compactMap(\.self)
    if !limits.isEmpty {
      sentences.append(
        "Cells with \(limits.joined(separator: " or ")) were excluded from the training, "
          + "leaving \(grouped(cellsUsed)) cells.")
    } else if cellsUsed < cells {
      sentences.append(
        "Cells without counts were excluded from the training, leaving "
          + "\(grouped(cellsUsed)) cells.")
    }
    return sentences
  }

  private func geneSentence(_ works: inout CitedWorks) -> String {
    selectionSentence(&works) + (exclusionSentence.map { " \($0)" } ?? "")
  }

  /// The sentence on genes excluded from the selection; `nil` if there were none.
  private var exclusionSentence: String? {
    guard let genesExcluded, genesExcluded > 0 else { return nil }
    let names = (options.excludedGenes ?? []).map(\.name)
    return
      "\(grouped(genesExcluded)) \(noun.rawValue)\(genesExcluded == 1 ? "" : "s") (\(listed(names))) "
      + "\(genesExcluded == 1 ? "was" : "were") excluded from the selection, but not from the totals t."
  }

  /// The words for the join of files, after the features that they share.
  var joinScope: String {
    switch joining?.genes {
    case .inner?: " shared by all files"
    case .outer?: " found in any of the files"
    case nil: ""
    }
  }

  private func selectionSentence(_ works: inout CitedWorks) -> String {
    let scope = joinScope
    if options.geneList != nil {
      return
        "\(grouped(genesUsed)) \(noun.plural) of a given list were used, out of \(grouped(genes)) "
        + "\(noun.plural)\(scope)."
    }
    guard genesUsed < genes - (genesExcluded ?? 0) else {
      if let genesExcluded, genesExcluded > 0 {
        return
          "All other \(noun.plural) were used, \(grouped(genesUsed)) out of \(grouped(genes))\(scope)."
      }
      return "All \(grouped(genes)) \(noun.plural)\(scope) were used."
    }
    let start =
      "The \(grouped(genesUsed)) most variable of \(grouped(genes)) \(noun.plural)\(scope) were used:"
    if values == .scaled {
      return "\(start) those with the largest sums of variances within batches."
    }
    return "\(start) those that are among the most variable in the most batches, by dispersion "
      + "standardized among \(noun.plural) of similar mean\(works.cite(.variableGenes))."
  }

  private var inputSentence: String? {
    if let sizeFactor {
      return "The input of the model was log(1 + 10,000 x / s) for a count x of a cell with size "
        + "factor s: '\(sizeFactor.column)', multiplied in each batch by one number so that its median "
        + "is that of the cells' total counts."
    }
    return switch values {
    case .counts, .fractionalCounts:
      "The input of the model was log(1 + 10,000 x / t) for a count x of a cell with t counts in "
        + "total."
    case .logNormalized: "The input of the model was the given log-normalized values."
    case .scaled:
      "The input of the model was the values divided by the standard deviation of their gene."
    case .coordinates: nil
    }
  }

  private func modelSentence(_ works: inout CitedWorks) -> String {
    let model = options.model
    // Works are cited in the order of the text.
    let kind = "a variational autoencoder\(works.cite(.autoencoder))"
    let widths = model.hidden.map(grouped)
    let allAlike = Set(model.hidden).count == 1
    let layers =
      widths.count == 1
      ? "a hidden layer of \(widths[0]) units"
      : allAlike
        ? "\(widths.count) hidden layers of \(widths[0]) units"
        : "hidden layers of \(listed(widths)) units"
    let skips = model.residual ? ", with skip connections\(works.cite(.residual))," : ""
    let target =
      switch model.loss {
      case .negativeBinomial:
        "models the counts with negative binomial distributions and one dispersion per "
          + (peaks == nil ? "gene" : "peak")
      case .poisson: "models the counts with Poisson distributions"
      case .meanSquaredError: "minimizes the squared error of its input"
      }
    return
      "The model is \(kind) with \(layers)\(skips) "
      + "in the encoder, the reverse in the decoder, and \(grouped(model.latent)) latent "
      + "dimension\(model.latent == 1 ? "" : "s"); it \(target)"
      + (sizeFactor == nil
        ? "" : ", whose means are s times rates that are not normalized to a sum") + "."
  }

  private func normSentence(_ works: inout CitedWorks) -> String {
    let model = options.model
    func norm(_ norm: Normalization, _ works: inout CitedWorks) -> String {
      let words = norm.description(
        in: model, comparesPopulations: options.composition == .matched)
      return words.name + (words.publication.map { works.cite($0) } ?? "") + words.rest
    }
    let encoder = norm(model.encoderNorm, &works)
    let dropout =
      model.dropout > 0
      ? " and dropout of \(plain((1_000 * Double(model.dropout)).rounded() / 10))% of its units"
        + works.cite(.dropout) : ""
    return "The encoder has \(encoder)\(dropout); the decoder has "
      + "\(norm(model.decoderNorm, &works))."
  }

  /// The sentence on several batch keys; `nil` for one.
  private var keySentence: String? {
    guard let normKey else { return nil }
    let others = batchKeys.filter { $0 != normKey }.map { "'\($0)'" }
    return
      "The batch keys were modelled side by side: the batches of the decoder's norm are the levels "
      + "of '\(normKey)', and the decoder received those of \(listed(others)) as centred indicators "
      + "beside the latent position."
  }

  private func trainingSentence(_ works: inout CitedWorks) -> String {
    let training = options.training
    let makeup =
      switch training.minibatches {
      case .mixed:
        " that mix the batches in proportion to the square roots of their numbers of cells"
      case .shuffled: " drawn irrespective of batch"
      case .single: " of one batch at a time"
      }
    let optimizer =
      switch training.optimizer(forCells: cellsUsed) {
      case .muon:
        "Muon\(works.cite(.muon)) for the wide matrices of hidden layers and the output, and of "
          + "Adam\(works.cite(.adam)) for all else,"
      case .adam: "Adam\(works.cite(.adam))"
      }
    return "It was trained for \(grouped(steps)) step\(steps == 1 ? "" : "s") of \(optimizer)"
      + " on minibatches of \(grouped(minibatchSize)) cells\(makeup); the "
      + "learning rate was \(plain(training.learningRate)) and decreased linearly to a tenth over the last 40% of the "
      + "steps"
      + (training.klWeight > 0
        ? ", and the weight of the Kullback-Leibler divergence increased linearly to "
          + "\(plain(training.klWeight)) over the first 30%."
        : "; the weight of the Kullback-Leibler divergence was 0.")
  }

  private func criticSentence(_ works: inout CitedWorks) -> String {
    let training = options.training
    let widths = training.criticHidden
    let norm =
      switch training.criticNorm {
      case .layer: "layer normalization\(works.cite(.layerNorm))"
      case .spectral: "spectral normalization\(works.cite(.spectralNorm))"
      case .batch: "batch normalization\(works.cite(.batchNorm))"
      }
    return "A critic with \(widths.count == 1 ? "a hidden layer" : "hidden layers") of "
      + "\(listed(widths.map(grouped))) units and \(norm) was trained to identify the batch from "
      + "the latent position, and its reversed gradient\(works.cite(.adversary)) was added to that of "
      + "the encoder with a weight that increased linearly to \(plain(training.adversary)) over the first "
      + "30% of the steps."
  }

  private var embeddingSentence: String {
    guard options.space == .decoded else {
      return "The embedding was computed from the latent means."
    }
    let (decoded, profile) = DecodedSpace.methods(
      options.model, batches: trainedBatches, protected: protected != nil,
      rates: sizeFactor != nil, of: peaks == nil ? "gene" : "peak")
    return
      "For the embedding, the latent mean of each cell was decoded\(decoded), and the first "
      + "\(grouped(options.components)) principal components of \(profile) were computed"
      + (options.componentScaling > 0
        ? ", each divided by its standard deviation to the power of "
          + plain(options.componentScaling) : "") + "."
  }

  private func alignmentSentence(_ works: inout CitedWorks) -> String {
    guard let alignment = options.alignment else {
      return "Clusters were not aligned."
    }
    let ridge =
      alignment.ridge.map { "a ridge penalty of \(plain($0))" }
      ?? "a ridge penalty of a fifth of the cells expected of a batch in a cluster (at least 40 "
      + "divided by the number of cells of the batch)"
    return "In this space, the batches were aligned within soft clusters as in Harmony"
      + "\(works.cite(.harmony)), with \(grouped(alignment.clusterCount(forCells: cellsUsed))) "
      + "clusters, θ = \(listed(alignment.theta.map(plain))), σ = \(plain(alignment.sigma)), \(ridge), "
      + "and at most \(grouped(alignment.rounds)) round\(alignment.rounds == 1 ? "" : "s")."
  }

  /// The sentence on the treatment of batches with different cell types; `nil` if there seem to be
  /// none.
  private var compositionSentence: String? {
    // Labels decide what is compared instead.
    guard let composition, !composition.different.isEmpty, trainingLabels?.areUsed != true else {
      return nil
    }
    let source = dimensions == nil ? noun.signal : "the embedding"
    let found =
      "\(grouped(composition.different.count)) of \(grouped(composition.filled.count)) batches "
      + "seemed to hold other cell types than the others"
    guard options.composition == .matched else {
      return "All batches were assumed to hold the same cell types, although \(found), as "
        + "estimated from \(source) without labels."
    }
    let hasOffsets =
      dimensions == nil && options.model.decoderNorm == .matched
      && options.model.batchShrinkage.isFinite
    let scope =
      switch (hasOffsets, options.alignment != nil) {
      case (true, true): "offsets were estimated and clusters aligned"
      case (true, false): "offsets were estimated"
      case (false, true): "clusters were aligned"
      case (false, false): ""
      }
    return "Estimated from \(source) without labels, \(found)"
      + (scope.isEmpty
        ? "."
        : "; \(scope) within \(grouped(composition.populations)) populations, defined by the "
          + "batches that hold them.")
  }
}

extension UMAPOptions {
  /// Returns a sentence on the layout of cells.
  func sentence(_ works: inout CitedWorks) -> String {
    "A two-dimensional layout was computed with UMAP\(works.cite(.umap)), \(neighbours) neighbours, a "
      + "minimum distance of \(plain(minimumDistance)) and a spread of \(plain(spread))."
  }
}

extension CorrectedRecord {
  /// The sentence on genes with corrected counts.
  fileprivate var sentence: String {
    "The counts of \(grouped(genes)) gene\(genes == 1 ? "" : "s") were divided by a factor for each "
      + "gene and batch, estimated by a Poisson model with effects of gene and cluster and of gene and "
      + "batch over \(grouped(clusters)) k-means clusters of the embedding, and rescaled to the gene's "
      + "sum over all cells."
  }
}
