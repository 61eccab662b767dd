/// A column of an expression matrix.
public struct Gene: Sendable, Equatable {
  /// What the gene is called: the index of `var`, or the symbol of a 10x file.
  public var name: String

  /// The stable identifier beside the symbol, such as `ENSG00000141510`; `nil`
  /// where the file has none.
  public var id: String?

  /// The symbol, where the name is something else and it is known; `nil` otherwise.
  public var symbol: String?

  /// Makes a gene of a name and, where there are any, an identifier and a symbol.
  public init(name: String, id: String? = nil, symbol: String? = nil) {
    self.name = name
    self.id = id
    self.symbol = symbol
  }
}
