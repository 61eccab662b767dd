/// A stopwatch that sums the duration of each stage.
package final class Stopwatch {
  /// The duration of each stage so far, in seconds.
  package private(set) var seconds: [Stage: Double] = [:]

  /// Starts at zero for every stage.
  package init() {}

  /// Runs `work` and adds its duration to a stage.
  ///
  /// - Parameters:
  ///   - stage: The stage.
  ///   - work: The work of the stage, or a part of it.
  /// - Returns: The result of `work`; rethrows its errors.
  package func time<Result>(_ stage: Stage, _ work: () throws -> Result) rethrows -> Result {
    let clock = ContinuousClock()
    let start = clock.now
    let result = try work()
    let duration = clock.now - start
    let (whole, fraction) = duration.components
    seconds[stage, default: 0] += Double(whole) + Double(fraction) / 1e18
    return result
  }
}
