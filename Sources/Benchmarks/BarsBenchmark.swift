import Foundation
import Harmonize
import Numerics

/// The limits that this program is held to, measured in one run beside its peers, as one table.
///
/// Whole runs and peers are processes that take turns, `--turns` times (the default is three), and
/// ratios are medians of pairs. `--cells` replaces the million cells of the large runs, whose files
/// have one, two and four times as many. A row without its peer or library is left out.
struct BarsBenchmark: Benchmark {
  static let name = "bars"
  static let repeatsOthers = true

  /// One row of the table.
  private struct Bar {
    var name: String
    var due: Double
    var aim: Double?
    var unit = "×"
    var value: Double?
  }

  func run(into report: inout BenchmarkReport) throws {
    var bars: [Bar] = []
    bars += try wholeRuns(into: &report)
    bars.append(
      Bar(
        name: "training step / its products by OpenBLAS, one thread", due: 1, aim: 0.5,
        value: try TrainingBenchmark.stepOverProducts(into: &report)))
    bars += try largeRuns(into: &report)
    bars.append(
      Bar(
        name: "alignment of a million cells / harmonypy", due: 1, aim: 0.5,
        value: try AlignmentPeer().ratio(turns: report.settings.turns, into: &report)))
    bars.append(
      Bar(
        name: "steps over 8 files / one process", due: 1.15,
        value: try StepsBenchmark().measure(into: &report)))
    print("\n| what | due | aim | measured | |\n|---|---|---|---|---|")
    for bar in bars {
      guard let value = bar.value else { continue }
      report.note(bar.name, value, unit: bar.unit)
      let verdict = value <= bar.due ? (value <= bar.aim ?? 0 ? "aim met" : "met") : "**not met**"
      print(
        "| \(bar.name) | \(text(bar.due, bar)) | \(bar.aim.map { text($0, bar) } ?? "") "
          + "| \(text(value, bar)) | \(verdict) |")
    }
  }

  private func text(_ value: Double, _ bar: Bar) -> String {
    value.formatted(.number.precision(.fractionLength(bar.unit == "×" ? 2 : 0))) + " \(bar.unit)"
  }

  /// The rows on 8,000 and 100,000 cells.
  private func wholeRuns(into report: inout BenchmarkReport) throws -> [Bar] {
    let peers = PeersBenchmark()
    let many = try peers.measure(cells: 100_000, into: &report)
    let few = try peers.measure(cells: 8_000, into: &report)
    return [
      Bar(name: "100,000 cells / brisc", due: 1, aim: 0.6, value: many.over[.brisc]),
      Bar(
        name: "100,000 cells / scanpy + harmonypy", due: 0.5, aim: 0.3, value: many.over[.scanpy]),
      Bar(name: "8,000 cells / scanpy + harmonypy", due: 1, aim: 0.5, value: few.over[.scanpy]),
      Bar(
        name: "100,000 cells with one core busy / quiet", due: 2.2, aim: 1.8, value: many.busy),
    ]
  }

  /// The rows on one, two and four million cells.
  private func largeRuns(into report: inout BenchmarkReport) throws -> [Bar] {
    let base = report.settings.cells ?? 1_000_000
    let memory = 512 << 20
    var bars: [Bar] = []
    var first: IntegrationRun?
    for factor in [1, 2, 4] {
      let count = factor * base
      try withTemporaryFolder { folder in
        let input = folder.appending(path: "cells.h5ad").path
        try Simulation(simulation(cells: count)).writeAnnData(to: input)
        if factor == 1 {
          let ratio = try PeersBenchmark().ratios(
            of: input, cells: count, peers: [.brisc], memory: memory, in: folder, into: &report)
          bars.append(
            Bar(
              name: "\(count) cells with 512 MiB / brisc", due: 0.45, aim: 0.3,
              value: ratio.over[.brisc]))
        }
        let run = try IntegrationRun.inProcessOfItsOwn(
          from: input, to: folder.appending(path: "out.h5ad").path, memory: memory)
        run.report(cells: count, into: &report)
        bars.append(
          Bar(
            name: "anonymous memory of \(count) cells", due: Double(memory) * 1e-6 + 300,
            aim: Double(memory) * 1e-6 + 150, unit: "MB",
            value: run.peakAnonymousBytes.map { Double($0) * 1e-6 }))
        if factor == 4, let first {
          bars.append(
            Bar(
              name: "time of \(count) cells / four times that of \(base)", due: 1.05,
              value: run.total / (4 * first.total)))
        }
        if factor == 1 { first = run }
      }
    }
    return bars
  }
}
