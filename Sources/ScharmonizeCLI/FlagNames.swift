/// The flags of the library's properties, and its sentences in terms of them.
///
/// The library names a property in backticks, also with a value: `` `minimumCounts = 500` ``. What is
/// shown to a user of the program, or written to a file for them, names the flag in its place:
/// `'--min-counts 500'`.
enum FlagNames {
  /// The flag of each property, argument and output that the library names.
  static let flags = [
    // Reading
    "barcodes": "--barcodes", "batchKey": "--batch-key", "cellTable": "--cell-table",
    "featureType": "--feature-type", "features": "--features", "geneNaming": "--gene-names",
    "genome": "--genome", "labelKey": "--label-key", "layer": "--layer", "modality": "--modality",
    "sourceKey": "--batch-key", "useRaw": "--use-raw",
    // Writing
    "Certificate": "--json", "CorrectedOutput": "--corrected", "Model": "--model",
    "MultiQC": "--multiqc", "Report": "--report", "RunRecord": "--json",
    "embeddingOnly": "--embedding-only", "format": "--output-format", "inPlace": "--in-place",
    "json": "--json", "path": "-o", "umap": "--umap",
    // IntegrationOptions
    "checkpoint": "--checkpoint", "componentScaling": "--component-scaling",
    "components": "--components", "composition": "--composition",
    "excludedGenes": "--exclude-genes", "geneCount": "--n-genes", "geneList": "--genes",
    "memory": "--memory", "minimumCounts": "--min-counts", "minimumGenes": "--min-genes",
    "scratchFolder": "--scratch", "seed": "--seed", "space": "--space", "threads": "--threads",
    // AutoencoderOptions
    "decoderNorm": "--decoder-norm", "dropout": "--dropout", "encoderNorm": "--encoder-norm",
    "hidden": "--hidden", "latent": "--latent", "loss": "--loss", "residual": "--residual",
    "sourceShrinkage": "--source-shrinkage",
    // TrainingOptions
    "adversary": "--adversary", "criticHidden": "--critic-hidden", "criticNorm": "--critic-norm",
    "klWeight": "--kl-weight", "learningRate": "--learning-rate",
    "minibatchSize": "--minibatch-size", "minibatches": "--minibatches", "visits": "--visits",
    // AlignmentOptions
    "clusters": "--clusters", "ridge": "--lambda", "sigma": "--sigma", "theta": "--theta",
    // CheckpointOptions
    "interval": "--checkpoint-minutes", "resumes": "--resume",
    // MappingOptions
    "certifiesRadius": "--certified-radius", "clusterShrinkage": "--cluster-shrinkage",
    "fineTunes": "--fine-tune", "fineTuningShrinkage": "--fine-tune-shrinkage",
    "fineTuningVisits": "--fine-tune-visits", "leastConfidence": "--min-confidence",
    "leastSupport": "--min-support", "neighbours": "--neighbours",
    "shrinkage": "--query-shrinkage", "statistics": "--statistics",
    // SimulationOptions
    "batchStrength": "--batch-strength", "cellTypes": "--cell-types", "cells": "--cells",
    "compositionDifference": "--composition-difference", "dispersion": "--dispersion",
    "genes": "--genes", "medianCounts": "--median-counts",
    "programStrength": "--program-strength", "sources": "--sources",
  ]

  /// The properties whose flags take no value.
  static let switches: Set = [
    "certifiesRadius", "embeddingOnly", "fineTunes", "inPlace", "residual", "resumes", "umap",
    "useRaw",
  ]

  /// What stands for a property with a value where it is not the flag and the value.
  static let phrases = [
    "Certificate.json": "scharmonize certify --json",
    "MappingOptions.statistics = adapted": "map --statistics adapted",
    "alignment = nil": "--no-align", "aligns = false": "--no-align", "ridge = nil": "auto",
  ]

  /// Returns a sentence of the library with flags in place of properties.
  ///
  /// What is in backticks and is no property is left as it is, and so is a name in quotes.
  static func sentence(_ text: String) -> String {
    guard text.contains("`") else { return text }
    return text.replacing(/(^|[^'])`([A-Za-z][A-Za-z.]*(?: = [^`\n]*)?)`/) { match in
      guard let flags = phrase(String(match.2)) else { return String(match.0) }
      return match.1 + "'\(flags)'"
    }
  }

  /// Returns a property with its value, or several, as a command line gives them; `nil` where one is
  /// unknown.
  private static func phrase(_ setting: String) -> String? {
    if let phrase = phrases[setting] { return phrase }
    let parts = setting.split(separator: ", ").map { flag(String($0)) }
    return parts.contains(nil) ? flag(setting) : parts.compactMap(\.self).joined(separator: " ")
  }

  /// Returns the flag of one property, with its value if it takes one; `nil` where it is unknown.
  private static func flag(_ setting: String) -> String? {
    let parts = setting.split(separator: " = ", maxSplits: 1).map(String.init)
    guard let name = parts.first, let flag = flags[name] else { return nil }
    guard parts.count > 1, !switches.contains(name) else { return flag }
    return "\(flag) \(parts[1])"
  }
}
