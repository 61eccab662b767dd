/// A column of an expression matrix.
package struct Gene: Sendable, Equatable {
  /// The gene's name: the index of `var`, or the symbol of a 10x file.
  package var name: String

  /// The stable identifier in addition to the symbol, such as `ENSG00000141510`; `nil` if the file
  /// has none.
  package var id: String?

  /// The symbol if it is known and differs from the name; otherwise `nil`.
  package var symbol: String?

  /// Makes a gene from a name and, if available, an identifier and a symbol.
  package init(name: String, id: String? = nil, symbol: String? = nil) {
    self.name = name
    self.id = id
    self.symbol = symbol
  }
}
