internal import Numerics

/// Finds offsets of batches that are taken to hold what the largest component holds.
///
/// Beside thousands of batches there is no comparing of all with all, and few cells show little. So
/// each cell of such a batch is taken for the nearest of at most 48 mean profiles, and the batch's
/// offset is the mean difference, drawn to zero by its noise; three times over.
struct AssumedOffsets: Sendable {
  private let genes: [Int]
  private let centres: Matrix
  private let pool: ThreadPool

  private static let mostCentres = 48
  private static let rounds = 3

  /// Merges clusters, above all those of the largest component, to the profiles.
  init(_ composition: SharedComposition, clusters main: [SharedCluster], pool: ThreadPool) {
    self.pool = pool
    genes = composition.genes
    let profiles = Matrix(
      rows: main.count, columns: genes.count, values: main.flatMap(\.profile))
    centres =
      main.count <= Self.mostCentres
      ? profiles
      : WeightedKMeans(
        profiles, weights: main.map { Double($0.cells) }, clusters: Self.mostCentres, starts: 1,
        rounds: 20, seed: composition.seed, pool: pool
      ).centres
  }

  /// Writes the offsets of batches.
  ///
  /// - Parameters:
  ///   - offsets: The offsets of all batches; `(batches, genes compared)`.
  ///   - batches: The batches whose offsets are written.
  ///   - sample: Returns log expression of sampled cells of a batch, as in ``SharedComposition``.
  /// - Throws: The errors of `sample`.
  func fill(
    _ offsets: inout Matrix, of batches: [Int], sample: (Int) throws -> Matrix
  ) rethrows {
    var waiting: [(batch: Int, cells: Matrix)] = []
    var cells = 0
    for (place, batch) in batches.enumerated() {
      let own = try sample(batch).columns(genes, pool: pool)
      waiting.append((batch, own))
      cells += own.rows
      // As many at a time as keep the threads busy.
      guard cells >= 4_000 || place == batches.count - 1 else { continue }
      let work = waiting
      let found = pool.map(work.count) { offset(of: work[$0].cells) }
      for (item, offset) in zip(work, found) {
        offsets.values.replaceSubrange(offsets.range(ofRow: item.batch), with: offset)
      }
      (waiting, cells) = ([], 0)
    }
  }

  /// The offset of a batch's cells against the profiles.
  func offset(of cells: Matrix) -> [Float] {
    var offset = [Float](repeating: 0, count: cells.columns)
    guard cells.rows > 0, centres.rows > 0 else { return offset }
    let n = Double(cells.rows)
    for _ in 0..<Self.rounds {
      var moved = cells
      for i in 0..<cells.rows {
        let first = i * cells.columns
        for g in offset.indices { moved.values[first + g] -= offset[g] }
      }
      let places = nearestCentres(of: moved, to: centres, pool: pool).places
      var mean = [Double](repeating: 0, count: cells.columns)
      var square = mean
      for (i, place) in places.enumerated() {
        let row = cells.values.span.extracting(cells.range(ofRow: i))
        let centre = centres.values.span.extracting(centres.range(ofRow: place))
        for g in row.indices {
          let difference = Double(row[g] - centre[g])
          mean[g] += difference / n
          square[g] += difference * difference / n
        }
      }
      // The mean's own variance; of a single cell, all that it has.
      let variance = mean.indices.map {
        max(0, square[$0] - (n > 1 ? mean[$0] * mean[$0] : 0)) / max(1, n - 1)
      }
      offset = shrunk(mean, variance: variance).map { Float($0) }
    }
    return offset
  }
}
