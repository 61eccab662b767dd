import Foundation
import Harmonize
import Numerics

/// Whole runs beside other tools, from file to embedding: 8,000 and 100,000 cells, or `--cells`.
///
/// Every tool is a process and takes its turn three times, or `--turns`. The ratios are medians of pairs, so what
/// else the machine does at the time touches both.
struct PeersBenchmark: Benchmark {
  static let name = "peers"

  /// The time of this program over that of each peer, and of one core busy over quiet.
  struct Ratios {
    var over: [Peer: Double] = [:]
    var busy: Double?
  }

  func run(into report: inout BenchmarkReport) throws {
    for count in report.settings.cells.map({ [$0] }) ?? [8_000, 100_000] {
      _ = try measure(cells: count, into: &report)
    }
  }

  /// Simulates cells and measures all peers.
  func measure(cells count: Int, into report: inout BenchmarkReport) throws -> Ratios {
    var ratios = Ratios()
    try withTemporaryFolder { folder in
      let input = folder.appending(path: "cells.h5ad").path
      try Simulation(simulation(cells: count)).writeAnnData(to: input)
      // Beyond a million cells the others need many times the memory that this program is given.
      ratios = try self.ratios(
        of: input, cells: count, peers: Peer.allCases,
        memory: count >= 1_000_000 ? 512 << 20 : nil, in: folder, into: &report)
    }
    return ratios
  }

  /// Measures the peers that are installed on a file.
  func ratios(
    of input: String, cells count: Int, peers: [Peer], memory: Int?, in folder: URL,
    into report: inout BenchmarkReport
  ) throws -> Ratios {
    let peers = peers.filter { peer in
      if peer.isInstalled { return true }
      print("skipped: \(peer.rawValue) is not installed for \(Peer.python)")
      return false
    }
    let (turns, threads) = (report.settings.turns, report.settings.threads ?? ThreadPool().threads)
    let output = folder.appending(path: "out.h5ad").path
    func own() throws -> Double {
      try seconds(
        of: CommandLine.arguments[0],
        [IntegrationRun.argument, input, output, memory.map(String.init) ?? ""])
    }
    var ours: [Double] = []
    var theirs = peers.map { _ in [Double]() }
    for _ in 0..<turns {
      ours.append(try own())
      for (number, peer) in peers.enumerated() {
        theirs[number].append(
          try peer.run(input, into: folder.appending(path: "peer.npy").path, threads: threads))
      }
    }
    report.add("\(count) cells, whole run", median(ours), unit: "s")
    var ratios = Ratios()
    for (peer, seconds) in zip(peers, theirs) {
      let ratio = median(zip(ours, seconds).map { $0 / $1 })
      ratios.over[peer] = ratio
      report.add("  \(peer.rawValue)", median(seconds), unit: "s")
      report.add("  this / \(peer.rawValue)", ratio, unit: "×")
    }
    guard memory == nil else { return ratios }
    let busy = try (0..<turns).map { _ in try beside(ours: own) }
    ratios.busy = median(busy) / median(ours)
    report.add("  with one core busy / quiet", ratios.busy ?? .nan, unit: "×")
    return ratios
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
}
