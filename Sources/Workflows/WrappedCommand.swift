/// A command that there are wrappers of.
public enum WrappedCommand: String, CaseIterable, Sendable {
  /// Train a model and write the embedding.
  case integrate

  /// Place new cells beside those of a model.
  case map

  /// Judge embeddings.
  case evaluate
}

extension WrappedCommand {
  /// What a result is called where nobody names it.
  var stem: String {
    switch self {
    case .integrate: "harmonized"
    case .map: "mapped"
    case .evaluate: "scores"
    }
  }

  /// Words by which a registry of wrappers finds it.
  var keywords: [String] {
    switch self {
    case .integrate: ["single-cell", "batch effect", "integration", "embedding"]
    case .map: ["single-cell", "reference mapping", "label transfer", "embedding"]
    case .evaluate: ["single-cell", "benchmark", "integration", "metrics"]
    }
  }
}
