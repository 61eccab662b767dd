import CellFiles
import Foundation
import Harmonize
import HDF5
import Numerics

/// The pass over an `.h5ad` before training and the gathering of the selected counts, compared with the
/// time of only decoding its chunks.
///
/// Without `--file` it makes compressed rows of 20,000 genes, about 1,500 of them in each cell,
/// with anndata's chunks and compression.
struct ReadingBenchmark: Benchmark {
  static let name = "reading"

  private struct Enough: Error {}

  /// The cost of decoding everything once.
  private struct Decoding {
    let name: String
    let seconds: Double
    let worked: Double
  }

  private let genes = 20_000

  func run(into report: inout BenchmarkReport) throws {
    if let file = report.settings.file { return try measure(file, into: &report) }
    try withTemporaryFolder { folder in
      let path = folder.appending(path: "cells.h5ad").path
      try write(cells: report.settings.cells ?? 20_000, to: path)
      try measure(path, into: &report)
    }
  }

  private func measure(_ path: String, into report: inout BenchmarkReport) throws {
    let pool = ThreadPool(threads: report.settings.threads)

    // A zarr store is a folder or an archive; its chunks are not decoded alone.
    guard (try? File(readingAt: path)) != nil else { return try measurePasses(path, pool, &report) }
    let (values, bytes, decoding) = try bareDecoding(of: path, pool)
    report.add("reading, stored values", Double(values), unit: "")
    for decoding in decoding {
      report.add("  bare decoding, \(decoding.name), one pass", decoding.seconds, unit: "s")
      report.add("    of processors, by thread", decoding.worked, unit: "s")
      report.add("    MB/s", Double(bytes) / 1e6 / decoding.seconds, unit: "MB/s")
    }

    let before = Self.processorSeconds()
    let (reading, gathering) = try passes(over: path, threads: pool.threads)
    let worked = Self.processorSeconds() - before
    for (name, seconds) in [("first pass", reading), ("gathering, perhaps from memory", gathering)]
    {
      report.add("  \(name)", seconds, unit: "s")
      report.add("    stored values", Double(values) / seconds, unit: "values/s")
      report.add("    MB/s", Double(bytes) / 1e6 / seconds, unit: "MB/s")
    }
    report.add("  both", reading + gathering, unit: "s")
    // Processor time per thread, which does not depend on the load of the machine.
    report.add("    of processors, by thread", worked / Double(pool.threads), unit: "s")
    if let fastest = decoding.min(by: { $0.seconds < $1.seconds }) {
      report.add(
        "    share of bare decoding in the first pass", fastest.seconds / reading, unit: "")
    }
  }

  /// Measures the same of a zarr store, without bare decoding.
  private func measurePasses(
    _ path: String, _ pool: ThreadPool, _ report: inout BenchmarkReport
  ) throws {
    let before = Self.processorSeconds()
    let (reading, gathering) = try passes(over: path, threads: pool.threads)
    let worked = Self.processorSeconds() - before
    report.add("reading, first pass", reading, unit: "s")
    report.add("  gathering, perhaps from memory", gathering, unit: "s")
    report.add("  both", reading + gathering, unit: "s")
    report.add("    of processors, by thread", worked / Double(pool.threads), unit: "s")
  }

  /// Returns the processor time of the process on all processors.
  static func processorSeconds() -> Double {
    var time = timespec()
    guard unsafe clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time) == 0 else { return 0 }
    return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
  }

  /// Returns the seconds of the stages of reading and gathering, including the selection of genes.
  func passes(
    over path: String, threads: Int
  ) throws -> (reading: Double, gathering: Double) {
    var options = ReadingOptions()
    options.threads = threads
    let cells = try CellDataset(readingAt: [path], options: options)
    var integration = IntegrationOptions()
    integration.threads = threads
    let clock = ContinuousClock()
    let start = clock.now
    var ends: [Stage: ContinuousClock.Instant] = [:]
    do {
      _ = try integrate(cells, options: integration) { progress in
        ends[progress.stage] = clock.now
        if progress.stage == .gathering, progress.fraction >= 1 { throw Enough() }
      }
    } catch is Enough {}
    let middle = ends[.reading] ?? start
    return ((middle - start).seconds, ((ends[.gathering] ?? middle) - middle).seconds)
  }

  /// Measures decoding the chunks of values and columns on all cores, and nothing else.
  private func bareDecoding(
    of path: String, _ pool: ThreadPool
  ) throws -> (values: Int, bytes: Int, decoding: [Decoding]) {
    let file = try File(readingAt: path)
    let matrix = try CellFile(readingAt: path).matrixName
    let info = try file.info(of: "\(matrix)/data")
    guard let chunk = info.chunk?.first else {
      throw BenchmarkFailure("'\(path)' has no chunks to decode")
    }
    let parts = fixedShards(of: info.count, size: chunk)
    var inflaters: [(String, Inflater)] = [("zlib", .zlib)]
    if case .libdeflate = Inflater.fastest { inflaters.append(("libdeflate", .fastest)) }
    let decoding = try inflaters.map { name, inflater in
      let values = try DatasetReader(
        file.dataset("\(matrix)/data"), as: Float.self, inflater: inflater)
      let columns = try DatasetReader(
        file.dataset("\(matrix)/indices"), as: Int32.self, inflater: inflater)
      var worked = 0.0
      let seconds = fastest(of: 2) {
        let before = Self.processorSeconds()
        defer { worked = (Self.processorSeconds() - before) / Double(pool.threads) }
        pool.parallel(parts.count) { part in
          _ = try? values.read(parts[part])
          _ = try? columns.read(parts[part])
        }
      }
      return Decoding(name: name, seconds: seconds, worked: worked)
    }
    return (info.count, 8 * info.count, decoding)
  }

  /// Makes cells with a realistic distribution of genes: few are frequent, most are rare.
  func write(cells: Int, to path: String) throws {
    var random = Xoshiro256(seed: 1)
    let storage = StorageOptions(chunk: [1 << 15], gzip: 4, isExtensible: true)
    // A gene's share decreases with the square of its rank, and is 7.5% on average.
    let shares = (0..<genes).map { gene -> Double in
      let rank = Double(gene * 7_919 % genes) / Double(genes)
      return min(0.9, 0.31 * (1 - rank) * (1 - rank) * (1 - rank))
    }
    let file = try File(creatingAt: path)
    var data = try file.createDataset("X/data", of: Float.self, shape: [0], storage: storage)
    var indices = try file.createDataset("X/indices", of: Int32.self, shape: [0], storage: storage)
    var starts = [0]
    var (values, columns): ([Float], [Int32]) = ([], [])
    for cell in 0..<cells {
      for gene in 0..<genes where random.uniformDouble() < shares[gene] {
        var count: Float = 1
        while random.uniformFloat() < 0.25 { count += 1 }
        values.append(count)
        columns.append(Int32(gene))
      }
      starts.append(starts[cell / 500 * 500] + values.count)
      if (cell + 1) % 500 == 0 || cell == cells - 1 {
        try data.append(values)
        try indices.append(columns)
        (values, columns) = ([], [])
      }
    }
    try file.write(starts, at: "X/indptr")
    try file.setAttribute("encoding-type", of: "X", to: .string("csr_matrix"))
    try file.setAttribute("shape", of: "X", to: .integers([Int64(cells), Int64(genes)]))
    for (table, prefix, count) in [("obs", "cell", cells), ("var", "gene", genes)] {
      try file.write(strings: (0..<count).map { "\(prefix)\($0)" }, at: "\(table)/_index")
      try file.setAttribute("_index", of: table, to: .string("_index"))
      try file.setAttribute(
        "column-order", of: table, to: .strings(table == "obs" ? ["batch"] : []))
    }
    try file.write(strings: (0..<cells).map { "batch\($0 % 4)" }, at: "obs/batch")
    try file.close()
  }
}
