import Foundation
import Harmonize
import Numerics

/// Whole runs beside other tools, from file to embedding: 8,000 and 100,000 cells, or `--cells`.
///
/// Every tool is a process and takes its turn three times. The ratios are medians of pairs, so what
/// else the machine does at the time touches both.
struct PeersBenchmark: Benchmark {
  static let name = "peers"

  private static let turns = 3

  func run(into report: inout BenchmarkReport) throws {
    let peers = Peer.allCases.filter { peer in
      if peer.isInstalled { return true }
      print("skipped: \(peer.rawValue) is not installed for \(Peer.python)")
      return false
    }
    for count in report.settings.cells.map({ [$0] }) ?? [8_000, 100_000] {
      try withTemporaryFolder { folder in
        let input = folder.appending(path: "cells.h5ad").path
        try Simulation(simulation(cells: count)).writeAnnData(to: input)
        try measure(count, input, in: folder, peers, into: &report)
      }
    }
  }

  private func measure(
    _ count: Int, _ input: String, in folder: URL, _ peers: [Peer],
    into report: inout BenchmarkReport
  ) throws {
    let threads = report.settings.threads ?? ThreadPool().threads
    let output = folder.appending(path: "out.h5ad").path
    // Beyond a million cells the others need many times the memory that this program is given.
    let memory = count >= 1_000_000 ? "\(512 << 20)" : ""
    func own() throws -> Double {
      try seconds(
        of: CommandLine.arguments[0], [IntegrationRun.argument, input, output, memory])
    }
    var ours: [Double] = []
    var theirs = peers.map { _ in [Double]() }
    for _ in 0..<Self.turns {
      ours.append(try own())
      for (number, peer) in peers.enumerated() {
        theirs[number].append(
          try peer.run(input, into: folder.appending(path: "peer.npy").path, threads: threads))
      }
    }
    report.add("\(count) cells, whole run", median(ours), unit: "s")
    for (peer, seconds) in zip(peers, theirs) {
      report.add("  \(peer.rawValue)", median(seconds), unit: "s")
      report.add(
        "  this / \(peer.rawValue)", median(zip(ours, seconds).map { $0 / $1 }), unit: "×")
    }
    guard count < 1_000_000 else { return }
    let busy = try (0..<Self.turns).map { _ in try beside(ours: own) }
    report.add("  with one core busy / quiet", median(busy) / median(ours), unit: "×")
  }

  /// Returns the seconds of a run while another process keeps one core busy.
  private func beside(ours run: () throws -> Double) throws -> Double {
    let other = Process()
    other.executableURL = URL(filePath: "/bin/sh")
    other.arguments = ["-c", "while :; do :; done"]
    try other.run()
    defer {
      other.terminate()
      other.waitUntilExit()
    }
    return try run()
  }

  private func median(_ values: [Double]) -> Double { values.sorted()[values.count / 2] }
}
