package import Support
/// The reason why new cells cannot be mapped to a model.
package enum MappingError: Error, Equatable, Sendable {
  /// New cells have too few of the model's genes; `missing` and `present` are examples.
  case tooFewGenes(part: String, found: Int, of: Int, missing: [String], present: [String])

  /// The coordinates of new cells have another number of dimensions than those of the reference.
  case otherDimensions(name: String, found: Int, reference: String, expected: Int)

  /// Labels are requested, but the model has none.
  case noLabels

  /// The model protects the differences between the levels of a column.
  case protects(column: String)
}

extension MappingError: CustomStringConvertible {
  /// One sentence with the finding and what to do.
  package var description: String {
    switch self {
    case .tooFewGenes(let part, let found, let count, let missing, let present):
      "'\(part)' has \(found) of the model's \(counted(count, "gene")), less than half; it lacks "
        + missing.map { "'\($0)'" }.joined(separator: ", ") + " and has "
        + present.map { "'\($0)'" }.joined(separator: ", ")
        + "; give `geneNaming = id` or `geneNaming = symbol` if it has both, or a model that was "
        + "trained on these genes"
    case .otherDimensions(let name, let found, let reference, let expected):
      "the embedding '\(name)' of the new cells has \(counted(found, "dimension")), and '\(reference)' of "
        + "the reference has \(expected); give coordinates in the space of the reference, such as "
        + "projections onto its principal components"
    case .noLabels:
      "the model has no labels whose radius could be certified; train it with `labelKey`, or "
        + "leave `certifiesRadius` out"
    case .protects(let column):
      "the model protects '\(column)', and new cells cannot be compared with it within the levels; "
        + "integrate the new cells together with the others"
    }
  }
}

extension MappingError: CategorizedError {
  /// The category of the failure.
  package var category: FailureCategory {
    if case .noLabels = self { return .usage }
    return .data
  }
}
