internal import Foundation

/// The limit of a process's processor time set by control groups, in processors.
///
/// Each enclosing group may have a limit, and the lowest applies. Both versions of control groups
/// are read: <https://docs.kernel.org/admin-guide/cgroup-v2.html> (`cpu.max`) and
/// <https://docs.kernel.org/scheduler/sched-bwc.html> (`cpu.cfs_quota_us`). A container does not
/// see the groups outside it; the root it sees is its own group.
struct ProcessorQuota {
  /// The quota, such as 1.5 for one and a half processors; `nil` for no limit.
  let processors: Double?

  /// Reads the limits.
  ///
  /// - Parameter root: The folder that holds `proc` and `sys`; `/`, except in tests.
  init(root: String) {
    let text = Self.text("\(root)/proc/self/cgroup") ?? ""
    var limits: [Double] = []
    for line in text.split(separator: "\n") {
      // A line has the form "0::/system.slice/job.scope" or "4:cpu,cpuacct:/docker/1f".
      let parts = line.split(separator: ":", maxSplits: 2, omittingEmptySubsequences: false)
      guard parts.count == 3 else { continue }
      let mount = "\(root)/sys/fs/cgroup"
      if parts[0] == "0", parts[1].isEmpty {
        for folder in [mount, "\(mount)/unified"] {
          limits += Self.levels(of: parts[2]).compactMap { Self.limit(in: folder + $0) }
        }
      } else if parts[1].split(separator: ",").contains("cpu") {
        for folder in Set(["\(mount)/cpu", "\(mount)/\(parts[1])"]) {
          limits += Self.levels(of: parts[2]).compactMap { Self.firstLimit(in: folder + $0) }
        }
      }
    }
    processors = limits.min()
  }

  /// The quota in whole processors, at least 1; `nil` for no limit.
  ///
  /// A fraction of a processor does not count: the system would halt one thread at times, and all
  /// others would wait for it.
  var whole: Int? { processors.map { max(1, Int(min($0, 1e6))) } }

  /// Returns a group and its enclosing groups: `/a/b`, `/a`, and the root.
  private static func levels(of group: Substring) -> [String] {
    let names = group.split(separator: "/").filter { $0 != ".." }
    return (0...names.count).reversed().map { names[..<$0].map { "/\($0)" }.joined() }
  }

  /// Returns the limit of a version 2 group: "150000 100000", or "max 100000".
  private static func limit(in folder: String) -> Double? {
    guard let fields = text("\(folder)/cpu.max")?.split(whereSeparator: \.isWhitespace),
      fields.count == 2
    else { return nil }
    return ratio(fields[0], fields[1])
  }

  /// Returns the limit of a version 1 group; −1 means no limit.
  private static func firstLimit(in folder: String) -> Double? {
    guard let quota = text("\(folder)/cpu.cfs_quota_us"),
      let period = text("\(folder)/cpu.cfs_period_us")
    else { return nil }
    return ratio(quota[...], period[...])
  }

  private static func ratio(_ quota: Substring, _ period: Substring) -> Double? {
    func number(_ text: Substring) -> Double? {
      Double(text.trimmed)
    }
    guard let quota = number(quota), let period = number(period), quota > 0, period > 0 else {
      return nil
    }
    return quota / period
  }

  private static func text(_ path: String) -> String? {
    try? String(contentsOfFile: path, encoding: .utf8)
  }
}
