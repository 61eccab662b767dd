package import Support

/// An error about the file of a step.
package enum StepError: Error, Equatable, Sendable {
  /// The file cannot be read.
  case unreadable(path: String, reason: String)

  /// The file is none of a step, or one of another step than expected.
  case otherKind(path: String, found: String?, expected: String)

  /// The file was written by another version.
  case otherVersion(path: String, writtenBy: String)

  /// The file ends early, or its contents differ from what was written.
  case damaged(path: String, problem: String)

  /// The file belongs to another plan or model than the given one.
  case otherOrigin(path: String, kind: String, origin: String)

  /// The checkpoint is of a training by another plan.
  case otherTraining(checkpoint: String, plan: String)

  /// The file of a step is of another input than the given one.
  case otherInput(path: String, found: String, expected: String)

  /// Two scans differ in what must be equal.
  case differentScans(first: String, second: String, option: String)

  /// There are no files of a step for some inputs.
  case missing(kind: String, inputs: [String])

  /// Two files of a step are of the same input.
  case repeated(first: String, second: String, input: String)

  /// The plan does not hold an input.
  case notPlanned(path: String, plan: String)

  /// An input has changed since it was scanned.
  case inputChanged(path: String)

  /// Steps cannot do what an integration in one process can.
  case unsupported(what: String, instead: String)
}

extension StepError: CustomStringConvertible {
  /// One sentence: what was found, where, and what to do.
  package var description: String {
    switch self {
    case .unreadable(let path, let reason): "cannot read '\(path)': \(reason)"
    case .otherKind(let path, nil, let expected):
      "'\(path)' is not a file of a step; give the \(expected)"
    case .otherKind(let path, let found?, let expected):
      "'\(path)' is a \(found), and not a \(expected)"
    case .otherVersion(let path, let writer):
      "'\(path)' was written by scharmonize \(writer), and this is \(scharmonizeVersion); run its "
        + "step again"
    case .damaged(let path, let problem): "'\(path)' is damaged: \(problem); run its step again"
    case .otherOrigin(let path, let kind, let origin):
      "'\(path)' was made with another \(kind) than '\(origin)'; run its step again"
    case .otherTraining(let checkpoint, let plan):
      "the checkpoint '\(checkpoint)' is of a training by another plan than '\(plan)'; delete it, or "
        + "leave out `resumes` to start from scratch"
    case .otherInput(let path, let found, let expected):
      "'\(path)' is of '\(found)'; give the file of '\(expected)'"
    case .differentScans(let first, let second, let option):
      "the scans '\(first)' and '\(second)' differ in `\(option)`; scan all files with the same options"
    case .missing(let kind, let inputs):
      "there is no \(kind) of " + inputs.prefix(3).map { "'\($0)'" }.joined(separator: ", ")
        + (inputs.count > 3 ? " and \(inputs.count - 3) more files" : "")
        + "; give one for each file of the plan"
    case .repeated(let first, let second, let input):
      "'\(first)' and '\(second)' are both of '\(input)'; give one"
    case .notPlanned(let path, let plan): "'\(path)' is not a file of the plan '\(plan)'"
    case .inputChanged(let path):
      "'\(path)' has changed since it was scanned; scan it again, and run the later steps again"
    case .unsupported(let what, let instead): "steps over files cannot \(what); \(instead)"
    }
  }
}

extension StepError: CategorizedError {
  /// The category of the failure.
  package var category: FailureCategory {
    switch self {
    case .unreadable: .noInput
    case .otherKind, .otherVersion, .damaged, .otherOrigin, .inputChanged, .otherTraining: .data
    case .otherInput, .differentScans, .missing, .repeated, .notPlanned, .unsupported: .usage
    }
  }
}
