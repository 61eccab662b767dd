/// Saves a training now and then.
final class CheckpointWriter {
  /// What keeps a checkpoint from being written, where something does.
  package private(set) var failure: String?

  private let options: CheckpointOptions
  private let clock = ContinuousClock()
  private var last: ContinuousClock.Instant

  /// A training of less than this is quicker done again than looked after.
  private static let worthSaving = 60.0

  /// Starts to count the time.
  init(_ options: CheckpointOptions) {
    self.options = options
    last = clock.now
  }

  /// Saves where the interval is over; a failure is noted, and the training goes on.
  func saveWhenDue(_ checkpoint: () -> Checkpoint) {
    if isOver(options.interval) { try? save(checkpoint()) }
  }

  /// Saves a training that is complete, so that what fails behind it does not lose it.
  func saveAtEnd(_ checkpoint: () -> Checkpoint) {
    if isOver(min(options.interval, Self.worthSaving)) { try? save(checkpoint()) }
  }

  /// Saves now.
  ///
  /// - Throws: `OutputError`; an earlier checkpoint is then as it was.
  func save(_ checkpoint: Checkpoint) throws {
    // Measured from the end of the attempt, so that a slow disk does not take all of the time.
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
