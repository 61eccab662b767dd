import Numerics

extension KernelBenchmark {
  /// Returns the kernels for the first layer's product with sparse input, and its weight gradient.
  static func sparseKernels(_ input: KernelInput) -> [TimedKernel] {
    let flops = 2 * Double(input.nonzeros * h)
    let weight = Matrix(rows: f, columns: h, values: input.weight.values)
    let out = FloatView.zeros(n * h)
    let forward = {
      for shard in 0..<n / laneCount {
        sparseProduct(
          shard * laneCount..<(shard + 1) * laneCount, of: input.inputs, weight: input.weight,
          width: h, bias: nil, into: out)
      }
    }
    forward()
    let dweight = FloatView.zeros(f * h)
    let backward = {
      for gene in stride(from: 0, to: f, by: 250) {
        sparseGradient(
          gene..<min(gene + 250, f), of: input.inputs, dout: input.gradient, width: h,
          into: dweight)
      }
    }
    backward()
    let expected = sparseGradientReference(
      input.inputs, dout: Matrix(rows: n, columns: h, values: input.gradient.values), genes: f)
    return [
      TimedKernel(
        name: "sparse × dense",
        error: out.error(
          against: sparseProductReference(input.inputs, weight: weight, bias: nil).values),
        tolerance: 1e-5, flops: flops, work: forward),
      TimedKernel(
        name: "sparseᵀ × dense", error: dweight.error(against: expected.values),
        tolerance: 1e-5, flops: flops, bytes: 4 * f * h, work: backward),
    ]
  }
}
