internal import Foundation
internal import Synchronization

/// Standard error: lines, followed by at most one bar that is redrawn.
final class StandardError: Sendable {
  /// The instance of this process.
  static let shared = StandardError()

  /// A flag that is true if standard error is a terminal that can return to the start of a line.
  let isTerminal: Bool

  private let isBarDrawn = Mutex(false)

  private init() {
    let kind = ProcessInfo.processInfo.environment["TERM"] ?? ""
    isTerminal = isatty(STDERR_FILENO) == 1 && !["", "dumb"].contains(kind)
  }

  /// Writes a line, replacing a visible bar.
  func write(_ line: String) {
    isBarDrawn.withLock { isDrawn in
      put((isDrawn ? Self.clear : "") + line + "\n")
      isDrawn = false
    }
  }

  /// Draws a bar in place of the old one; only on a terminal.
  func draw(_ bar: String) {
    isBarDrawn.withLock { isDrawn in
      put("\r\(bar)\u{1B}[K")
      isDrawn = true
    }
  }

  /// Writes the last line of the process, regardless of other threads.
  func writeLast(_ line: String) {
    let wasDrawn = isBarDrawn.withLockIfAvailable { $0 } ?? isTerminal
    put((wasDrawn ? Self.clear : "") + line + "\n")
  }

  private static let clear = "\r\u{1B}[K"

  /// Writes text and ignores errors: a closed log is no reason to stop.
  private func put(_ text: String) {
    var rest = Array(text.utf8)[...]
    while !rest.isEmpty {
      let count = unsafe rest.withUnsafeBytes {
        unsafe Foundation.write(STDERR_FILENO, $0.baseAddress, $0.count)
      }
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { return }
      rest = rest.dropFirst(count)
    }
  }
}
