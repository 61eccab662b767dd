package import Numerics

extension Autoencoder {
  /// A flag that is true if a norm of the encoder is over cells, so that it has running statistics.
  package var encoderHasStatistics: Bool { network.encoder.contains { $0.mean != nil } }

  /// Returns a copy whose encoder normalizes new cells by their own statistics.
  ///
  /// Layer by layer, after adapting the layers below, the mean and variance over all cells replace
  /// the mixture's, which count as `shrinkage` further cells:
  ///
  ///     m = (n m_q + kappa m_0) / (n + kappa)
  ///     v = (n (v_q + (m_q − m)²) + kappa (v_0 + (m_0 − m)²)) / (n + kappa)
  ///
  /// The statistics are those of all cells, not of a minibatch. Only `latent(of:asMixture: true)`
  /// of the copy changes; the statistics of batches and the decoder stay the same.
  ///
  /// - Parameters:
  ///   - count: The number of cells, `n`.
  ///   - shrinkage: The weight of the mixture's statistics in cells, `kappa`; at least 0.
  ///   - missing: The genes that the cells lack. The default is `nil`, for none.
  ///   - blockCells: The number of cells processed together. The default is 1024.
  ///   - pool: The threads to use; results do not depend on them. The default is `nil`, for the
  ///     calling thread only.
  ///   - fill: Fills a minibatch with a range of the cells.
  /// - Returns: The copy.
  package func adapted(
    toCells count: Int, shrinkage: Float, missing: MissingGenes? = nil, blockCells: Int = 1024,
    pool: ThreadPool? = nil, fill: (Range<Int>, inout Minibatch) throws -> Void
  ) rethrows -> Autoencoder {
    precondition(shrinkage >= 0, "cells cannot count as \(shrinkage)")
    var copy = self
    guard count > 0 else { return copy }
    var minibatch = Minibatch()
    for (index, layer) in network.encoder.enumerated() {
      guard layer.mean != nil else { continue }
      let units = layer.units
      var sums = [Double](repeating: 0, count: units)
      var squares = sums
      for first in stride(from: 0, to: count, by: blockCells) {
        try fill(first..<min(first + blockCells, count), &minibatch)
        let a = copy.preActivations(
          ofLayer: index, for: minibatch, asMixture: true, missing: missing, pool: pool)
        for row in 0..<a.rows {
          for j in 0..<units {
            let value = Double(a.values[row * units + j])
            sums[j] += value
            squares[j] += value * value
          }
        }
      }
      copy.mixMoments(
        ofLayer: index, means: sums.map { $0 / Double(count) },
        meanSquares: squares.map { $0 / Double(count) }, cells: Double(count),
        shrinkage: Double(shrinkage))
    }
    return copy
  }

  /// Writes a layer's moments to the mixture's row, shrunk toward the old values.
  private mutating func mixMoments(
    ofLayer index: Int, means: [Double], meanSquares: [Double], cells: Double, shrinkage: Double
  ) {
    let layer = network.encoder[index]
    guard let meanRange = layer.mean, let varianceRange = layer.variance else { return }
    state = state.copy()
    let first = (layer.statisticsRows - 1) * layer.units
    let (mean, variance) = (state.statistics.view[meanRange], state.statistics.view[varianceRange])
    let weight = cells + shrinkage
    for j in 0..<layer.units {
      let (oldMean, oldVariance) = (Double(mean[first + j]), Double(variance[first + j]))
      let m = (cells * means[j] + shrinkage * oldMean) / weight
      let ownVariance = max(0, meanSquares[j] - means[j] * means[j])
      let own = ownVariance + (means[j] - m) * (means[j] - m)
      let old = oldVariance + (oldMean - m) * (oldMean - m)
      mean[first + j] = Float(m)
      variance[first + j] = Float((cells * own + shrinkage * old) / weight)
    }
  }
}
