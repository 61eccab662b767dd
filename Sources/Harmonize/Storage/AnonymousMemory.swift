internal import Foundation

/// Notes how much anonymous memory the process holds, from time to time.
///
/// Anonymous memory is what no file stands behind: arrays, buffers, stacks. Pages of mapped
/// files, which the system takes back when it needs them, are not among it.
struct AnonymousMemory {
  /// The most that was seen, in bytes; `nil` where the system does not tell.
  private(set) var peak: Int?

  private var last: ContinuousClock.Instant?

  /// Looks now.
  mutating func sample() {
    guard let held = Self.held() else { return }
    peak = max(peak ?? 0, held)
  }

  /// Looks now, unless it has looked within the last twentieth of a second.
  mutating func sampleAtTimes() {
    let now = ContinuousClock.now
    if let last, now - last < .milliseconds(50) { return }
    last = now
    sample()
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
}
