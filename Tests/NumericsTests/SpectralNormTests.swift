import Numerics
import Testing

@Suite struct SpectralNormTests {
  /// The largest singular value by the plain product and all of its eigenvalues.
  static func reference(_ matrix: [Double], rows: Int, columns: Int) -> Double {
    let n = min(rows, columns)
    func entry(_ k: Int, _ i: Int) -> Double {
      rows >= columns ? matrix[k * columns + i] : matrix[i * columns + k]
    }
    var gram = [Double](repeating: 0, count: n * n)
    for i in 0..<n {
      for j in 0..<n {
        for k in 0..<max(rows, columns) { gram[i * n + j] += entry(k, i) * entry(k, j) }
      }
    }
    return symmetricEigenpairs(of: gram, size: n).values[0].squareRoot()
  }

  static func random(rows: Int, columns: Int, scale: Double = 1, seed: UInt64 = 5) -> [Double] {
    var random = Xoshiro256(seed: seed)
    return (0..<rows * columns).map { _ in scale * random.standardNormal() }
  }

  @Test(
    arguments: [(1, 1), (1, 7), (7, 1), (8, 8), (40, 13), (13, 40)], [1e-140, 1e-9, 1, 1e70])
  func `the bound is over the largest singular value, by a billionth at most`(
    shape: (Int, Int), scale: Double
  ) {
    let (rows, columns) = shape
    let matrix = Self.random(rows: rows, columns: columns, scale: scale)
    let bound = spectralNormBound(of: matrix, rows: rows, columns: columns)
    // The reference has rounding of its own, far less than what the bound is over.
    let exact =
      scale * Self.reference(matrix.map { $0 / scale }, rows: rows, columns: columns)
    #expect(bound >= exact * (1 - 1e-14))
    #expect(bound <= exact * (1 + 2e-9))
  }

  @Test(arguments: [1, 2, 5, 16])
  func `it is not under one that is known exactly`(n: Int) {
    var identity = [Double](repeating: 0, count: n * n)
    for i in 0..<n { identity[i * n + i] = 1 }
    // Equal singular values are the hardest for powers.
    let bound = spectralNormBound(of: identity, rows: n, columns: n)
    #expect(bound >= 1 && bound < 1 + 2e-9)
    // Ones have the singular value √(rows · columns), and no other.
    let ones = spectralNormBound(
      of: [Double](repeating: 3, count: 4 * n), rows: 4, columns: n)
    #expect(ones >= 3 * Double(4 * n).squareRoot() && ones <= 6.000_000_01 * Double(n).squareRoot())
    // A diagonal's largest, and close ones beside it.
    var diagonal = [Double](repeating: 0, count: n * n)
    for i in 0..<n { diagonal[i * n + i] = -7 * (1 - 1e-7 * Double(i)) }
    let largest = spectralNormBound(of: diagonal, rows: n, columns: n)
    #expect(largest >= 7 && largest < 7 * (1 + 2e-9))
  }

  @Test func `the transposed matrix has the same bound`() {
    let matrix = Self.random(rows: 9, columns: 4)
    let transposed = (0..<36).map { matrix[$0 % 9 * 4 + $0 / 9] }
    #expect(
      spectralNormBound(of: matrix, rows: 9, columns: 4)
        == spectralNormBound(of: transposed, rows: 4, columns: 9))
  }

  @Test func `zeros have the norm 0, and what is no number none`() {
    #expect(spectralNormBound(of: [0, 0, 0, 0, 0, 0], rows: 2, columns: 3) == 0)
    #expect(!spectralNormBound(of: [1, .infinity, 0, 0], rows: 2, columns: 2).isFinite)
    #expect(!spectralNormBound(of: [1, .nan, 0, 0], rows: 2, columns: 2).isFinite)
    #expect(!spectralNormBound(of: [1, 1e200, 0, 0], rows: 2, columns: 2).isFinite)
    // Squares that are too small for a number are counted, not lost.
    #expect(spectralNormBound(of: [1e-200, 0, 0, 0], rows: 2, columns: 2) >= 1e-200)
  }
}
