package import Support
/// The reason why a file cannot be used as a model.
package enum ModelError: Error, Equatable, Sendable {
  /// The HDF5 file is not a model; `present` are the names at its root.
  case notAModel(path: String, present: [String])

  /// A later version wrote the file, in a format unknown to this one.
  case newer(path: String, version: Int, writtenBy: String, readable: Int)

  /// An object of the file is inconsistent with the rest, or not finite.
  case damaged(path: String, object: String, problem: String)
}

extension ModelError: CustomStringConvertible {
  /// One sentence with the file, the finding, and what to do.
  package var description: String {
    switch self {
    case .notAModel(let path, let present):
      "'\(path)' is HDF5, but not a scharmonize model; at its root "
        + (present.isEmpty
          ? "there are no objects"
          : "are: " + present.prefix(10).joined(separator: ", ")
            + (present.count > 10 ? ", …" : "")) + "; give the file that `Model` wrote"
    case .newer(let path, let version, let writtenBy, let readable):
      "'\(path)' is a model of format \(version), written by scharmonize \(writtenBy); this is "
        + "scharmonize \(scharmonizeVersion), which reads formats up to \(readable); use the newer one"
    case .damaged(let path, let object, let problem):
      "'\(object)' in the model '\(path)' is damaged: \(problem); train the model again, or copy "
        + "the file again"
    }
  }
}

extension ModelError: CategorizedError {
  /// The category of the failure.
  package var category: FailureCategory {
    .data
  }
}
