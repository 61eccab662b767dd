internal import CKernels

/// One step of Adam, with the same result as `torch.optim.Adam`.
///
/// With the gradient `g`, to which weight decay adds `decay * parameter`,
///
///     mean   ← mean + (1 - beta1) (g - mean)
///     square ← beta2 square + (1 - beta2) g²
///     parameter ← parameter - rate mean / (1 - beta1^t) / (√(square / (1 - beta2^t)) + epsilon)
///
/// Reference: Kingma and Ba 2015, <https://arxiv.org/abs/1412.6980>.
package struct AdamStep: Sendable {
  package var rate: Float
  package var decay: Float
  package var clip: Float
  package var meanCorrection: Float
  package var squareCorrection: Float
  package let beta1: Float
  package let beta2: Float

  package static let epsilon: Float = 1e-8

  /// Prepares step number `step`, counted from 1.
  ///
  /// - Parameters:
  ///   - step: The number of the step.
  ///   - rate: The learning rate.
  ///   - decay: The weight decay.
  ///   - clip: The factor applied to gradients.
  ///   - beta1: The decay of the mean per step. The default is 0.9.
  ///   - beta2: The decay of the squares' mean per step. The default is 0.999.
  package init(
    step: Int, rate: Float, decay: Float, clip: Float, beta1: Float = 0.9, beta2: Float = 0.999
  ) {
    (self.beta1, self.beta2) = (beta1, beta2)
    self.rate = rate
    self.decay = decay
    self.clip = clip
    func power(_ base: Float) -> Float {
      var result = 1.0
      var factor = Double(base)
      var rest = step
      while rest > 0 {
        if rest & 1 == 1 { result *= factor }
        factor *= factor
        rest >>= 1
      }
      return Float(1 - result)
    }
    meanCorrection = power(beta1)
    squareCorrection = power(beta2)
  }

  /// Updates a range of parameters.
  package func update(
    _ parameter: FloatView, gradient: FloatView, mean: FloatView, square: FloatView
  ) {
    let count = parameter.count
    precondition(gradient.count == count && mean.count == count && square.count == count)
    unsafe kernels.pointee.adam(
      count, gradient.base, clip, decay, beta1, beta2, rate / meanCorrection,
      1 / squareCorrection.squareRoot(), Self.epsilon, parameter.base, mean.base, square.base)
  }

  /// Updates one parameter by a plain loop in double precision, as a reference.
  package func updateReference(
    _ parameter: inout Float, gradient: Float, mean: inout Float, square: inout Float
  ) {
    let g = Double(gradient) * Double(clip) + Double(decay) * Double(parameter)
    let (beta1, beta2) = (Double(beta1), Double(beta2))
    let m = Double(mean) + (1 - beta1) * (g - Double(mean))
    let v = beta2 * Double(square) + (1 - beta2) * g * g
    mean = Float(m)
    square = Float(v)
    let deviation = (v / Double(squareCorrection)).squareRoot() + 1e-8
    parameter -= Float(Double(rate) * m / Double(meanCorrection) / deviation)
  }
}
