import Foundation

/// A benchmark, which checks results before it measures times.
protocol Benchmark {
  /// The name on the command line.
  static var name: String { get }

  /// Whether it measures what others measure, so that it runs only if it is named.
  static var repeatsOthers: Bool { get }

  init()

  /// Checks, measures, and adds lines to the report.
  func run(into report: inout BenchmarkReport) throws
}

extension Benchmark {
  static var repeatsOthers: Bool { false }
}

/// The reason why a benchmark has no numbers: the measured code gives a wrong result.
struct BenchmarkFailure: Error, CustomStringConvertible {
  let description: String

  init(_ description: String) { self.description = description }
}

/// Calls `body` with a temporary folder, which is deleted afterwards.
func withTemporaryFolder(_ body: (URL) throws -> Void) throws {
  let folder = FileManager.default.temporaryDirectory
    .appending(path: "scharmonize-benchmark-\(UUID().uuidString)")
  try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
  defer { try? FileManager.default.removeItem(at: folder) }
  try body(folder)
}

/// The settings from the command line for benchmarks of variable size.
struct BenchmarkSettings {
  /// The number of cells; `nil` for the benchmark's own number.
  var cells: Int?

  /// The input file; `nil` to simulate one.
  var file: String?

  /// The number of threads; `nil` for one per core.
  var threads: Int?

  /// The number of times that processes take turns.
  var turns = 3
}

/// The results, as a table and as JSON.
struct BenchmarkReport {
  /// The settings of the run.
  let settings: BenchmarkSettings

  /// One result.
  struct Line: Codable {
    var name: String
    var value: Double
    var unit: String
  }

  private(set) var lines: [Line] = []

  init(settings: BenchmarkSettings) { self.settings = settings }

  /// Records a number for the JSON only.
  mutating func note(_ name: String, _ value: Double, unit: String) {
    lines.append(Line(name: name, value: value, unit: unit))
  }

  /// Records a number and prints it.
  mutating func add(_ name: String, _ value: Double, unit: String) {
    note(name, value, unit: unit)
    let number = value.formatted(.number.precision(.significantDigits(4)).grouping(.automatic))
    print(
      name.padding(toLength: 48, withPad: " ", startingAt: 0),
      String(repeating: " ", count: max(0, 12 - number.count)) + number, unit)
  }

  /// Returns the lines as JSON.
  func json() throws -> Data {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .withoutEscapingSlashes]
    return try encoder.encode(lines)
  }
}

/// Returns the shortest time of several runs in seconds, which is the least disturbed one.
func fastest(of runs: Int, _ work: () throws -> Void) rethrows -> Double {
  let clock = ContinuousClock()
  var best = Double.infinity
  for _ in 0..<runs {
    let start = clock.now
    try work()
    best = min(best, (clock.now - start).seconds)
  }
  return best
}

/// Returns the middle one of the sorted values, or the upper one of the two in the middle.
func median(_ values: [Double]) -> Double { values.sorted()[values.count / 2] }

extension Duration {
  /// The duration in seconds.
  var seconds: Double {
    Double(components.seconds) + Double(components.attoseconds) * 1e-18
  }
}
