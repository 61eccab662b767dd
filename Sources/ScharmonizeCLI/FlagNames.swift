internal import Harmonize
internal import Support

/// The flags of the library's properties, and its sentences in terms of them.
///
/// The library names a property in backticks, also with a value: `` `minimumCounts = 500` ``. The
/// program replaces it by the flag in all messages and outputs: `'--min-counts 500'`.
enum FlagNames {
  /// The flag of each property, argument and output that the library names.
  static let flags: [String: String] = {
    var flags = irregular
    for name in regular { flags[name] = "--" + name.inWords(joinedBy: "-") }
    for field in fields where flags[field.name] == nil && withoutFlag[field.name] == nil {
      flags[field.name] = "--" + field.name.inWords(joinedBy: "-")
    }
    return flags
  }()

  /// The properties whose flags take no value.
  static let switches = Set(fields.filter { $0.kind == .flag }.map(\.name))
    .union(["embeddingOnly", "inPlace", "umap", "useRaw"]).subtracting(withoutFlag.keys)

  /// Names that are not fields of an options struct, and have a flag of the same words.
  private static let regular = [
    "barcodes", "batchKey", "cellTable", "embeddingOnly", "featureType", "features", "genome",
    "inPlace", "json", "layer", "modality", "umap", "useRaw",
  ]

  /// Flags of other words than the property, argument or output.
  private static let irregular = [
    "Certificate": "--json", "CorrectedOutput": "--corrected", "Model": "--model",
    "MultiQC": "--multiqc", "Report": "--report", "RunRecord": "--json",
    "certifiesRadius": "--certified-radius", "clusters": "--n-clusters",
    "components": "--n-components", "correctedAs": "--corrected-as",
    "correctedGenes": "--corrected-genes",
    "covariates": "--covariate",
    "criticHidden": "--critic-hidden-sizes",
    "excludedGenes": "--exclude-genes", "format": "--output-format",
    "geneCount": "--n-genes", "geneList": "--genes", "geneNaming": "--gene-names",
    "hidden": "--hidden-sizes", "interval": "--checkpoint-minutes", "latent": "--n-latent",
    "leastConfidence": "--min-confidence", "leastSupport": "--min-support",
    "minibatches": "--minibatch-mix", "minimumCounts": "--min-counts",
    "minimumGenes": "--min-genes", "neighbours": "--n-neighbors", "path": "-o",
    "resumes": "--resume", "ridge": "--lambda",
    "scratchFolder": "--scratch", "shrinkage": "--query-shrinkage", "batchKey": "--batch-key",
  ]

  /// The fields that no flag sets, each with the reason.
  static let withoutFlag = [
    "aligns": "'--no-align' is its opposite", "alignment": "it is an options struct of its own",
    "model": "it is an options struct of its own", "training": "it is an options struct of its own",
    "rounds": "the alignment has settled before", "sweeps": "the alignment has settled before",
    "uncorrectedCells": "'--report' decides it",
  ]

  /// A field as the program knows it, of any options struct.
  struct Field {
    let name: String
    let kind: OptionKind

    /// All fields of a struct.
    static func all<Options: DescribedOptions>(of _: Options.Type) -> [Field] {
      Options.fields.map { Field(name: $0.name, kind: $0.kind) }
    }
  }

  /// The fields of a training and its result.
  static let integrating =
    Field.all(of: IntegrationOptions.self) + Field.all(of: AutoencoderOptions.self)
    + Field.all(of: TrainingOptions.self) + Field.all(of: ClusterAlignmentOptions.self)

  /// The fields of the mapping of new cells.
  static let mapping = Field.all(of: MappingOptions.self)

  private static let fields =
    integrating + mapping + Field.all(of: CheckpointOptions.self)
    + Field.all(of: SimulationOptions.self)

  /// The words for a property with a value where they are not the flag and the value.
  static let phrases = [
    "Certificate.json": "scharmonize certify --json",
    "MappingOptions.statistics = adapted": "map --statistics adapted",
    "alignment = nil": "--no-align", "aligns = false": "--no-align", "ridge = nil": "auto",
  ]

  /// Returns a sentence of the library with flags in place of properties.
  ///
  /// Backticks around other words are kept, and so is a name in quotes.
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
    let norm = name.hasSuffix("Norm") ? Normalization(rawValue: parts[1]) : nil
    return "\(flag) \(norm?.spelling ?? parts[1])"
  }
}
