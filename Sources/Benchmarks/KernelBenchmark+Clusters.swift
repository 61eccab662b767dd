import Numerics

extension KernelBenchmark {
  /// Returns the kernels for memberships of cells in soft clusters, from products of unit vectors.
  static func clusterKernels() -> [TimedKernel] {
    let (rows, clusters) = (512, 100)
    var random = Xoshiro256(seed: 5)
    let products = FloatView.random(rows * clusters, using: &random)
    let logs = [Float](repeating: 0, count: clusters)
    let values = FloatView.zeros(rows * clusters)
    let held = DoubleView.zeros(clusters)
    let work = {
      values.copy(from: products)
      _ = softMemberships(
        values, rows: rows, sharpness: 20, logs: logs.span, addingTo: held)
    }
    work()
    let expected = (0..<rows).flatMap { row in
      softMembershipsReference(
        products: products[row * clusters..<(row + 1) * clusters].values, sharpness: 20, logs: logs
      ).memberships.map(Float.init)
    }
    return [
      TimedKernel(
        name: "soft memberships, 512 × 100", error: values.error(against: expected),
        tolerance: 1e-5, bytes: 4 * 4 * rows * clusters, footprint: 8 * rows * clusters,
        work: work)
    ]
  }
}
