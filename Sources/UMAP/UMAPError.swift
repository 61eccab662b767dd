package import Support

/// The reason why a layout could not be computed.
package enum UMAPError: Error, Equatable, Sendable {
  /// An option has an invalid value.
  case badOption(name: String, value: String, expected: String)

  /// Some cells have coordinates that are NaN or infinite; `cell` is the number of the first.
  case notFinite(count: Int, cell: Int)
}

extension UMAPError: CustomStringConvertible {
  /// One sentence with the value found and the expected one.
  package var description: String {
    switch self {
    case .badOption(let name, let value, let expected):
      "the UMAP option `\(name)` cannot be \(value); give \(expected)"
    case .notFinite(let count, let cell):
      "\(count) cell\(count == 1 ? " has" : "s have") coordinates that are NaN or infinite, "
        + "first in cell \(cell), counted from 0; remove such cells"
    }
  }
}

extension UMAPError: CategorizedError {
  /// The category of the failure.
  package var category: FailureCategory {
    if case .badOption = self { return .usage }
    return .data
  }
}
