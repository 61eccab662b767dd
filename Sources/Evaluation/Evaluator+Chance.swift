internal import Neighbours
internal import Numerics

extension Evaluator {
  /// The maximum number of cells for scores by chance.
  package static let chanceCells = 2_000

  /// The number of permutations for scores by chance.
  package static let permutations = 3

  /// Returns the aggregates that an embedding has by chance.
  ///
  /// The cells of the embedding are permuted, so that batches and labels stay together and belong to
  /// other places. Biology is then lost and batches are mixed completely. The result is the mean of
  /// ``permutations``, with up to ``chanceCells`` cells, drawn at random.
  ///
  /// - Parameter x: The evaluated rows of the embedding; `(n, d)`.
  /// - Returns: Scores with aggregates only; without labels, they are undefined.
  func scoresByChance(of x: Matrix) -> EmbeddingScores {
    guard let labels else { return EmbeddingScores() }
    var generator = Xoshiro256(seed: options.seed)
    var rows = Array(0..<Int32(x.rows))
    if rows.count > Self.chanceCells {
      generator.shuffle(&rows)
      rows = rows.prefix(Self.chanceCells).sorted()
    }
    let places = rows.count == x.rows ? x : x.gathering(rows)
    let table = nearestNeighbours(of: places, k: SearchedNeighbours.most, pool: pool)
    var all: [EmbeddingScores] = []
    for _ in 0..<Self.permutations {
      generator.shuffle(&rows)
      let (batches, labels) = (batches.gathering(rows), labels.gathering(rows))
      guard batches.count > 1, labels.count > 1, labels.count < rows.count else { break }
      let cells = JudgedEmbedding(
        places, uncorrected: uncorrected?.gathering(rows), batches: batches, labels: labels,
        neighbours: table, options: options, pool: pool)
      var scores = EmbeddingScores()
      for metric in Metric.scib { scores[metric] = metric.score(cells) }
      scores.aggregate()
      all.append(scores)
    }
    return EmbeddingScores(meanOfAggregates: all)
  }
}
