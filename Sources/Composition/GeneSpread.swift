internal import Numerics

/// An accumulator of the variance of genes within batches, in excess of the variance that their
/// mean predicts.
///
/// In each batch of at least 20 cells, the trend is the median variance of genes of a similar mean.
/// A gene's excess is `(v - trend) / (√trend + 0.05)`. Batches are weighted by the square root of
/// their cells.
struct GeneSpread {
  private var excess: [Double]
  private var weight = 0.0
  private var isDetected: [Bool]

  /// Moments over all cells, for data without a batch of 20 cells.
  private var sums: [Double]
  private var squares: [Double]
  private var cells = 0

  init(genes: Int) {
    excess = Array(repeating: 0, count: genes)
    sums = excess
    squares = excess
    isDetected = Array(repeating: false, count: genes)
  }

  /// Adds the cells of one batch, `(n, genes)`.
  mutating func add(_ x: Matrix) {
    guard x.rows > 0 else { return }
    let genes = x.columns
    var (sum, square) = (
      [Double](repeating: 0, count: genes), [Double](repeating: 0, count: genes)
    )
    for i in 0..<x.rows {
      let row = x.values.span.extracting(x.range(ofRow: i))
      for g in row.indices {
        let value = Double(row[g])
        sum[g] += value
        square[g] += value * value
      }
    }
    for g in 0..<genes {
      sums[g] += sum[g]
      squares[g] += square[g]
    }
    cells += x.rows
    guard x.rows >= 20 else { return }
    let n = Double(x.rows)
    let means = sum.map { $0 / n }
    let variances = (0..<genes).map { max(0, square[$0] / n - means[$0] * means[$0]) }
    let trend = Self.trend(of: variances, along: means)
    for g in 0..<genes {
      guard means[g] > 0.02 else {
        excess[g] -= n.squareRoot()
        continue
      }
      isDetected[g] = true
      excess[g] += n.squareRoot() * (variances[g] - trend[g]) / (trend[g].squareRoot() + 0.05)
    }
    weight += n.squareRoot()
  }

  /// Returns the `count` genes of the highest excess, in ascending order of index.
  func highest(_ count: Int) -> [Int] {
    let score: [Double]
    if weight > 0 {
      score = excess
    } else {
      let n = Double(max(1, cells))
      score = sums.indices.map { squares[$0] / n - (sums[$0] / n) * (sums[$0] / n) }
    }
    let usable = weight > 0 ? score.indices.filter { isDetected[$0] } : Array(score.indices)
    return usable.sorted { (score[$1], $0) < (score[$0], $1) }.prefix(count).sorted()
  }

  /// Returns the median variance of genes with similar means.
  private static func trend(of variances: [Double], along means: [Double]) -> [Double] {
    let order = means.indices.sorted { (means[$0], $0) < (means[$1], $1) }
    var trend = variances
    for range in fixedShards(of: order.count, size: max(20, order.count / 20)) {
      let median = median(of: order[range].map { variances[$0] })
      for g in order[range] { trend[g] = median }
    }
    return trend
  }
}
