/// The kind of gene names.
public enum GeneNaming: String, Sendable, Codable, CaseIterable {
  /// Stable identifiers, such as `ENSG00000141510`.
  case id

  /// Symbols, such as `TP53`.
  case symbol
}
