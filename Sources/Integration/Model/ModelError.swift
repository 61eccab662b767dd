internal import Machine

/// Why a file is not a model that can be used.
public enum ModelError: Error, Equatable, Sendable {
  /// The file is HDF5 of another kind; `present` is what lies at its root.
  case notAModel(path: String, present: [String])

  /// The file was written by a later version, in a format that this one does not know.
  case newer(path: String, version: Int, writtenBy: String, readable: Int)

  /// Something in the file contradicts the rest of it, or is no number.
  case damaged(path: String, object: String, problem: String)
}

extension ModelError: CustomStringConvertible {
  /// One sentence: the file, what was found in it, and what to do.
  public var description: String {
    switch self {
    case .notAModel(let path, let present):
      "'\(path)' is HDF5, but not a model of scharmonize; at its root "
        + (present.isEmpty
          ? "is nothing"
          : "are: " + present.prefix(10).joined(separator: ", ")
            + (present.count > 10 ? ", …" : "")) + "; give the file that '--model' wrote"
    case .newer(let path, let version, let writtenBy, let readable):
      "'\(path)' is a model of format \(version), written by scharmonize \(writtenBy); this is "
        + "scharmonize \(scharmonizeVersion), which reads formats up to \(readable); use the newer one"
    case .damaged(let path, let object, let problem):
      "'\(object)' in the model '\(path)' is damaged: \(problem); train the model again, or copy "
        + "the file again"
    }
  }
}
