internal import Foundation

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
