import Numerics
import Testing

@Suite struct EigenpairsTests {
  static func symmetric(_ n: Int, seed: UInt64) -> [Double] {
    var random = Xoshiro256(seed: seed)
    var matrix = [Double](repeating: 0, count: n * n)
    for i in 0..<n {
      for j in 0...i {
        let value = random.standardNormal()
        matrix[i * n + j] = value
        matrix[j * n + i] = value
      }
    }
    return matrix
  }

  static func product(_ matrix: [Double], _ vector: ArraySlice<Double>) -> [Double] {
    let n = vector.count
    return (0..<n).map { i in
      zip(matrix[i * n..<(i + 1) * n], vector).reduce(0) { $0 + $1.0 * $1.1 }
    }
  }

  @Test(arguments: [0, 1, 2, 3, 10, 61])
  func `all pairs of a small matrix solve its equation`(n: Int) {
    let matrix = Self.symmetric(n, seed: 11)
    let pairs = symmetricEigenpairs(of: matrix, size: n)
    #expect(pairs.converged && pairs.values.count == n)
    #expect(pairs.values == pairs.values.sorted(by: >))
    for i in 0..<n {
      let vector = pairs.vector(i)
      let image = Self.product(matrix, vector)
      for (a, b) in zip(image, vector) { #expect(abs(a - pairs.values[i] * b) < 1e-11) }
      for j in 0...i {
        let dot = zip(vector, pairs.vector(j)).reduce(0) { $0 + $1.0 * $1.1 }
        #expect(abs(dot - (i == j ? 1 : 0)) < 1e-12)
      }
    }
  }

  @Test func `repeated and zero eigenvalues are found`() {
    let diagonal: [Double] = [0, 2, 0, 2, -1]
    var matrix = [Double](repeating: 0, count: 25)
    for (i, value) in diagonal.enumerated() { matrix[i * 6] = value }
    #expect(symmetricEigenpairs(of: matrix, size: 5).values == [2, 2, 0, 0, -1])
    #expect(symmetricEigenpairs(of: Array(repeating: 0, count: 9), size: 3).values == [0, 0, 0])
  }

  @Test(arguments: [(EigenvalueOrder.value, 1), (.magnitude, 1), (.value, 4), (.magnitude, 3)])
  func `a few pairs of a large matrix are those of the whole`(order: EigenvalueOrder, block: Int) {
    let n = 130
    let matrix = Self.symmetric(n, seed: 12)
    let all = symmetricEigenpairs(of: matrix, size: n)
    let ranked = order == .value ? all.values : all.values.sorted { abs($0) > abs($1) }
    let expected = ranked.prefix(8).sorted(by: >)
    for threads in [1, 3] {
      let pairs = largestEigenpairs(
        size: n, count: 8, by: order, block: block, pool: ThreadPool(threads: threads)
      ) { vectors, count, products in
        for i in 0..<count {
          let range = i * n..<(i + 1) * n
          products[range].copy(from: Self.product(matrix, vectors[range].values[...]))
        }
      }
      #expect(pairs.converged)
      for (found, value) in zip(pairs.values, expected) { #expect(abs(found - value) < 1e-8) }
      for i in 0..<8 {
        let image = Self.product(matrix, pairs.vector(i))
        for (a, b) in zip(image, pairs.vector(i)) { #expect(abs(a - pairs.values[i] * b) < 1e-7) }
      }
    }
  }

  @Test func `a space that products cannot leave is filled up`() {
    // Rank 3: after a few products nothing new comes.
    let n = 100
    let pairs = largestEigenpairs(size: n, count: 5, block: 2, pool: ThreadPool(threads: 1)) {
      vectors, count, products in
      for i in 0..<count {
        for j in 0..<n { products[i * n + j] = j < 3 ? Double(3 - j) * vectors[i * n + j] : 0 }
      }
    }
    #expect(zip(pairs.values, [3, 2, 1, 0, 0]).allSatisfy { abs($0 - $1) < 1e-9 })
  }
}
