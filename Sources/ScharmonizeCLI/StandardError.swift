internal import Foundation
internal import Synchronization

/// Lines on standard error, and behind them at most one bar that is redrawn.
final class StandardError: Sendable {
  /// The one of this process.
  static let shared = StandardError()

  /// Whether it is a terminal that can go back to the start of a line.
  let isTerminal: Bool

  private let isBarDrawn = Mutex(false)

  private init() {
    let kind = ProcessInfo.processInfo.environment["TERM"] ?? ""
    isTerminal = isatty(STDERR_FILENO) == 1 && !["", "dumb"].contains(kind)
  }

  /// Writes a line, in place of a bar that stands there.
  func write(_ line: String) {
    isBarDrawn.withLock { isDrawn in
      put((isDrawn ? Self.clear : "") + line + "\n")
      isDrawn = false
    }
  }

  /// Draws a bar in place of the one that stands there; only on a terminal.
  func draw(_ bar: String) {
    isBarDrawn.withLock { isDrawn in
      put("\r\(bar)\u{1B}[K")
      isDrawn = true
    }
  }

  /// Writes the last line of the process, whatever other threads are doing.
  func writeLast(_ line: String) {
    let wasDrawn = isBarDrawn.withLockIfAvailable { $0 } ?? isTerminal
    put((wasDrawn ? Self.clear : "") + line + "\n")
  }

  private static let clear = "\r\u{1B}[K"

  /// Writes what can be written: a log that is gone is no reason to stop.
  private func put(_ text: String) {
    try? FileHandle.standardError.write(contentsOf: Data(text.utf8))
  }
}
