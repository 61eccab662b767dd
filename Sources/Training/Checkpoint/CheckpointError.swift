package import Support
/// The reason why a training cannot be resumed from a checkpoint.
package enum CheckpointError: Error, Equatable, Sendable {
  /// The file is not a checkpoint; `present` are the names at its root.
  case notACheckpoint(path: String, present: [String])

  /// Another version of scharmonize wrote it, whose steps can differ.
  case otherVersion(path: String, writtenBy: String)

  /// An object of the file is inconsistent with the rest, or not finite.
  case damaged(path: String, object: String, problem: String)

  /// The checkpoint belongs to a training with other options; each difference has the old and the
  /// new value.
  case otherOptions(path: String, differences: [String])

  /// The checkpoint belongs to a training on other cells; each difference is half a sentence.
  case otherData(path: String, differences: [String])
}

extension CheckpointError: CustomStringConvertible {
  /// One sentence with the file, the finding, and what to do.
  package var description: String {
    switch self {
    case .notACheckpoint(let path, let present):
      "'\(path)' is not a scharmonize checkpoint"
        + (present.isEmpty ? "" : " (it holds \(present.prefix(5).joined(separator: ", ")))")
        + "; name another file with `checkpoint`"
    case .otherVersion(let path, let writtenBy):
      "'\(path)' was written by scharmonize \(writtenBy); this is \(scharmonizeVersion), whose "
        + "steps may differ; resume with that version, or leave out `resumes` to start from scratch"
    case .damaged(let path, let object, let problem):
      "'\(object)' in the checkpoint '\(path)' is damaged: \(problem); leave out `resumes` "
        + "to start from scratch"
    case .otherOptions(let path, let differences):
      "'\(path)' belongs to a training with other options: "
        + differences.joined(separator: "; ")
        + "; give the same options, or leave out `resumes` to start from scratch"
    case .otherData(let path, let differences):
      "'\(path)' belongs to a training on other data: \(differences.joined(separator: "; ")); give "
        + "the same data, or leave out `resumes` to start from scratch"
    }
  }
}

extension CheckpointError: CategorizedError {
  /// The category of the failure.
  package var category: FailureCategory {
    switch self {
    case .otherOptions, .notACheckpoint: .usage
    default: .data
    }
  }
}
