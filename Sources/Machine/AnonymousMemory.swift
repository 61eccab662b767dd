internal import Foundation
internal import Synchronization

/// Watches how much anonymous memory the process holds, for as long as this value lives.
///
/// Anonymous memory is what no file stands behind: arrays, buffers, stacks. Pages of mapped
/// files, which the system takes back when it needs them, are not among it. A thread of its
/// own looks twenty times a second, as the largest amounts are held in the middle of a stage.
package final class AnonymousMemory: Sendable {
  private let watched: Watched

  /// Starts to watch.
  package init() {
    let watched = Watched()
    self.watched = watched
    guard watched.look() else { return }
    let thread = Thread {
      while !watched.isOver.load(ordering: .relaxed) {
        Thread.sleep(forTimeInterval: 0.05)
        _ = watched.look()
      }
    }
    thread.name = "scharmonize-memory"
    thread.start()
  }

  deinit { watched.isOver.store(true, ordering: .relaxed) }

  /// The most that was held so far, in bytes; `nil` where the system does not tell.
  package var peak: Int? {
    _ = watched.look()
    let peak = watched.peak.load(ordering: .relaxed)
    return peak > 0 ? peak : nil
  }

  /// What the process holds now, in bytes; `nil` where the system does not tell.
  static func held() -> Int? {
    #if os(Linux)
    guard let text = try? String(contentsOfFile: "/proc/self/statm", encoding: .utf8) else {
      return nil
    }
    // Pages: of address space, resident, and resident with a file behind them.
    let fields = text.split(separator: " ").prefix(3).compactMap { Int($0) }
    guard fields.count == 3 else { return nil }
    return (fields[1] - fields[2]) * Int(sysconf(Int32(_SC_PAGESIZE)))
    #else
    return nil
    #endif
  }

  /// What the thread and its starter share.
  private final class Watched: Sendable {
    let peak = Atomic<Int>(0)
    let isOver = Atomic<Bool>(false)

    /// Looks now; tells whether there was something to see.
    func look() -> Bool {
      guard let held = AnonymousMemory.held() else { return false }
      peak.max(held, ordering: .relaxed)
      return true
    }
  }
}
