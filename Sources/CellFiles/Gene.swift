/// A column of an expression matrix.
public struct Gene: Sendable, Equatable {
  /// What the gene is called: the index of `var`, or the symbol of a 10x file.
  public var name: String

  /// The stable identifier beside the symbol, such as `ENSG00000141510`; `nil`
  /// where the file has none.
  public var id: String?

  /// Makes a gene of a name and, where there is one, an identifier.
  public init(name: String, id: String? = nil) {
    self.name = name
    self.id = id
  }
}
