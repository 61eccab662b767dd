import Foundation
import Numerics

extension KernelBenchmark {
  /// Returns the kernels for softmax, the negative binomial loss with its derivatives, and the
  /// gradient by the logits.
  static func outputKernels(_ input: KernelInput) -> [TimedKernel] {
    let shards = n / laneCount
    let size = f * laneCount
    var random = Xoshiro256(seed: 2)
    let (bias, logits) = (
      FloatView.random(f, using: &random), FloatView.random(n * f, using: &random)
    )
    let (proportion, slope) = (FloatView.zeros(n * f), FloatView.zeros(n * f))
    let (sums, scale) = (FloatView.zeros(n), FloatView.zeros(n))
    let (slopeSums, loss) = (FloatView.zeros(n), FloatView.zeros(n))
    let (logTheta, theta) = (FloatView.random(f, using: &random), FloatView.zeros(f))
    let (inverse, dtheta) = (FloatView.zeros(f), FloatView.zeros(shards * f))
    let (correction, gradient) = (FloatView.zeros(input.nonzeros), FloatView.zeros(n * f))
    let (ones, totals) = (FloatView.zeros(laneCount), FloatView.zeros(n))
    ones.fill(1)
    dispersions(0..<f, logTheta: logTheta, theta: theta, inverse: inverse)
    rowSums(0..<n, of: input.counts, into: totals)
    func part(_ view: FloatView, _ shard: Int, _ size: Int) -> FloatView {
      view[shard * size..<(shard + 1) * size]
    }
    func cells(_ shard: Int) -> Range<Int> { shard * laneCount..<(shard + 1) * laneCount }

    let exponentiate = {
      for shard in 0..<shards {
        // The copy is the output of the preceding product.
        let own = part(proportion, shard, size)
        own.copy(from: part(logits, shard, size))
        softmax(bias: bias, logits: own, sums: part(sums, shard, laneCount))
      }
    }
    exponentiate()
    for cell in 0..<n { scale[cell] = totals[cell] / sums[cell] }
    let negativeBinomialOfAll = {
      for shard in 0..<shards {
        negativeBinomial(
          cells(shard), counts: input.counts, proportion: part(proportion, shard, size),
          scale: part(scale, shard, laneCount), theta: theta, inverseTheta: inverse,
          slope: part(slope, shard, size), slopeSums: part(slopeSums, shard, laneCount),
          correction: correction, dtheta: part(dtheta, shard, f),
          loss: part(loss, shard, laneCount))
      }
    }
    negativeBinomialOfAll()
    let factors = FloatView.zeros(n)
    for cell in 0..<n { factors[cell] = slopeSums[cell] / sums[cell] }
    let differentiate = {
      for shard in 0..<shards {
        outputGradient(
          cells(shard), of: input.counts, f: f, correction: correction, weight: 1 / Float(n),
          own: part(slope, shard, size), ownFactor: ones,
          proportion: part(proportion, shard, size),
          proportionFactor: part(factors, shard, laneCount), into: part(gradient, shard, size))
      }
    }
    differentiate()

    // References, cell by cell in double precision.
    var (shares, losses) = ([Float](), [Float]())
    var slopes = [Float](repeating: 0, count: n * f)
    for cell in 0..<n {
      let (shard, lane) = (cell / laneCount, cell % laneCount)
      let row = (0..<f).map { exp(Double(logits[shard * size + $0 * laneCount + lane] + bias[$0])) }
      let sum = row.reduce(0, +)
      var counts = [Double](repeating: 0, count: f)
      for k in Int(input.counts.starts[cell])..<Int(input.counts.starts[cell + 1]) {
        counts[Int(input.counts.columns[k])] = Double(input.counts.values[k])
      }
      var (cellLoss, slopeSum) = (0.0, 0.0)
      var own: [Double] = []
      for gene in 0..<f {
        let (m, t) = (row[gene] / sum * Double(totals[cell]), Double(theta[gene]))
        cellLoss += negativeBinomialReference(count: counts[gene], mean: m, theta: t)
        own.append(-t * (counts[gene] - m) / (t + m))
        slopeSum += own[gene]
      }
      losses.append(Float(cellLoss))
      shares.append(contentsOf: row.map { Float($0 / sum) })
      for gene in 0..<f {
        slopes[shard * size + gene * laneCount + lane] =
          Float((own[gene] - row[gene] / sum * slopeSum) / Double(n))
      }
    }
    let found = FloatView.zeros(n * f)
    for cell in 0..<n {
      for gene in 0..<f {
        found[cell * f + gene] =
          proportion[cell / laneCount * size + gene * laneCount + cell % laneCount] / sums[cell]
      }
    }
    return [
      TimedKernel(
        name: "softmax", error: found.error(against: shares), tolerance: 1e-5, bytes: 8 * n * f,
        work: exponentiate),
      TimedKernel(
        name: "negative binomial and its slopes", error: loss.error(against: losses),
        tolerance: 1e-5, bytes: 8 * n * f, work: negativeBinomialOfAll),
      TimedKernel(
        name: "gradient by the logits", error: gradient.error(against: slopes), tolerance: 1e-4,
        bytes: 12 * n * f, work: differentiate),
    ]
  }
}
