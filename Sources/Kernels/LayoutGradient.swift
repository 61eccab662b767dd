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
  /// Where each cell's edges begin, a multiple of 16; `[n + 1]`.
  private var starts: [Int] = [0]

  /// Behind a cell's edges come some that weigh nothing.
  private var targets: [Int32] = []
  private var weights: [Float] = []

  /// How strongly each cell is pushed, `repulsion Σ weight`; `[n]`.
  private var strengths: [Float] = []

  /// The parameters of the curve.
  private let a: Float
  private let b: Float

  /// What each part of a pull or push is brought to.
  package static let limit: Float = 4

  /// How many cells push each one; 16 cells in a row have the same.
  ///
  /// More make the mean steadier. With 64 the layouts of four real sets kept 1% more of the cells'
  /// neighbours than with 32, for a third more time.
  package static let draws = 64

  /// Starts with no cell.
  ///
  /// - Parameters:
  ///   - a: The curve's factor; above 0.
  ///   - b: The curve's power; above 0.
  package init(a: Float, b: Float) {
    precondition(a > 0 && b > 0, "a curve of \(a) and \(b)")
    (self.a, self.b) = (a, b)
  }

  /// The number of cells.
  package var count: Int { strengths.count }

  /// Adds the next cell.
  ///
  /// - Parameters:
  ///   - edges: The cells that its edges lead to, and their weights.
  ///   - repulsion: How many pushes count as much as a pull of the same weight.
  package mutating func append(
    edges: some Sequence<(target: Int32, weight: Float)>, repulsion: Float
  ) {
    let cell = Int32(count)
    var sum: Float = 0
    for edge in edges {
      targets.append(edge.target)
      weights.append(edge.weight)
      sum += edge.weight
    }
    while !targets.count.isMultiple(of: laneCount) {
      targets.append(cell)
      weights.append(0)
    }
    starts.append(targets.count)
    strengths.append(repulsion * sum)
  }

  /// Computes the gradient of some cells.
  ///
  /// - Parameters:
  ///   - cells: The cells, from a multiple of 16 on.
  ///   - positions: Of all cells; `(n, 2)`.
  ///   - seed: The seed of the draws.
  ///   - gradient: Where it goes; `(n, 2)`.
  package func compute(
    _ cells: Range<Int>, positions: FloatView, seed: UInt64, into gradient: FloatView
  ) {
    precondition(cells.lowerBound.isMultiple(of: laneCount) && cells.lowerBound >= 0)
    precondition(cells.upperBound <= count)
    precondition(positions.count == 2 * count && gradient.count == 2 * count)
    unsafe ck_layout_gradient(
      cells.lowerBound, cells.upperBound, count, starts, targets, weights, strengths, a, b,
      Self.limit, Self.draws, seed, positions.base, gradient.base)
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
    var (pulls, pushes) = (SIMD2<Double>.zero, SIMD2<Double>.zero)
    for edge in starts[cell]..<starts[cell + 1] {
      let offset = position(cell) - position(Int(targets[edge]))
      let square = (offset * offset).sum()
      guard square > 0 else { continue }
      let factor = 2 * a * b * pow(square, b - 1) / (1 + a * pow(square, b))
      pulls += Double(weights[edge]) * limited(factor, offset)
    }
    let half = UInt64(Self.draws / 2)
    var numbers = SplitMix64(
      seed: seed &+ UInt64(cell / laneCount) &* half &* 0x9E37_79B9_7F4A_7C15)
    for _ in 0..<half {
      let bits = numbers.next()
      for number in [bits & 0xFFFF_FFFF, bits >> 32] {
        let offset = position(cell) - position(Int((number * UInt64(count)) >> 32))
        let square = (offset * offset).sum()
        pushes += limited(-2 * b / ((0.001 + square) * (1 + a * pow(square, b))), offset)
      }
    }
    return 2 * pulls + Double(strengths[cell]) / Double(Self.draws) * pushes
  }
}
