internal import CFaults
internal import Foundation

#if canImport(Glibc)
internal import Glibc
internal import Support
#endif

/// Starts a watchdog, on Linux, for calls into libhdf5 that do not return.
///
/// A damaged file can send the library into an endless loop (seen with 1.10.8: a heap of strings
/// that is all zeros). Each call here reads one piece or a list that fits into memory. A call that
/// computes longer than its file can need counts as hung. Time spent waiting for a slow disk does
/// not count.
func watchLibraryCalls() {
  #if canImport(Glibc)
  startThread("scharmonize-watch") {
    var (watched, start): (UInt, Double?) = (0, nil)
    while true {
      usleep(500_000)
      let (thread, call) = LibraryCall.current.state
      guard thread != 0, call == watched else {
        (watched, start) = (call, nil)
        continue
      }
      guard let seconds = secondsOfComputing(of: thread) else { continue }
      if let start, seconds - start > secondsAllowed() { cf_end_for_library_that_hangs() }
      start = start ?? seconds
    }
  }
  #endif
}

#if canImport(Glibc)
/// Returns the seconds that a call may compute: ten, and one for each megabyte of the open files.
private func secondsAllowed() -> Double {
  10 + Double(min(openFiles.bytesOfFiles() >> 20, 590))
}

/// Returns the seconds of processor time of a thread.
private func secondsOfComputing(of thread: UInt) -> Double? {
  var (clock, time) = (clockid_t(), timespec())
  guard unsafe pthread_getcpuclockid(pthread_t(thread), &clock) == 0,
    unsafe clock_gettime(clock, &time) == 0
  else { return nil }
  return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
}
#endif
