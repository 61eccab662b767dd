internal import CellFiles
internal import Foundation
internal import HDF5
internal import Kernels
internal import Machine

/// Where a training is saved while it runs, so that what stops the run does not lose it.
///
///     var options = IntegrationOptions()
///     options.checkpoint = CheckpointOptions(path: "harmonized.h5ad.checkpoint")
///     let result = try integrate(cells, options: options)
///     // … write the result, and then:
///     options.checkpoint?.discard()
///
/// It is written every ``interval``; when the progress handler throws, or the task is cancelled,
/// while the model is trained; and after a training of more than a minute, so that nothing that
/// fails behind it costs the training. With ``resumes`` a later run goes on from it, to the same
/// bytes as one that was never stopped.
public struct CheckpointOptions: Equatable, Sendable, Codable {
  /// The file, which is replaced whole each time.
  public var path: String

  /// How many seconds of training pass between two savings, above 0.
  ///
  /// The default is 600. A shorter time loses less to a crash; saving takes a fraction of a second.
  public var interval: Double = 600

  /// Whether to go on from the checkpoint, where there is one.
  ///
  /// The default is `false`: start anew, and replace it.
  public var resumes = false

  /// Names the file, and leaves the rest as it is by default.
  public init(path: String) { self.path = path }

  /// Finds out, before any work is done, whether a checkpoint can be written, and read to resume.
  ///
  /// - Parameters:
  ///   - inputs: The files that are read. The default is none.
  ///   - outputs: The other files that are written. The default is none.
  /// - Returns: How far the checkpoint that is there has come; `nil` where there is none.
  /// - Throws: ``HarmonizeError``, where the file is one of these, or no checkpoint;
  ///   `OutputError`, where the folder is missing or can't be written to; ``CheckpointError`` and
  ///   `HDF5Error`, where the checkpoint is to be resumed and can't be.
  @discardableResult
  public func check(inputs: [String] = [], outputs: [String] = []) throws -> TrainingPosition? {
    guard interval > 0 else {
      throw OptionError(
        option: "--checkpoint-minutes", value: "\(interval / 60)", expected: "a number above 0")
    }
    try checkOutput(path, of: "--checkpoint", inputs: inputs, outputs: outputs)
    guard FileManager.default.fileExists(atPath: path) else { return nil }
    do {
      return try Checkpoint(readingAt: path).position
    } catch {
      if resumes { throw error }
      // Half a checkpoint may be replaced; anything else is somebody's.
      if case CheckpointError.notACheckpoint = error { throw error }
      if case HDF5Error.cannotOpen(_, .notHDF5) = error {
        throw CheckpointError.notACheckpoint(path: path, present: [])
      }
      return nil
    }
  }

  /// Removes the checkpoint, once the result is written.
  public func discard() { AtomicOutput.remove(path) }
}

/// How far a training has come.
public struct TrainingPosition: Equatable, Sendable {
  /// The steps that were taken.
  public let step: Int

  /// The steps that there are in all.
  public let steps: Int

  /// The instructions that the steps were computed with, by default those of this processor; `nil`
  /// where that is not known.
  public var instructionSet: String? = Kernels.instructionSet

  /// What to know before going on here, a sentence; `nil` where nothing is.
  public var warning: String? {
    guard let instructionSet, instructionSet != Kernels.instructionSet else { return nil }
    return "the first steps were computed with \(instructionSet), and this processor has "
      + "\(Kernels.instructionSet): the result can differ from that of an uninterrupted run"
  }
}

extension TrainingPosition {
  /// That of a checkpoint; `nil` where none can be read.
  public init?(ofCheckpointAt path: String) {
    guard let checkpoint = try? Checkpoint(readingAt: path) else { return nil }
    self = checkpoint.position
  }
}
