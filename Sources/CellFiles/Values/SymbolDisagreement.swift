/// The disagreement of two files about the symbols of genes with the same identifier.
package struct SymbolDisagreement: Sendable, Equatable {
  /// A gene whose symbols differ.
  package struct Example: Sendable, Equatable {
    /// The gene's identifier in both files.
    package var id: String

    /// The symbol in the first file.
    package var first: String

    /// The symbol in the second file.
    package var second: String
  }

  /// The number of identifiers with a symbol in both files.
  package private(set) var compared = 0

  /// The number of these with different symbols, ignoring case.
  package private(set) var differing = 0

  /// The first three examples.
  package private(set) var examples: [Example] = []

  /// A flag that is true if most symbols differ, so that the identifiers must be wrong.
  var isMost: Bool { compared > 1 && 2 * differing > compared }

  /// Compares the symbols of the genes that two files share by identifier.
  ///
  /// - Parameters:
  ///   - first: The symbol of each identifier in the first file.
  ///   - ids: The identifiers of the second file, `nil` if a gene has none.
  ///   - symbols: The symbols of the second file, `nil` if a gene has none.
  package init(_ first: [String: String], ids: [String?], symbols: [String?]) {
    for case (let id?, let symbol?) in zip(ids, symbols) {
      guard symbol != id, let known = first[id] else { continue }
      compared += 1
      guard known.lowercased() != symbol.lowercased() else { continue }
      differing += 1
      if examples.count < 3 {
        examples.append(Example(id: id, first: known, second: symbol))
      }
    }
  }

  /// Returns a sentence with the examples, without a full stop.
  func sentence(first: String, second: String) -> String {
    let shown = examples.map { "'\($0.id)' ('\($0.first)' and '\($0.second)')" }
    return "the identifiers of '\(first)' and '\(second)' do not mean the same genes: \(differing) "
      + "of \(compared) shared identifiers have different symbols, such as "
      + shown.joined(separator: ", ")
  }
}
