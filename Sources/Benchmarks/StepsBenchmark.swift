import CellFiles
import Foundation
import Harmonize

/// An integration in steps over eight files against one process over the same files: 100,000 cells,
/// or `--cells`.
///
/// Jobs run the program `scharmonize` of the same build, as many at a time as there are processors,
/// each with one thread; the jobs for all files have all processors. The coordinates must be equal.
struct StepsBenchmark: Benchmark {
  static let name = "steps"

  private static let fileCount = 8

  func run(into report: inout BenchmarkReport) throws {
    _ = try measure(cells: report.settings.cells ?? 100_000, into: &report)
  }

  /// Returns the time of the steps over that of one process.
  func measure(cells count: Int = 100_000, into report: inout BenchmarkReport) throws -> Double {
    let processors = report.settings.threads ?? ProcessInfo.processInfo.activeProcessorCount
    var ratio = 0.0
    try withTemporaryFolder { folder in
      let jobs = StepJobs(folder: folder, processors: processors)
      let files = try jobs.simulate(cells: count, files: Self.fileCount)
      let alone = try jobs.time([
        ["integrate"] + files + ["-o", "one.npy", "--threads", "\(processors)"]
      ])
      report.add("\(count) cells in 8 files, one process", alone.elapsed, unit: "s")
      report.note("one process, processor time", alone.processor, unit: "s")
      var sum = StepJobs.Times()
      for (name, commands) in jobs.steps(over: files) {
        let times = try jobs.time(commands)
        report.add("  \(name)", times.elapsed, unit: "s")
        report.note("\(name), processor time", times.processor, unit: "s")
        report.note("\(name), peak memory of a job", Double(times.peakBytes) * 1e-6, unit: "MB")
        sum.elapsed += times.elapsed
        sum.processor += times.processor
      }
      try jobs.compare(files, with: "one.npy")
      report.add("\(count) cells in 8 files, steps", sum.elapsed, unit: "s")
      ratio = sum.elapsed / alone.elapsed
      report.add("  steps / one process", ratio, unit: "×")
      report.add("  processor time, the same", sum.processor / alone.processor, unit: "×")
      let bytes = try FileManager.default.contentsOfDirectory(atPath: folder.path)
        .filter { $0.hasSuffix(".pack") }
        .reduce(0) { try $0 + jobs.size($1) }
      report.add("  packs", Double(bytes) * 1e-6, unit: "MB")
    }
    return ratio
  }
}

/// Jobs of the program in one folder.
private struct StepJobs {
  let folder: URL
  let processors: Int

  struct Times {
    var elapsed = 0.0
    var processor = 0.0
    var peakBytes = 0
  }

  /// Simulates one file for each batch.
  func simulate(cells: Int, files: Int) throws -> [String] {
    let names = (1...files).map { "lab\($0).h5" }
    var options = SimulationOptions()
    (options.cells, options.genes, options.batches) = (cells, 20_000, files)
    // About 1,500 genes have a count in each cell.
    (options.cellTypes, options.medianCounts) = (20, 2_500)
    try Simulation(options).writeTenX(to: names.map { folder.appending(path: $0).path })
    return names
  }

  /// The commands of each step.
  func steps(over files: [String]) -> [(name: String, commands: [[String]])] {
    let all = ["--threads", "\(processors)"]
    func each(_ command: (String) -> [String]) -> [[String]] {
      files.map { command($0) + ["--threads", "1"] }
    }
    let plan = ["--plan", "plan"]
    return [
      ("scan", each { ["scan", $0, "-o", "\($0).scan"] }),
      ("plan", [["plan"] + files.map { "\($0).scan" } + ["-o", "plan"] + all]),
      ("pack", each { ["pack", $0, "-o", "\($0).pack"] + plan }),
      ("train", [["train"] + files.map { "\($0).pack" } + plan + ["-o", "trained"] + all]),
      ("encode", each { ["encode", $0, "--model", "trained", "-o", "\($0).cells"] + plan }),
      (
        "align",
        [
          ["align"] + files.map { "\($0).cells" } + plan
            + ["--model", "trained", "-o", "embedding"] + all
        ]
      ),
      (
        "write",
        each {
          ["write", $0, "--cells", "\($0).cells", "--embedding", "embedding", "-o", "\($0).npy"]
            + plan
        }
      ),
    ]
  }

  /// Runs commands, as many at a time as there are processors.
  func time(_ commands: [[String]]) throws -> Times {
    let program = URL(filePath: CommandLine.arguments[0]).resolvingSymlinksInPath()
      .deletingLastPathComponent().appending(path: "scharmonize")
    guard FileManager.default.isExecutableFile(atPath: program.path) else {
      throw BenchmarkFailure("build the product 'scharmonize' first, with the same options")
    }
    let before = Self.usage()
    let clock = ContinuousClock()
    let start = clock.now
    var waiting = commands[...]
    var running: [Process] = []
    while !waiting.isEmpty || !running.isEmpty {
      while running.count < processors, let command = waiting.popFirst() {
        let process = Process()
        process.executableURL = program
        process.arguments = command + ["--quiet"]
        process.currentDirectoryURL = folder
        try process.run()
        running.append(process)
      }
      for process in running where !process.isRunning {
        guard process.terminationStatus == 0 else {
          throw BenchmarkFailure("\(process.arguments ?? []) ended with an error")
        }
      }
      running.removeAll { !$0.isRunning }
      usleep(2_000)
    }
    let after = Self.usage()
    return Times(
      elapsed: (clock.now - start).seconds, processor: after.seconds - before.seconds,
      peakBytes: after.peak)
  }

  /// The processor time of all children, and the largest peak of one so far.
  private static func usage() -> (seconds: Double, peak: Int) {
    var usage = rusage()
    #if canImport(Darwin)
    unsafe getrusage(RUSAGE_CHILDREN, &usage)
    let unit = 1
    #else
    unsafe getrusage(__rusage_who_t(RUSAGE_CHILDREN.rawValue), &usage)
    let unit = 1024
    #endif
    func seconds(_ time: timeval) -> Double { Double(time.tv_sec) + Double(time.tv_usec) * 1e-6 }
    return (seconds(usage.ru_utime) + seconds(usage.ru_stime), Int(usage.ru_maxrss) * unit)
  }

  /// Checks that the steps have the coordinates of one process.
  func compare(_ files: [String], with whole: String) throws {
    // The numbers follow a magic word of eight bytes, and a heading whose length is before it.
    func numbers(_ name: String) throws -> Data {
      let data = try Data(contentsOf: folder.appending(path: name))
      return data.dropFirst(10 + Int(data[8]) + Int(data[9]) << 8)
    }
    guard try files.map({ try numbers("\($0).npy") }).reduce(Data(), +) == numbers(whole) else {
      throw BenchmarkFailure("steps and one process have different coordinates")
    }
  }

  func size(_ name: String) throws -> Int {
    try FileManager.default.attributesOfItem(atPath: folder.appending(path: name).path)[.size]
      as? Int ?? 0
  }
}
