import Numerics

extension KernelBenchmark {
  /// Returns the kernels over all parameters: the gradient's norm, and Adam.
  static func parameterKernels() -> [TimedKernel] {
    let count = 2 * f * h
    var random = Xoshiro256(seed: 5)
    let parameter = FloatView.random(count, using: &random)
    let gradient = FloatView.random(count, using: &random)
    let (mean, square) = (FloatView.zeros(count), FloatView.zeros(count))
    let step = AdamStep(step: 3, rate: 1e-3, decay: 1e-6, clip: 0.5)
    var expected = parameter.values
    for k in 0..<count {
      var (m, v): (Float, Float) = (0, 0)
      step.updateReference(&expected[k], gradient: gradient[k], mean: &m, square: &v)
    }
    let update = { step.update(parameter, gradient: gradient, mean: mean, square: square) }
    update()
    let squares = gradient.values.reduce(0) { $0 + Double($1) * Double($1) }
    var sum = 0.0
    return [
      TimedKernel(
        name: "gradient norm", error: abs(sumOfSquares(gradient) - squares) / squares,
        tolerance: 1e-7, bytes: 4 * count, work: { sum += sumOfSquares(gradient) }),
      TimedKernel(
        name: "Adam", error: parameter.error(against: expected), tolerance: 1e-6,
        bytes: 28 * count, footprint: 16 * count, work: update),
    ]
  }
}
