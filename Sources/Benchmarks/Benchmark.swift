import Foundation

/// Something that is checked, then timed.
protocol Benchmark {
  /// What it is called on the command line.
  static var name: String { get }

  init()

  /// Checks, times, and adds lines to the report.
  func run(into report: inout BenchmarkReport) throws
}

/// Why a benchmark has no numbers: what it was to time does not do what it should.
struct BenchmarkFailure: Error, CustomStringConvertible {
  let description: String

  init(_ description: String) { self.description = description }
}

/// Lends a folder that is deleted afterwards.
func withTemporaryFolder(_ body: (URL) throws -> Void) throws {
  let folder = FileManager.default.temporaryDirectory
    .appending(path: "scharmonize-benchmark-\(UUID().uuidString)")
  try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
  defer { try? FileManager.default.removeItem(at: folder) }
  try body(folder)
}

/// What the command line asks of benchmarks that can be of several sizes.
struct BenchmarkSettings {
  /// How many cells to make; the benchmark's own number where it is `nil`.
  var cells: Int?

  /// A file to take instead of one that is made.
  var file: String?

  /// How many threads to use; one a core where it is `nil`.
  var threads: Int?
}

/// What was measured, as a table and as JSON.
struct BenchmarkReport {
  /// What was asked for.
  let settings: BenchmarkSettings

  /// One number.
  struct Line: Codable {
    var name: String
    var value: Double
    var unit: String
  }

  private(set) var lines: [Line] = []

  init(settings: BenchmarkSettings) { self.settings = settings }

  /// Notes a number for the JSON alone.
  mutating func note(_ name: String, _ value: Double, unit: String) {
    lines.append(Line(name: name, value: value, unit: unit))
  }

  /// Notes a number and prints it.
  mutating func add(_ name: String, _ value: Double, unit: String) {
    note(name, value, unit: unit)
    let number = value.formatted(.number.precision(.significantDigits(4)).grouping(.automatic))
    print(
      name.padding(toLength: 48, withPad: " ", startingAt: 0),
      String(repeating: " ", count: max(0, 12 - number.count)) + number, unit)
  }

  /// The lines as JSON.
  func json() throws -> Data {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .withoutEscapingSlashes]
    return try encoder.encode(lines)
  }
}

/// The shortest time of several runs, in seconds: what the work takes when nothing disturbs it.
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

extension Duration {
  /// The duration in seconds.
  var seconds: Double {
    Double(components.seconds) + Double(components.attoseconds) * 1e-18
  }
}
