internal import CKernels
internal import Foundation

/// Cells in a plane that pull their neighbours and push others away.
///
/// UMAP's cross entropy of a graph of weights with `1 / (1 + a |d|^(2b))` of the
/// distances in the plane, in the form that its authors descend: a cell `i` at
/// offset `d` from another is pulled by every neighbour, and pushed by cells
/// drawn from all,
///
///     pull = 2ab |d|^(2b-2) / (1 + a |d|^(2b)) d
///     push = 2b / ((0.001 + |d|²) (1 + a |d|^(2b))) d
///     gradient_i = 2 Σ weight pull - repulsion (Σ weight) mean push
///
/// with each part of a pull or push brought to ±``limit``. Twice, because an edge
/// moves both of its ends. Every cell gathers its own sums from positions that
/// stay as they are, so cells can be worked on in any order.
///
/// Reference: McInnes, Healy and Melville 2018, <https://arxiv.org/abs/1802.03426>.
package struct LayoutGradient: Sendable {
  /// Where each cell's edges begin; `[n + 1]`.
  private let starts: [Int]
  private let targets: [Int32]
  private let weights: [Float]

  /// The parameters of the curve.
  private let a: Float
  private let b: Float

  /// How many pushes count as much as a pull of the same weight.
  private let repulsion: Float

  /// What each part of a pull or push is brought to.
  package static let limit: Float = 4

  /// How many cells push each one; a multiple of 16.
  package static let draws = 32

  /// Takes over a graph.
  ///
  /// - Parameters:
  ///   - starts: Where each cell's edges begin; `[n + 1]`, ascending.
  ///   - targets: The cell that each edge leads to.
  ///   - weights: The edges' weights.
  ///   - a: The curve's factor; above 0.
  ///   - b: The curve's power; above 0.
  ///   - repulsion: How many pushes count as much as a pull.
  package init(
    starts: [Int], targets: [Int32], weights: [Float], a: Float, b: Float, repulsion: Float
  ) {
    precondition(targets.count == weights.count && starts.last == targets.count)
    precondition(starts[0] == 0 && zip(starts, starts.dropFirst()).allSatisfy { $0 <= $1 })
    let n = Int32(starts.count - 1)
    precondition(targets.allSatisfy { $0 >= 0 && $0 < n })
    (self.starts, self.targets, self.weights) = (starts, targets, weights)
    (self.a, self.b, self.repulsion) = (a, b, repulsion)
  }

  /// The number of cells.
  package var count: Int { starts.count - 1 }

  /// Computes the gradient of some cells.
  ///
  /// - Parameters:
  ///   - cells: The cells.
  ///   - positions: Of all cells; `(n, 2)`.
  ///   - seed: The seed of the draws.
  ///   - gradient: Where it goes; `(n, 2)`.
  package func compute(
    _ cells: Range<Int>, positions: FloatView, seed: UInt64, into gradient: FloatView
  ) {
    precondition(cells.lowerBound >= 0 && cells.upperBound <= count)
    precondition(positions.count == 2 * count && gradient.count == 2 * count)
    unsafe ck_layout_gradient(
      cells.lowerBound, cells.upperBound, count, starts, targets, weights, a, b, Self.limit,
      Self.draws, repulsion, seed, positions.base, gradient.base)
  }

  /// The same of one cell by plain loops in double precision.
  package func reference(_ cell: Int, positions: [Float], seed: UInt64) -> SIMD2<Double> {
    func position(_ cell: Int) -> SIMD2<Double> {
      [Double(positions[2 * cell]), Double(positions[2 * cell + 1])]
    }
    func limited(_ factor: Double, _ offset: SIMD2<Double>) -> SIMD2<Double> {
      let limit = SIMD2<Double>(repeating: Double(Self.limit))
      return (factor * offset).clamped(lowerBound: -limit, upperBound: limit)
    }
    let (a, b) = (Double(a), Double(b))
    var (pulls, pushes, sum) = (SIMD2<Double>.zero, SIMD2<Double>.zero, 0.0)
    for edge in starts[cell]..<starts[cell + 1] {
      let offset = position(cell) - position(Int(targets[edge]))
      let square = (offset * offset).sum()
      let weight = Double(weights[edge])
      sum += weight
      guard square > 0 else { continue }
      let factor = 2 * a * b * pow(square, b - 1) / (1 + a * pow(square, b))
      pulls += weight * limited(factor, offset)
    }
    var numbers = SplitMix64(
      seed: seed &+ UInt64(cell) &* UInt64(Self.draws / 2) &* 0x9E37_79B9_7F4A_7C15)
    for _ in 0..<Self.draws / 2 {
      let bits = numbers.next()
      for half in [bits & 0xFFFF_FFFF, bits >> 32] {
        let offset = position(cell) - position(Int((half * UInt64(count)) >> 32))
        let square = (offset * offset).sum()
        pushes += limited(-2 * b / ((0.001 + square) * (1 + a * pow(square, b))), offset)
      }
    }
    return 2 * pulls + Double(repulsion) * sum / Double(Self.draws) * pushes
  }
}
