internal import CKernels

/// Computes `e^x` of each number with a relative error below 1e-6; `x` is clamped to [-87, 88].
package func exponentials(_ x: FloatView, into out: FloatView) {
  precondition(x.count == out.count)
  unsafe kernels.pointee.exp(x.count, x.base, out.base)
}

/// Computes the natural logarithm of each number, which must be positive and normal.
package func logarithms(_ x: FloatView, into out: FloatView) {
  precondition(x.count == out.count)
  unsafe kernels.pointee.log(x.count, x.base, out.base)
}

/// The bound to which `log theta` is clamped in absolute value.
package let logThetaLimit: Float = 11

/// Computes the dispersions `theta = exp(log theta)` of some genes, and their inverses.
package func dispersions(
  _ genes: Range<Int>, logTheta: FloatView, theta: FloatView, inverse: FloatView
) {
  precondition(genes.upperBound <= logTheta.count)
  precondition(theta.count == logTheta.count && inverse.count == logTheta.count)
  unsafe kernels.pointee.dispersion(
    genes.lowerBound, genes.upperBound, logThetaLimit, logTheta.base, theta.base, inverse.base)
}

/// Returns the sum of squares, in double precision over parts of 4,096.
package func sumOfSquares(_ x: FloatView) -> Double {
  unsafe kernels.pointee.sum_of_squares(x.count, x.base)
}

/// Sums some columns of `x`, `(n, width)`.
package func columnSums(
  _ part: Range<Int>, of x: FloatView, rows: Int, width: Int, into sums: FloatView
) {
  precondition(x.count >= rows * width && sums.count == width && part.upperBound <= width)
  unsafe kernels.pointee.column_sums(
    rows, width, part.lowerBound, part.upperBound, x.base, sums.base)
}

/// The bound to which the log variance of a latent dimension is clamped in absolute value.
package let logVarianceLimit: Float = 10

/// Draws `z = mu + deviation * noise` and computes the divergence from the standard normal.
///
/// - Parameters:
///   - n: The number of cells.
///   - d: The number of latent dimensions.
///   - mu: The means; `(n, d)`.
///   - logVariance: The logarithms of the variances; `(n, d)`.
///   - noise: Standard normal numbers; `(n, d)`.
///   - deviation: The resulting standard deviations; `(n, d)`.
///   - z: The draws; `(n, d)`.
///   - divergence: The divergence of each cell; `(n)`.
package func sample(
  cells n: Int, dimensions d: Int, mu: FloatView, logVariance: FloatView, noise: FloatView,
  deviation: FloatView, z: FloatView, divergence: FloatView
) {
  precondition(mu.count == n * d && logVariance.count == n * d && noise.count == n * d)
  precondition(deviation.count == n * d && z.count == n * d && divergence.count == n)
  unsafe kernels.pointee.sample(
    n, d, logVarianceLimit, mu.base, logVariance.base, noise.base, deviation.base, z.base,
    divergence.base)
}

/// Propagates the gradient back through the draw, and adds `weight` times the divergence's
/// gradient.
package func sampleGradient(
  weight: Float, mu: FloatView, logVariance: FloatView, noise: FloatView, deviation: FloatView,
  dz: FloatView, dmu: FloatView, dlogVariance: FloatView
) {
  let count = mu.count
  precondition(logVariance.count == count && noise.count == count && deviation.count == count)
  precondition(dz.count == count && dmu.count == count && dlogVariance.count == count)
  unsafe kernels.pointee.sample_gradient(
    count, logVarianceLimit, weight, mu.base, logVariance.base, noise.base, deviation.base,
    dz.base, dmu.base, dlogVariance.base)
}

/// Fills a view with 0 with probability `rate`, and with `1 / (1 - rate)` otherwise.
///
/// The rate is rounded to the nearest 1/65536.
package func fillDropout(_ out: FloatView, rate: Float, seed: UInt64) {
  precondition(rate >= 0 && rate < 1, "a dropout rate is from 0 to below 1, not \(rate)")
  if rate == 0 { return out.fill(1) }
  unsafe kernels.pointee.dropout(out.count, seed, rate, out.base)
}

/// Fills a view with standard normal numbers.
package func fillNormals(_ out: FloatView, seed: UInt64) {
  unsafe kernels.pointee.normals(out.count, seed, out.base)
}
