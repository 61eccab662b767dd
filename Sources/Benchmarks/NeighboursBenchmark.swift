import CellFiles
import Foundation
import Neighbours
import Numerics

/// The recall and the time of the approximate search for neighbours, beside the exact search.
///
/// It takes all embeddings of `--file`, or 100,000 made cells, or `--cells`. The recall is that of
/// 2,000 cells.
struct NeighboursBenchmark: Benchmark {
  static let name = "neighbours"

  func run(into report: inout BenchmarkReport) throws {
    let pool = ThreadPool(threads: report.settings.threads)
    for (name, points) in try embeddings(report.settings) {
      for k in [14, 89] {
        var exactly = NeighbourOptions()
        exactly.maximumQueries = 2_000
        exactly.exactCells = .max / points.rows
        var options = NeighbourOptions()
        options.maximumQueries = .max
        // A search of fewer cells would be exact.
        options.exactCells = min(options.exactCells, points.rows / 2)
        let clock = ContinuousClock()
        var start = clock.now
        let exact = nearestNeighbours(of: points, k: k, options: exactly, pool: pool)
        let exactSeconds = (clock.now - start).seconds * Double(points.rows) / Double(exact.count)
        start = clock.now
        let table = nearestNeighbours(of: points, k: k, options: options, pool: pool)
        let seconds = (clock.now - start).seconds
        let recall = recall(of: table, exact)
        guard recall > 0.98 else { throw BenchmarkFailure("the recall is \(recall)") }
        let size = "\(points.rows) × \(points.columns)"
        report.add("\(name), \(size): \(k) neighbours", seconds, unit: "s")
        report.add("  of all pairs, from 2,000 cells", exactSeconds, unit: "s")
        report.add("  recall", recall, unit: "")
      }
    }
  }

  /// Returns the share of the exact neighbours of a sample that a table of all cells has.
  private func recall(of table: NeighbourTable, _ exact: NeighbourTable) -> Double {
    let found = exact.queries.enumerated().reduce(0) { sum, query in
      let own = Set(exact.indices[exact.range(ofQuery: query.offset)])
      let range = table.range(ofQuery: Int(query.element))
      return sum + table.indices[range].count(where: own.contains)
    }
    return Double(found) / Double(exact.edgeCount)
  }

  private func embeddings(_ settings: BenchmarkSettings) throws -> [(String, Matrix)] {
    guard let file = settings.file else {
      return [("made cells", UMAPBenchmark.cells(settings.cells ?? 100_000))]
    }
    let tables = try CellTables(readingAt: file)
    return try tables.embeddingNames.map { name in
      let table = try tables.embedding(name)
      return (name, Matrix(rows: table.rows, columns: table.columns, values: table.values))
    }
  }
}
