import Numerics
import Testing

@Suite struct OrthogonalStepTests {
  static let shapes = [(1, 1), (1, 7), (7, 1), (40, 24), (24, 40), (48, 48), (130, 70), (70, 130)]

  /// Moves a weight of zeros by one step, so that it becomes the movement.
  private func movement(
    against mean: Matrix, by distance: Float = 0.5, inBfloat: Bool = false,
    pool: ThreadPool = ThreadPool(threads: 1)
  ) -> Matrix {
    let weight = FloatView.zeros(mean.values.count)
    OrthogonalStep(rows: mean.rows, columns: mean.columns, inBfloat: inBfloat).move(
      weight, against: mean.view, by: distance
    ) { pool.parallel($0, $1) }
    return Matrix(rows: mean.rows, columns: mean.columns, values: weight.values)
  }

  @Test(arguments: shapes, [false, true])
  func `a step is that of the plain rounds on the matrix itself`(
    shape: (rows: Int, columns: Int), inBfloat: Bool
  ) {
    let (rows, columns) = shape
    var random = Xoshiro256(seed: 3)
    let mean = Matrix.random(rows: rows, columns: columns, using: &random)
    let expected = orthogonalFactorReference(of: mean)
    let factor = -0.5 * Float(max(rows, columns)).squareRoot()
    let difference = movement(against: mean, inBfloat: inBfloat).values.distance(
      to: expected.values.map { $0 * factor })
    // Factors in bfloat16 have eight significant bits.
    #expect(difference < (inBfloat ? 0x1p-5 : 2e-4))
  }

  /// A random matrix of 300 by 20 has singular values within a factor of two.
  @Test(arguments: [false, true])
  func `all directions of a matrix move about equally far`(isWide: Bool) {
    var random = Xoshiro256(seed: 4)
    let tall = Matrix.random(rows: 300, columns: 20, using: &random)
    let moved = movement(against: isWide ? tall.transposed : tall, by: 1)
    let factor = isWide ? moved.transposed : moved
    var gram = Matrix(rows: 20, columns: 20)
    multiply(factor, factor, into: &gram, left: .transposed, pool: ThreadPool(threads: 1))
    for i in 0..<20 {
      for j in 0..<20 {
        let share = gram[i, j] / 300
        #expect(i == j ? (0.5...1.5).contains(share) : abs(share) < 0.3, "\(i), \(j)")
      }
    }
    let sum = moved.values.reduce(0) { $0 + $1 * $1 }
    #expect((0.5...1.5).contains(sum / Float(moved.values.count)))
  }

  @Test(arguments: [false, true])
  func `a step does not depend on the size of gradients`(inBfloat: Bool) {
    var random = Xoshiro256(seed: 5)
    let mean = Matrix.random(rows: 60, columns: 33, using: &random)
    for factor: Float in [0x1p-40, 0x1p-8, 0x1p20] {
      let scaled = Matrix(rows: 60, columns: 33, values: mean.values.map { $0 * factor })
      let (moved, expected) = (
        movement(against: scaled, inBfloat: inBfloat), movement(against: mean, inBfloat: inBfloat)
      )
      #expect(moved == expected, "\(factor)")
    }
  }

  @Test func `without gradients a weight stays`() {
    let zero = Matrix(rows: 5, columns: 3)
    #expect(movement(against: zero) == zero)
  }

  @Test(arguments: [false, true])
  func `a step has the same bytes at any number of threads`(inBfloat: Bool) {
    var random = Xoshiro256(seed: 6)
    let mean = Matrix.random(rows: 400, columns: 129, using: &random)
    let results = (1...4).map {
      movement(against: mean, inBfloat: inBfloat, pool: ThreadPool(threads: $0))
    }
    for other in results.dropFirst() { #expect(other == results[0]) }
  }

  @Test func `an average of gradients is that of a plain loop`() {
    var random = Xoshiro256(seed: 7)
    let count = 1_001
    let mean = FloatView.zeros(count)
    var expected = [Double](repeating: 0, count: count)
    for _ in 0..<10 {
      let gradient = (0..<count).map { _ in random.uniformFloat(from: -3, to: 3) }
      OrthogonalStep.average(mean, gradient: gradient.view, clip: 0.5, decay: 0.9)
      for k in 0..<count { expected[k] = 0.9 * expected[k] + 0.5 * Double(gradient[k]) }
    }
    #expect(mean.values.distance(to: expected.map { Float($0) }) < 1e-5)
  }
}
