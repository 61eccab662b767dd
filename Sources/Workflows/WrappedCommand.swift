/// A command with wrappers.
package enum WrappedCommand: String, CaseIterable, Sendable {
  /// Train a model and write the embedding.
  case integrate

  /// Map new cells to the embedding of a model.
  case map

  /// Evaluate embeddings.
  case evaluate
}

extension WrappedCommand {
  /// The default name of a result.
  var stem: String {
    switch self {
    case .integrate: "harmonized"
    case .map: "mapped"
    case .evaluate: "scores"
    }
  }

  /// The default folder of results, different for each command.
  var results: String { "results/\(rawValue)" }

  /// Keywords for registries of wrappers.
  var keywords: [String] {
    switch self {
    case .integrate: ["single-cell", "batch effect", "integration", "embedding"]
    case .map: ["single-cell", "reference mapping", "label transfer", "embedding"]
    case .evaluate: ["single-cell", "benchmark", "integration", "metrics"]
    }
  }
}
