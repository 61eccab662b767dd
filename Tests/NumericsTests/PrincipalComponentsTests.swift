import Numerics
import Testing

@Suite struct PrincipalComponentsTests {
  /// Cells whose deviations fall off as real ones do, around a mean that is not zero.
  static func cells(_ n: Int, _ f: Int, seed: UInt64) -> Matrix {
    var random = Xoshiro256(seed: seed)
    let rank = min(n, f)
    let loadings = Matrix.random(rows: rank, columns: f, using: &random)
    var x = Matrix(rows: n, columns: f)
    for i in 0..<n {
      let weights = (0..<rank).map { 4 * Float(random.standardNormal()) / (1 + Float($0)) }
      for j in 0..<f {
        x[i, j] = 3 + weights.indices.reduce(0) { $0 + weights[$1] * loadings[$1, j] }
      }
    }
    return x
  }

  /// The dot products of all pairs of centred columns, by plain loops in double precision.
  private func gramMatrix(of x: Matrix, around mean: [Float]) -> [Double] {
    let f = x.columns
    var gram = [Double](repeating: 0, count: f * f)
    for row in 0..<x.rows {
      let centred = (0..<f).map { Double(x[row, $0]) - Double(mean[$0]) }
      for i in 0..<f {
        for j in 0..<f { gram[i * f + j] += centred[i] * centred[j] }
      }
    }
    return gram
  }

  @Test(arguments: [(300, 80, 12), (90, 200, 10), (40, 20, 30), (5, 7, 30)])
  func `components agree with the exact ones`(n: Int, f: Int, count: Int) {
    let x = Self.cells(n, f, seed: 21)
    let pool = ThreadPool(threads: 2)
    let found = principalComponents(of: x, count: count, pool: pool)
    let mean = columnMeans(of: x, pool: pool)
    let exact = symmetricEigenpairs(of: gramMatrix(of: x, around: mean), size: f)
    #expect(found.components.rows == min(count, f, n - 1))
    for c in 0..<found.components.rows {
      let variance = exact.values[c] / Double(n - 1)
      #expect(abs(found.variances[c] - variance) < 1e-5 * exact.values[0] / Double(n))
      guard variance > 1e-4 * exact.values[0] / Double(n) else { continue }
      let row = found.components.values[found.components.range(ofRow: c)]
      let cosine = zip(row, exact.vector(c)).reduce(0) { $0 + Double($1.0) * $1.1 }
      #expect(abs(abs(cosine) - 1) < 1e-6, "component \(c)")
      #expect((row.max() ?? 0) >= -(row.min() ?? 0))
    }
    #expect(abs(found.totalVariance * Double(n - 1) / exact.values.reduce(0, +) - 1) < 1e-5)
  }

  @Test func `coordinates are the products with centred cells, and have the variances found`() {
    let x = Self.cells(200, 50, seed: 22)
    let pool = ThreadPool(threads: 2)
    let basis = principalComponents(of: x, count: 6, pool: pool)
    let coordinates = basis.coordinates(of: x, pool: pool)
    for c in 0..<6 {
      let column = (0..<200).map { Double(coordinates[$0, c]) }
      #expect(abs(column.reduce(0, +)) < 1e-2)
      let variance = column.reduce(0) { $0 + $1 * $1 } / 199
      #expect(abs(variance / basis.variances[c] - 1) < 1e-4)
    }
    let first = (0..<50).reduce(0.0) {
      $0 + Double(x[7, $1] - basis.mean[$1]) * Double(basis.components[0, $1])
    }
    #expect(abs(first - Double(coordinates[7, 0])) < 1e-3)
  }

  @Test func `one thread gives the bytes of three`() {
    let x = Self.cells(150, 60, seed: 23)
    let one = principalComponents(of: x, count: 5, pool: ThreadPool(threads: 1))
    #expect(one == principalComponents(of: x, count: 5, pool: ThreadPool(threads: 3)))
  }

  @Test func `cells that are all the same have no variance`() {
    let x = Matrix(rows: 10, columns: 4, values: Array(repeating: 2.5, count: 40))
    let basis = principalComponents(of: x, count: 2, pool: ThreadPool(threads: 1))
    #expect(basis.variances == [0, 0] && basis.totalVariance == 0)
    #expect(basis.coordinates(of: x, pool: ThreadPool(threads: 1)).values.allSatisfy { $0 == 0 })
  }
}
