internal import Foundation

/// The number of processors available to this process; more threads would only take turns.
package enum Processors {
  /// The number of available processors, at least 1.
  ///
  /// It counts the active processors that the process is bound to (by Slurm or `taskset`), up to
  /// the limit of its control groups (in containers).
  package static let available = count(
    active: ProcessInfo.processInfo.activeProcessorCount, root: "/")

  /// Determines the number of available processors.
  ///
  /// - Parameters:
  ///   - active: The machine's processors.
  ///   - root: The folder that holds `proc` and `sys`; `/`, except in tests.
  /// - Returns: The number, at least 1.
  static func count(active: Int, root: String) -> Int {
    let bound = min(active, processorsBoundTo(root: root) ?? active)
    return max(1, min(bound, ProcessorQuota(root: root).whole ?? bound))
  }
}

/// Returns the number of processors that the process is bound to; `nil` if the system does not
/// report it.
///
/// Linux has a line such as "Cpus_allowed_list: 0-3,8" in `/proc/self/status`
/// (<https://man7.org/linux/man-pages/man5/proc_pid_status.5.html>).
private func processorsBoundTo(root: String) -> Int? {
  guard let text = try? String(contentsOfFile: "\(root)/proc/self/status", encoding: .utf8),
    let line = text.split(separator: "\n").first(where: { $0.hasPrefix("Cpus_allowed_list:") })
  else { return nil }
  var count = 0
  for range in line.drop(while: { $0 != ":" }).dropFirst().split(separator: ",") {
    let ends = range.trimmed.split(separator: "-").map { Int($0) }
    guard let first = ends.first.flatMap(\.self), let last = ends.last.flatMap(\.self),
      (first..<1 << 20).contains(last)
    else { return nil }
    count += last - first + 1
  }
  return count > 0 ? count : nil
}
