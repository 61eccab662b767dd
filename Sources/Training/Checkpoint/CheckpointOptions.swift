internal import CellFiles
internal import Foundation
internal import HDF5
package import Support

/// Options for saving a training while it runs, so that an interrupted run can be resumed.
///
///     var options = IntegrationOptions()
///     options.checkpoint = CheckpointOptions(path: "harmonized.h5ad.checkpoint")
///     let result = try integrate(cells, options: options)
///     // … write the result, and then:
///     options.checkpoint?.discard()
///
/// A checkpoint is written every ``interval`` seconds, and if the progress handler throws or the
/// task is cancelled during training. It is also written after a training of more than a minute, so
/// that a later failure does not lose the training. With ``resumes`` a later run continues from it,
/// with the same bytes as an uninterrupted run, also on another processor.
public struct CheckpointOptions: Equatable, Sendable, Codable {
  /// The path of the checkpoint; each save replaces the whole file.
  public var path: String

  /// The seconds of training between two saves; above 0.
  ///
  /// The default is 600. A shorter interval loses less in a crash; a save takes a fraction of a
  /// second.
  public var interval: Double = 600

  /// A flag that is true to resume from an existing checkpoint.
  ///
  /// The default is `false`, which starts from scratch and replaces the checkpoint.
  public var resumes = false

  /// Makes the default options for a path.
  public init(path: String) { self.path = path }

  package static let fields: [OptionField<Self>] = [
    OptionField(
      "path", \.path, unit: "file",
      usual: "the output's name with '.checkpoint'; none if the output is standard output",
      help: "File to which the training is saved at regular intervals, and when SIGINT or SIGTERM "
        + "stops it; removed when the result is written."),
    OptionField(
      "interval", \.interval, ValidRange("a number above 0") { $0 > 0 }, unit: "seconds",
      help: "Seconds of training between two saves."),
    OptionField(
      "resumes", \.resumes,
      help: "Resume from the checkpoint if there is one; the result has the same bytes as that of "
        + "an uninterrupted run."),
  ]

  /// Checks, before any work is done, whether a checkpoint can be written, and read for resuming.
  ///
  /// - Parameters:
  ///   - inputs: The input files. The default is empty.
  ///   - outputs: The other output files. The default is empty.
  /// - Returns: The position of an existing checkpoint; `nil` if there is none.
  /// - Throws: ``UsageError`` or ``OptionError`` if the path is one of these files, or not a checkpoint;
  ///   `OutputError` if the folder is missing or not writable; ``CheckpointError`` and `HDF5Error`
  ///   if the checkpoint to resume cannot be used.
  @discardableResult
  package func check(inputs: [String] = [], outputs: [String] = []) throws -> TrainingPosition? {
    try checkRanges()
    try checkOutput(path, of: "checkpoint", inputs: inputs, outputs: outputs)
    guard FileManager.default.fileExists(atPath: path) else { return nil }
    do {
      return try Checkpoint(readingAt: path).position
    } catch {
      if resumes { throw error }
      // A partial checkpoint may be replaced; any other file belongs to the user.
      if case CheckpointError.notACheckpoint = error { throw error }
      if case HDF5Error.cannotOpen(_, .notHDF5) = error {
        throw CheckpointError.notACheckpoint(path: path, present: [])
      }
      return nil
    }
  }

  /// A flag that is true if there is a file at ``path``.
  package var exists: Bool { FileManager.default.fileExists(atPath: path) }

  /// Removes the checkpoint after the result is written.
  public func discard() { AtomicOutput.remove(path) }
}

extension CheckpointOptions: DescribedOptions {}

/// The position in a training.
package struct TrainingPosition: Equatable, Sendable {
  /// The number of steps taken.
  package let step: Int

  /// The total number of steps.
  package let steps: Int
}

extension TrainingPosition {
  /// Reads the position of a checkpoint; `nil` if it cannot be read.
  package init?(ofCheckpointAt path: String) {
    guard let checkpoint = try? Checkpoint(readingAt: path) else { return nil }
    self = checkpoint.position
  }
}
