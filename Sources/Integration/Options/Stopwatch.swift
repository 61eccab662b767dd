internal import Foundation

/// A stopwatch that sums the duration of each stage.
struct Stopwatch {
  package private(set) var seconds: [Stage: Double] = [:]

  /// Runs `work` and adds its duration to a stage.
  mutating func time<Result>(_ stage: Stage, _ work: () throws -> Result) rethrows -> Result {
    let clock = ContinuousClock()
    let start = clock.now
    let result = try work()
    let duration = clock.now - start
    let (whole, fraction) = duration.components
    seconds[stage, default: 0] += Double(whole) + Double(fraction) / 1e18
    return result
  }
}

/// Returns the peak memory of this process in bytes.
func peakMemoryBytes() -> Int {
  var usage = rusage()
  #if canImport(Darwin)
  _ = unsafe getrusage(RUSAGE_SELF, &usage)
  return usage.ru_maxrss
  #else
  _ = unsafe getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
  return usage.ru_maxrss * 1024  // Linux counts in kilobytes
  #endif
}
