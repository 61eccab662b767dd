import Numerics

/// A weight `W` used as `Ŵ = W / sigma`, where `sigma` is its spectral norm.
///
///     sigma = uᵀ W v
///
/// `u` and `v` are the leading singular vectors by power iteration. They are kept between steps:
/// `W` changes little per step, so a few iterations are enough to follow it. Within a step they are
/// constants, also in the gradient.
///
/// Reference: Miyato and others 2018, <https://arxiv.org/abs/1802.05957>, algorithm 1.
struct SpectralWeight: Sendable {
  let layer: LinearLayer

  /// The position of `u` among the vectors; `(outputs)`.
  let left: Range<Int>

  /// The position of `v` among the vectors; `(inputs)`.
  let right: Range<Int>

  /// The number of power iterations before the first step, and after each step.
  static let firstIterations = 2000
  static let iterations = 10

  /// The divisor of a matrix of zeros.
  private static let smallest = 1e-12

  /// Returns the estimate of the spectral norm, which is at most the true norm.
  func norm(_ parameters: FloatView, vectors: FloatView) -> Double {
    let weight = parameters[layer.weight]
    let (u, v) = (vectors[left], vectors[right])
    var sum = 0.0
    for i in 0..<layer.outputs {
      var row: Float = 0
      for j in 0..<layer.inputs { row += weight[i * layer.inputs + j] * v[j] }
      sum += Double(u[i]) * Double(row)
    }
    return max(sum, Self.smallest)
  }

  /// Writes `Ŵ` to its place among the effective parameters.
  func normalize(_ parameters: FloatView, vectors: FloatView, into effective: FloatView) {
    let scale = Float(1 / norm(parameters, vectors: vectors))
    for k in layer.weight { effective[k] = parameters[k] * scale }
  }

  /// Converts the gradient by `Ŵ` to that by `W`: `(dŴ − (Σ dŴ ∘ Ŵ) u vᵀ) / sigma`.
  func carryBack(
    _ gradient: FloatView, _ parameters: FloatView, vectors: FloatView, effective: FloatView
  ) {
    let scale = Float(1 / norm(parameters, vectors: vectors))
    let (u, v) = (vectors[left], vectors[right])
    let weight = effective[layer.weight]
    let d = gradient[layer.weight]
    var product = 0.0
    for k in 0..<d.count { product += Double(d[k]) * Double(weight[k]) }
    for i in 0..<layer.outputs {
      let part = Float(product) * u[i]
      for j in 0..<layer.inputs {
        let k = i * layer.inputs + j
        d[k] = (d[k] - part * v[j]) * scale
      }
    }
  }

  /// Refines the vectors: `v ← Wᵀu / ‖Wᵀu‖`, then `u ← Wv / ‖Wv‖`.
  func iterate(_ count: Int, _ parameters: FloatView, vectors: FloatView) {
    let weight = parameters[layer.weight]
    let (u, v) = (vectors[left], vectors[right])
    for _ in 0..<count {
      v.fill(0)
      for i in 0..<layer.outputs {
        for j in 0..<layer.inputs { v[j] += u[i] * weight[i * layer.inputs + j] }
      }
      scaleToUnitLength(v)
      for i in 0..<layer.outputs {
        var sum: Float = 0
        for j in 0..<layer.inputs { sum += weight[i * layer.inputs + j] * v[j] }
        u[i] = sum
      }
      scaleToUnitLength(u)
    }
  }

  /// Scales a vector to unit length; a vector of zeros becomes a constant one.
  private func scaleToUnitLength(_ x: FloatView) {
    let length = sumOfSquares(x).squareRoot()
    guard length > Self.smallest else { return x.fill(1 / Float(x.count).squareRoot()) }
    for k in 0..<x.count { x[k] = Float(Double(x[k]) / length) }
  }
}
