internal import ArgumentParser
internal import Harmonize

/// Options for saving a training while it runs.
struct CheckpointArguments: ParsableArguments {
  @Option(
    help: ArgumentHelp(of: \CheckpointOptions.path),
    completion: .file())
  var checkpoint: String?

  @Option(
    help: ArgumentHelp("Minutes of training between two saves.", valueName: "minutes"))
  var checkpointMinutes = CheckpointOptions(path: "").interval / 60

  @Flag(help: ArgumentHelp(of: \CheckpointOptions.resumes))
  var resume = false

  /// Returns the checkpoint options for an output; `nil` for no checkpoint.
  ///
  /// - Throws: ``HarmonizeError/unsuitable(_:)`` if there is no checkpoint to resume.
  func options(output: Destination) throws -> CheckpointOptions? {
    try options(beside: output.isStandardOutput ? nil : output.path)
  }

  /// Returns the checkpoint options for the file of a result; `nil` for no checkpoint.
  ///
  /// - Throws: As ``options(output:)``.
  func options(beside output: String?) throws -> CheckpointOptions? {
    guard let path = checkpoint ?? output.map({ $0 + ".checkpoint" }) else {
      guard !resume else {
        throw UsageError(
          "'--resume' needs '--checkpoint FILE' if the result goes to standard output")
      }
      return nil
    }
    guard checkpointMinutes > 0 else {
      throw UsageError(
        "'--checkpoint-minutes' cannot be \(checkpointMinutes); give a number above 0")
    }
    var options = CheckpointOptions(path: path)
    options.interval = checkpointMinutes * 60
    options.resumes = resume
    return options
  }
}
