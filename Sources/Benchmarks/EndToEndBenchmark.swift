import CellFiles
import Foundation
import Harmonize

/// Complete runs on simulated cells, from file to file: 10,000 and 100,000 cells, or `--cells`.
///
/// Each run is a separate process, because peak memory is measured per process.
struct EndToEndBenchmark: Benchmark {
  static let name = "end-to-end"

  func run(into report: inout BenchmarkReport) throws {
    for count in report.settings.cells.map({ [$0] }) ?? [10_000, 100_000] {
      try measureRun(simulation(cells: count), into: &report)
    }
  }
}

/// A complete run of a million cells with `--memory 512M`; simulating the file takes a while.
struct MillionCellsBenchmark: Benchmark {
  static let name = "million"

  func run(into report: inout BenchmarkReport) throws {
    try measureRun(
      simulation(cells: report.settings.cells ?? 1_000_000), memory: 512 << 20, into: &report)
  }
}

/// Complete runs with a batch for each hundred cells and `--memory 512M`: 200,000 and a million
/// cells, or `--cells`.
struct ManyBatchesBenchmark: Benchmark {
  static let name = "batches"

  func run(into report: inout BenchmarkReport) throws {
    for count in report.settings.cells.map({ [$0] }) ?? [200_000, 1_000_000] {
      var options = SimulationOptions()
      (options.cells, options.batches) = (count, max(2, count / 100))
      options.cellTypes = 10
      options.compositionDifference = 0.5
      try measureRun(options, memory: 512 << 20, into: &report)
    }
  }
}

/// The options of simulated cells of 20 types in five batches, with 20,000 genes.
func simulation(cells: Int) -> SimulationOptions {
  var options = SimulationOptions()
  options.cells = cells
  options.genes = 20_000
  options.batches = 5
  options.cellTypes = 20
  // About 1,500 genes have a count in each cell.
  options.medianCounts = 2_500
  return options
}

/// Simulates cells, integrates them in a separate process, and records the results.
private func measureRun(
  _ options: SimulationOptions, memory: Int? = nil, into report: inout BenchmarkReport
) throws {
  try withTemporaryFolder { folder in
    let cells = options.cells
    let input = folder.appending(path: "cells.h5ad").path
    try Simulation(options).writeAnnData(to: input)
    let bytes = try FileManager.default.attributesOfItem(atPath: input)[.size] as? Int ?? 0
    let result = try IntegrationRun.inProcessOfItsOwn(
      from: input, to: folder.appending(path: "out.h5ad").path, memory: memory)

    report.add("\(cells) cells, file", Double(bytes) * 1e-6, unit: "MB")
    result.report(cells: cells, into: &report)
  }
}

/// One run with the defaults, and its results on standard output.
struct IntegrationRun: Codable {
  /// The argument that makes the program do this run.
  static let argument = "integrate-one"

  var seconds: [String: Double]
  var peakMemoryBytes: Int
  var peakAnonymousBytes: Int?

  /// Integrates a file into another.
  init(from input: String, to output: String, memory: Int?) throws {
    var options = IntegrationOptions()
    options.memory = memory
    options.scratchFolder = URL(filePath: output).deletingLastPathComponent().path
    var reading = ReadingOptions()
    reading.fit(memory: memory)
    let cells = try CellDataset(readingAt: [input], batchKey: "batch", options: reading)
    let destination = try Destination(output, inputs: [input])
    var result = try integrate(cells, options: options)
    try destination.write(&result, of: cells)
    seconds = Dictionary(
      uniqueKeysWithValues: result.record.seconds.map { ($0.key.rawValue, $0.value) })
    peakMemoryBytes = result.record.peakMemoryBytes
    peakAnonymousBytes = result.record.peakAnonymousBytes
  }

  /// The seconds of all stages.
  var total: Double { seconds.values.reduce(0, +) }

  /// Adds the times and the memory to a report.
  func report(cells: Int, into report: inout BenchmarkReport) {
    report.add("\(cells) cells, whole run", total, unit: "s")
    for (stage, seconds) in seconds.sorted(by: { $0.key < $1.key }) {
      report.add("  \(stage)", seconds, unit: "s")
    }
    report.add("  peak memory, mapped files too", Double(peakMemoryBytes) * 1e-6, unit: "MB")
    if let peak = peakAnonymousBytes {
      report.add("  peak memory, anonymous", Double(peak) * 1e-6, unit: "MB")
    }
  }

  /// Runs this program in another process, and decodes its results.
  static func inProcessOfItsOwn(
    from input: String, to output: String, memory: Int?
  ) throws -> IntegrationRun {
    let run = Process()
    run.executableURL = URL(filePath: CommandLine.arguments[0])
    run.arguments = [argument, input, output, memory.map(String.init) ?? ""]
    let pipe = Pipe()
    run.standardOutput = pipe
    try run.run()
    let told = pipe.fileHandleForReading.readDataToEndOfFile()
    run.waitUntilExit()
    guard run.terminationStatus == 0 else {
      throw BenchmarkFailure("the run ended with status \(run.terminationStatus)")
    }
    return try JSONDecoder().decode(IntegrationRun.self, from: told)
  }
}
