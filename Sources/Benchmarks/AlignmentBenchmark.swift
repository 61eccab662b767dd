import Foundation
import Harmonize
import Numerics

/// The alignment of 10,000 and 100,000 cells, with 30 dimensions, 100 clusters and four batches.
struct AlignmentBenchmark: Benchmark {
  static let name = "alignment"

  private static let dimensions = 30

  func run(into report: inout BenchmarkReport) throws {
    let pool = ThreadPool()
    var options = ClusterAlignmentOptions()
    options.clusters = 100
    options.theta = [2]
    var perCell: [Double] = []
    for count in [10_000, 100_000] {
      let (embedding, batches) = Self.cells(count, dimensions: Self.dimensions)
      let before = try apart(embedding, batches)
      let clock = ContinuousClock()
      let start = clock.now
      let result = try align(embedding, batches: [batches], options: options, pool: pool)
      let seconds = (clock.now - start).seconds
      let after = try apart(result.embedding, batches)
      guard after < 0.3 * before else {
        throw BenchmarkFailure("batches lie \(after) apart after the alignment, \(before) before")
      }
      perCell.append(seconds / Double(count * result.alignment.objectives.count))
      report.add("alignment of \(count) cells", seconds, unit: "s")
      report.add("  rounds", Double(result.alignment.objectives.count), unit: "")
    }
    report.add("  time of a cell and round, 100,000 to 10,000", perCell[1] / perCell[0], unit: "×")
  }

  /// Returns cells of twenty types, each with a different shift and share in each batch.
  static func cells(_ count: Int, dimensions: Int) -> (Embedding, BatchAssignment) {
    var random = Xoshiro256(seed: 1)
    let types = 20
    func normals(_ count: Int, _ scale: Double) -> [Float] {
      (0..<count).map { _ in Float(random.standardNormal() * scale) }
    }
    let centers = normals(types * dimensions, 2)
    let shifts = normals(4 * types * dimensions, 0.6)
    var values: [Float] = []
    values.reserveCapacity(count * dimensions)
    var batches: [Int32] = []
    for cell in 0..<count {
      let batch = cell % 4
      let type = (random.integer(below: types) + random.integer(below: 5 * (batch + 1))) % types
      let noise = normals(dimensions, 0.5)
      for j in 0..<dimensions {
        values.append(
          centers[type * dimensions + j] + shifts[(batch * types + type) * dimensions + j]
            + noise[j])
      }
      batches.append(Int32(batch))
    }
    return (
      Embedding(cellCount: count, dimensions: dimensions, values: values),
      BatchAssignment(names: ["a", "b", "c", "d"], batchOfCell: batches)
    )
  }

  /// Returns the deviation from mixing as predicted by sizes: 1 minus the mixing of 5,000 cells.
  private func apart(_ embedding: Embedding, _ batches: BatchAssignment) throws -> Double {
    let some = (0..<5_000).map { $0 * (embedding.cellCount / 5_000) + $0 % 4 }
      .filter { $0 < embedding.cellCount }
    let rows = embedding.rows(some)
    let evaluator = try Evaluator(
      batches: some.map { batches.names[Int(batches.batchOfCell[$0])] }, pool: ThreadPool())
    return 1
      - (try evaluator.mixing(
        of: Matrix(rows: rows.cellCount, columns: rows.dimensions, values: rows.values)
      ).mixing ?? 0)
  }
}
