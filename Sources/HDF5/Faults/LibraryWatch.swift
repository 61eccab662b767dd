internal import CFaults
internal import Foundation

#if canImport(Glibc)
internal import Glibc
#endif

/// Watches that calls into the C library come to their end, on Linux.
///
/// A damaged file can send the library round in circles (seen with 1.10.8: a heap of strings that
/// is zeros). No call here reads more than a piece, or a list that is to be held in memory, so one
/// that has computed for longer than its file can be worth is taken for that. Waiting for a slow disk
/// does not count.
func watchLibraryCalls() {
  #if canImport(Glibc)
  let thread = Thread {
    var (watched, start): (UInt, Double?) = (0, nil)
    while true {
      Thread.sleep(forTimeInterval: 0.5)
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
  thread.name = "scharmonize-watch"
  thread.start()
  #endif
}

#if canImport(Glibc)
/// Seconds that a call may compute: ten, and one for each megabyte of the files that are open.
private func secondsAllowed() -> Double {
  10 + Double(min(openFiles.bytesOfFiles() >> 20, 590))
}

/// Seconds that a thread has computed.
private func secondsOfComputing(of thread: UInt) -> Double? {
  var (clock, time) = (clockid_t(), timespec())
  guard unsafe pthread_getcpuclockid(pthread_t(thread), &clock) == 0,
    unsafe clock_gettime(clock, &time) == 0
  else { return nil }
  return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
}
#endif
