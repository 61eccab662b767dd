/// The overall progress of a call, computed from the progress of its stages.
///
/// The overall share is the sum of the stages' costs, each times its finished share, divided by the
/// sum of all costs. Stages may alternate, and may be finished in any order.
package final class ProgressMeter {
  private let workload: Workload
  private var finished: [Stage: Double] = [:]
  private var overall = 0.0
  private let time = TimeLeft()

  /// Starts at 0.
  ///
  /// - Parameter workload: The stages of the call, with their costs.
  package init(_ workload: Workload) { self.workload = workload }

  /// Returns the progress of the call.
  ///
  /// - Parameters:
  ///   - stage: The current stage; one that the workload lacks adds nothing.
  ///   - fraction: The finished share of it, 0 to 1.
  /// - Returns: The progress, whose overall share is 1 if all stages of the workload are finished.
  package func progress(_ stage: Stage, _ fraction: Double) -> StageProgress {
    finished[stage] = max(finished[stage] ?? 0, min(max(fraction, 0), 1))
    let isFinished =
      !workload.parts.isEmpty
      && workload.parts.allSatisfy { finished[$0.key] == 1 || $0.value.begun == 1 }
    let done = workload.parts.reduce(0) { sum, part in
      sum + part.value.cost * part.value.share(of: finished[part.key] ?? 0)
    }
    overall = max(overall, isFinished ? 1 : share(done, of: workload.total))
    return StageProgress(
      stage: stage, fraction: fraction, overall: overall, secondsLeft: time.seconds(at: overall))
  }
}

/// The progress of a run that consists of several calls, as one.
package final class RunProgress {
  private let total: Double
  private let receive: ProgressHandler
  private var before = 0.0
  private var cost = 0.0
  private var overall = 0.0
  private var stage: Stage?
  private let time = TimeLeft()

  /// Starts at 0.
  ///
  /// - Parameters:
  ///   - total: The sum of the costs of all calls, in the unit of ``Workload``.
  ///   - receive: Receives the progress of the run; throws to stop it.
  package init(total: Double, to receive: @escaping ProgressHandler) {
    self.total = total
    self.receive = receive
  }

  /// Begins the next call; the one before is finished.
  ///
  /// - Parameter cost: The cost of the call, which is a part of the total.
  package func begin(cost: Double) {
    before += self.cost
    self.cost = cost
  }

  /// Reports the progress of the current call.
  ///
  /// - Parameter part: The progress of the call.
  /// - Throws: Errors of the receiver.
  package func report(_ part: StageProgress) throws {
    stage = part.stage
    overall = max(overall, share(before + cost * part.overall, of: total))
    try receive(
      StageProgress(
        stage: part.stage, fraction: part.fraction, overall: overall,
        secondsLeft: time.seconds(at: overall)))
  }

  /// Reports the end of the run, in its last stage.
  ///
  /// - Throws: Errors of the receiver.
  package func finish() throws {
    guard let stage else { return }
    overall = 1
    try receive(StageProgress(stage: stage, fraction: 1, overall: 1, secondsLeft: 0))
  }
}

/// Returns a share that is below 1, since rounding must not announce the end.
private func share(_ part: Double, of total: Double) -> Double {
  total > 0 ? min(max(part / total, 0), 1 - 1e-6) : 0
}

/// An estimate of the time left, by the mean speed since the start.
private struct TimeLeft {
  private let start = ContinuousClock.now

  /// Returns the estimated seconds left, or `nil` as long as it would be a guess.
  func seconds(at overall: Double) -> Double? {
    guard overall < 1 else { return 0 }
    let elapsed = (ContinuousClock.now - start) / .seconds(1)
    guard elapsed >= 2, overall >= 0.02 else { return nil }
    return elapsed * (1 - overall) / overall
  }
}
