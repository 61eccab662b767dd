import Numerics

extension KernelBenchmark {
  /// Returns the kernels for the norm per batch, shrunk toward the mixture, and its gradient.
  static func normKernels(_ input: KernelInput) -> [TimedKernel] {
    let blocks = h / laneCount
    var slots = NormSlots()
    slots.assign(input.batches, batchCount: batches, perBatch: true, shrinkage: 1)
    var random = Xoshiro256(seed: 4)
    let gamma = FloatView.random(batches * h, using: &random)
    let beta = FloatView.random(batches * h, using: &random)
    let moments = NormMoments(
      mean: .zeros((batches + 1) * h), variance: .zeros((batches + 1) * h),
      inverse: .zeros((batches + 1) * h))
    let (gate, out) = (FloatView.zeros(n * h), FloatView.zeros(n * h))
    let (scratch, da) = (FloatView.zeros(2 * batches * h), FloatView.zeros(n * h))
    let (dgamma, dbeta) = (FloatView.zeros(batches * h), FloatView.zeros(batches * h))
    let forward = { [slots] in
      gate.fill(1)
      for block in 0..<blocks {
        batchwiseNorm(
          block, units: h, slots: slots, a: input.hidden, gamma: gamma, beta: beta, input: nil,
          gate: gate, moments: moments, into: out)
      }
    }
    let backward = { [slots] in
      for block in 0..<blocks {
        batchwiseNormGradient(
          block, units: h, slots: slots, affineRows: batches, a: input.hidden, moments: moments,
          gamma: gamma, gate: gate, dout: input.gradient, scratch: scratch, dgamma: dgamma,
          dbeta: dbeta, into: da)
      }
    }
    forward()
    backward()

    func reference(_ a: [Double]) -> [Double] {
      batchwiseNormReference(
        a, units: h, batches: input.batches.map(Int.init), shrinkage: 1,
        gamma: gamma.values.map(Double.init), beta: beta.values.map(Double.init)
      ).map { max(0, $0) }
    }
    // Compare the gradient with differences along one direction.
    let a = input.hidden.values.map(Double.init)
    let direction = (0..<n * h).map { _ in random.uniformDouble() - 0.5 }
    let step = 1e-7
    let (above, below) = (
      reference(zip(a, direction).map { $0 + step * $1 }),
      reference(zip(a, direction).map { $0 - step * $1 })
    )
    var (expected, found) = (0.0, 0.0)
    for k in 0..<n * h {
      expected += Double(input.gradient[k]) * (above[k] - below[k]) / (2 * step)
      found += Double(da[k]) * direction[k]
    }
    return [
      TimedKernel(
        name: "norm per batch", error: out.error(against: reference(a).map { Float($0) }),
        tolerance: 1e-4, bytes: 16 * n * h, work: forward),
      TimedKernel(
        name: "norm per batch, back", error: abs(found - expected) / max(1, abs(expected)),
        tolerance: 1e-2, bytes: 16 * n * h, work: backward),
    ]
  }
}
