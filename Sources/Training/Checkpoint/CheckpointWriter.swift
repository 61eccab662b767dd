/// A writer that saves a training at intervals.
final class CheckpointWriter {
  /// The reason why a checkpoint could not be written, if any.
  package private(set) var failure: String?

  private let options: CheckpointOptions
  private let clock = ContinuousClock()
  private var last: ContinuousClock.Instant

  /// The minimum duration of a training, in seconds, for saving it at its end.
  private static let worthSaving = 60.0

  /// Starts the clock.
  init(_ options: CheckpointOptions) {
    self.options = options
    last = clock.now
  }

  /// Saves if the interval has passed; a failure is recorded, and the training continues.
  func saveWhenDue(_ checkpoint: () -> Checkpoint) {
    if isOver(options.interval) { try? save(checkpoint()) }
  }

  /// Saves a completed training, so that a later failure does not lose it.
  func saveAtEnd(_ checkpoint: () -> Checkpoint) {
    if isOver(min(options.interval, Self.worthSaving)) { try? save(checkpoint()) }
  }

  /// Saves now.
  ///
  /// - Throws: `OutputError`; an earlier checkpoint is then as it was.
  func save(_ checkpoint: Checkpoint) throws {
    // Measure from the end of the save, so that a slow disk does not take all of the time.
    defer { last = clock.now }
    do {
      try checkpoint.write(to: options.path)
    } catch {
      failure = "\(error)"
      throw error
    }
  }

  private func isOver(_ seconds: Double) -> Bool {
    clock.now - last >= .seconds(seconds)
  }
}
