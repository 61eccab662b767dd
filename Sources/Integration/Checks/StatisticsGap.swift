internal import CountData
internal import Numerics
internal import NeuralNet
internal import Training

/// The number of minibatches on which the two kinds of statistics are compared.
private let gapMinibatches = 32

/// Returns the gap between the statistics of training and of inference.
///
/// Training normalizes by the moments of each minibatch, inference by their running averages. If
/// minibatches are small or differ strongly, inference differs from training. The gap is the root
/// mean square distance of the two latent means, divided by that of the frozen ones from their own
/// mean. It is 0 for a norm within single cells, and usually below 1/3.
///
/// - Parameters:
///   - model: The trained model.
///   - store: The selected genes of all cells.
///   - cells: The cells of the training.
///   - batches: The batch of every cell of the store; `(n)`.
///   - options: The options with the composition of minibatches.
///   - pool: The threads that fill minibatches.
/// - Returns: The ratio; `nil` if it is not finite.
func statisticsGap(
  of model: Autoencoder, _ store: CountStore, cells: [Int], batches: [Int32],
  _ options: IntegrationOptions, _ pool: ThreadPool
) -> Double? {
  var model = model
  var minibatch = Minibatch()
  let d = model.options.latent
  var (sums, squares) = ([Double](repeating: 0, count: d), [Double](repeating: 0, count: d))
  var (count, apart) = (0.0, 0.0)
  for rows in gapSample(of: cells, batches: batches, options) {
    store.fill(&minibatch, with: rows, batches: batches, pool: pool)
    guard let own = try? model.latentInTraining(of: minibatch, pool: pool) else { return nil }
    let frozen = model.latent(of: minibatch, pool: pool)
    for (k, (a, b)) in zip(own.values, frozen.values).enumerated() {
      apart += Double(a - b) * Double(a - b)
      sums[k % d] += Double(b)
      squares[k % d] += Double(b) * Double(b)
    }
    count += Double(rows.count)
  }
  let spread = zip(sums, squares).reduce(0) { $0 + $1.1 - $1.0 * $1.0 / count }
  let gap = (apart / spread).squareRoot()
  return gap.isFinite ? gap : nil
}

/// Draws the cells of the minibatches on which the two kinds of statistics are compared.
func gapSample(
  of cells: [Int], batches: [Int32], _ options: IntegrationOptions
) -> [[Int]] {
  var minibatches = Minibatches(
    cells: cells, batches: batches, size: options.training.minibatchSize,
    makeup: options.training.minibatches, seed: options.seed.seed(for: .checking))
  var rows: [Int] = []
  return (0..<gapMinibatches).map { _ in
    minibatches.draw(into: &rows)
    return rows
  }
}
