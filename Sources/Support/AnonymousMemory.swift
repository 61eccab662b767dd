internal import Foundation
internal import Synchronization

/// A monitor of the process's anonymous memory, for the lifetime of this value.
///
/// Anonymous memory is memory without a file: arrays, buffers, stacks. Pages of mapped files are
/// not included, because the system can reclaim them. A separate thread samples twenty times a
/// second, since peaks occur in the middle of stages.
package final class AnonymousMemory: Sendable {
  private let watched: Watched

  /// Starts sampling.
  package init() {
    let watched = Watched()
    self.watched = watched
    guard watched.look() else { return }
    startThread("scharmonize-memory") {
      while !watched.isOver.load(ordering: .relaxed) {
        usleep(50_000)
        _ = watched.look()
      }
    }
  }

  deinit { watched.isOver.store(true, ordering: .relaxed) }

  /// The peak so far, in bytes; `nil` if the system does not report it.
  package var peak: Int? {
    _ = watched.look()
    let peak = watched.peak.load(ordering: .relaxed)
    return peak > 0 ? peak : nil
  }

  /// Returns the current anonymous memory in bytes; `nil` if the system does not report it.
  package static func held() -> Int? {
    #if os(Linux)
    guard let text = try? String(contentsOfFile: "/proc/self/statm", encoding: .utf8) else {
      return nil
    }
    // The fields count pages: address space, resident, and resident with a file.
    let fields = text.split(separator: " ").prefix(3).compactMap { Int($0) }
    guard fields.count == 3 else { return nil }
    return (fields[1] - fields[2]) * Int(sysconf(Int32(_SC_PAGESIZE)))
    #else
    return nil
    #endif
  }

  /// The state shared by the thread and its creator.
  private final class Watched: Sendable {
    let peak = Atomic<Int>(0)
    let isOver = Atomic<Bool>(false)

    /// Takes a sample; returns whether the system reports the memory.
    func look() -> Bool {
      guard let held = AnonymousMemory.held() else { return false }
      peak.max(held, ordering: .relaxed)
      return true
    }
  }
}
