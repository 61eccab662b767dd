/// Why cells could not be laid out.
public enum UMAPError: Error, Equatable, Sendable {
  /// An option has a value that it cannot have.
  case badOption(name: String, value: String, expected: String)

  /// Some cells have coordinates that are NaN or infinite; `cell` is the number of the first.
  case notFinite(count: Int, cell: Int)
}

extension UMAPError: CustomStringConvertible {
  /// One sentence: what was found, and what was expected.
  public var description: String {
    switch self {
    case .badOption(let name, let value, let expected):
      "the UMAP option '\(name)' cannot be \(value); give \(expected)"
    case .notFinite(let count, let cell):
      "\(count) cell\(count == 1 ? " has" : "s have") coordinates that are NaN or infinite, "
        + "first cell number \(cell), counted from 0; leave such cells out"
    }
  }
}
