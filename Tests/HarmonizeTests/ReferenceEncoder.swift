import Harmonize
import Numerics

/// An encoder by plain loops in double precision, and its slope at a cell.
struct ReferenceEncoder {
  private struct Layer {
    /// `W'`; `(outputs, inputs)`.
    var weight: [[Double]]
    var shift: [Double]
    var isResidual: Bool
    var isLast: Bool
  }

  private var layers: [Layer] = []
  let genes: Int

  /// Reads a network's tensors by name.
  ///
  /// - Parameters:
  ///   - network: The network; with batch or batch norm, or none.
  ///   - row: The row of statistics, of which the mixture's is the last.
  init(_ network: Autoencoder, row: Int) {
    let tensors = Dictionary(
      uniqueKeysWithValues: (network.parameters + network.statistics).map { ($0.name, $0) })
    genes = network.genes
    var width = network.genes
    for (index, units) in network.options.hidden.enumerated() {
      let name = "encoder.\(index)"
      let stored = tensors["\(name).weight"]?.values ?? []
      var weight = (0..<units).map { j in
        (0..<width).map { i in
          Double(index == 0 ? stored[i * units + j] : stored[j * width + i])
        }
      }
      var shift = (tensors["\(name).bias"]?.values ?? [Float](repeating: 0, count: units))
        .map(Double.init)
      if let gamma = tensors["\(name).norm.gamma"], let beta = tensors["\(name).norm.beta"],
        let mean = tensors["\(name).norm.mean"], let variance = tensors["\(name).norm.variance"]
      {
        let rows = gamma.shape[0]
        for j in 0..<units {
          func affine(_ tensor: NamedTensor) -> Double {
            guard row >= rows else { return Double(tensor.values[row * units + j]) }
            return (0..<rows).reduce(0) { $0 + Double(tensor.values[$1 * units + j]) }
              / Double(rows)
          }
          let deviation = (Double(variance.values[row * units + j]) + 1e-5).squareRoot()
          let scale = affine(gamma) / deviation
          for i in 0..<width { weight[j][i] *= scale }
          shift[j] = (shift[j] - Double(mean.values[row * units + j])) * scale + affine(beta)
        }
      }
      layers.append(
        Layer(
          weight: weight, shift: shift,
          isResidual: network.options.residual && index > 0 && width == units, isLast: false))
      width = units
    }
    let stored = tensors["encoder.mu.weight"]?.values ?? []
    layers.append(
      Layer(
        weight: (0..<network.options.latent).map { j in
          (0..<width).map { Double(stored[j * width + $0]) }
        },
        shift: (tensors["encoder.mu.bias"]?.values ?? []).map(Double.init), isResidual: false,
        isLast: true))
  }

  /// The product of the layers' largest singular values, by their eigenvalues.
  var lipschitz: Double {
    layers.reduce(1) { product, layer in
      let norm = SpectralNorm.largest(layer.weight)
      return product * (layer.isResidual ? 1 + norm : norm)
    }
  }

  /// The latent mean of an input, and its slope; `(d)` and `(d, genes)`.
  func slope(at y: [Double]) -> (mu: [Double], jacobian: [[Double]]) {
    var x = y
    // The slope of what is reached by the input; `nil` for the identity.
    var jacobian: [[Double]]?
    for layer in layers {
      var out: [Double] = []
      var slopes: [[Double]] = []
      for (j, row) in layer.weight.enumerated() {
        let a = zip(row, x).reduce(layer.shift[j]) { $0 + $1.0 * $1.1 }
        let isOpen = layer.isLast || a > 0
        out.append((isOpen ? a : 0) + (layer.isResidual ? x[j] : 0))
        var slope = [Double](repeating: 0, count: genes)
        if let before = jacobian {
          if isOpen {
            for (weight, inner) in zip(row, before) where weight != 0 {
              for g in 0..<genes { slope[g] += weight * inner[g] }
            }
          }
          if layer.isResidual { for g in 0..<genes { slope[g] += before[j][g] } }
        } else if isOpen {
          slope = row
        }
        slopes.append(slope)
      }
      x = out
      jacobian = slopes
    }
    return (x, jacobian ?? [])
  }

  /// The latent mean of an input; `(d)`.
  func mu(_ y: [Double]) -> [Double] {
    var x = y
    for layer in layers {
      x = layer.weight.enumerated().map { j, row in
        let a = zip(row, x).reduce(layer.shift[j]) { $0 + $1.0 * $1.1 }
        return (layer.isLast ? a : max(0, a)) + (layer.isResidual ? x[j] : 0)
      }
    }
    return x
  }
}

/// Singular vectors of a matrix with few rows.
enum SpectralNorm {
  /// The products of all pairs of rows; `(rows, rows)`.
  static func gram(_ matrix: [[Double]]) -> [Double] {
    matrix.flatMap { a in matrix.map { b in zip(a, b).reduce(0) { $0 + $1.0 * $1.1 } } }
  }

  /// The largest singular value.
  static func largest(_ matrix: [[Double]]) -> Double {
    max(0, symmetricEigenpairs(of: gram(matrix), size: matrix.count).values[0]).squareRoot()
  }

  /// The direction of the input, of length one, that moves the output the most.
  static func worstDirection(_ matrix: [[Double]]) -> [Double] {
    let pairs = symmetricEigenpairs(of: gram(matrix), size: matrix.count)
    return unit(combined(matrix, by: Array(pairs.vector(0))))
  }

  /// The shortest motion of the input that moves the output by `target`, `Jᵀ (J Jᵀ)⁺ target`.
  static func leastMotion(_ matrix: [[Double]], for target: [Double]) -> [Double] {
    let pairs = symmetricEigenpairs(of: gram(matrix), size: matrix.count)
    var weights = [Double](repeating: 0, count: matrix.count)
    for (number, value) in pairs.values.enumerated() where value > 1e-9 * pairs.values[0] {
      let vector = Array(pairs.vector(number))
      let part = zip(vector, target).reduce(0) { $0 + $1.0 * $1.1 } / value
      for k in weights.indices { weights[k] += part * vector[k] }
    }
    return combined(matrix, by: weights)
  }

  static func unit(_ vector: [Double]) -> [Double] {
    let length = norm(vector)
    return length > 0 ? vector.map { $0 / length } : vector
  }

  static func norm(_ vector: [Double]) -> Double {
    vector.reduce(0) { $0 + $1 * $1 }.squareRoot()
  }

  private static func combined(_ matrix: [[Double]], by weights: [Double]) -> [Double] {
    var sum = [Double](repeating: 0, count: matrix.first?.count ?? 0)
    for (row, weight) in zip(matrix, weights) {
      for k in sum.indices { sum[k] += weight * row[k] }
    }
    return sum
  }
}
