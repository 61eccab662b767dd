import Numerics
import Neighbours
import Testing
import TestSupport

@Suite struct NearestNeighboursTests {
  static func cells(_ n: Int, _ d: Int, seed: UInt64, offset: Float = 0) -> Matrix {
    var random = Xoshiro256(seed: seed)
    return Matrix(
      rows: n, columns: d,
      values: (0..<n * d).map { _ in offset + Float(random.standardNormal()) })
  }

  @Test(arguments: [(1, 3, 5), (2, 1, 5), (70, 2, 90), (300, 10, 15), (540, 17, 40)])
  func `agrees with measuring every pair`(n: Int, d: Int, k: Int) {
    let x = Self.cells(n, d, seed: 1)
    let pool = ThreadPool(threads: 2)
    #expect(nearestNeighbours(of: x, k: k, pool: pool) == nearestNeighboursReference(of: x, k: k))
  }

  @Test func `stays exact where single precision cannot tell cells apart`() {
    // Tight groups far from each other, and far from the origin.
    var x = Self.cells(600, 5, seed: 2)
    for i in 0..<600 {
      for j in 0..<5 { x[i, j] = x[i, j] * 1e-2 + Float((i % 3 - 1) * 1000) + 5000 }
    }
    let pool = ThreadPool(threads: 2)
    #expect(nearestNeighbours(of: x, k: 10, pool: pool) == nearestNeighboursReference(of: x, k: 10))
  }

  @Test func `ties go to the first row, and equal cells are neighbours`() {
    let x = Matrix(rows: 6, columns: 1, values: [0, 1, 0, -1, 0, 1])
    let table = nearestNeighbours(of: x, k: 3, pool: ThreadPool(threads: 1))
    #expect(Array(table.indices[0..<3]) == [2, 4, 1])
    #expect(Array(table.distances[0..<3]) == [0, 0, 1])
    #expect(Array(table.indices[6..<9]) == [0, 4, 1])
    let equal = Matrix(rows: 900, columns: 2)
    let first = nearestNeighbours(of: equal, k: 2, pool: ThreadPool(threads: 2))
    #expect(Array(first.indices.suffix(2)) == [0, 1])
  }

  @Test func `one thread gives the bytes of three`() {
    let x = Self.cells(1000, 20, seed: 3)
    let one = nearestNeighbours(of: x, k: 30, pool: ThreadPool(threads: 1))
    #expect(one == nearestNeighbours(of: x, k: 30, pool: ThreadPool(threads: 3)))
  }

  @Test func `a sample has the same neighbours as all cells`() {
    let x = Self.cells(500, 6, seed: 4)
    let pool = ThreadPool(threads: 2)
    var options = NeighbourOptions()
    options.maximumQueries = 50
    let all = nearestNeighbours(of: x, k: 7, pool: pool)
    let sample = nearestNeighbours(of: x, k: 7, options: options, pool: pool)
    #expect(sample.count == 50 && sample.searched == 500 && sample.queries != all.queries)
    for (i, row) in sample.queries.enumerated() {
      #expect(
        sample.indices[sample.range(ofQuery: i)].elementsEqual(
          all.indices[all.range(ofQuery: Int(row))]))
    }
    options.seed = 1
    let other = nearestNeighbours(of: x, k: 7, options: options, pool: pool)
    #expect(other.queries != sample.queries)
  }

  @Test func `queries find references, themselves included`() {
    let x = Self.cells(300, 4, seed: 5)
    let pool = ThreadPool(threads: 2)
    let own = nearestNeighbours(of: x, among: x, k: 1, pool: pool)
    #expect(own.indices == Array(0..<300) && own.distances.allSatisfy { $0 == 0 })
    let two = nearestNeighbours(
      of: Matrix(rows: 1, columns: 4), among: Matrix(rows: 2, columns: 4), k: 5, pool: pool)
    #expect(two.k == 2 && two.indices == [0, 1])
  }

  @Test func `fewer neighbours are the beginning of more`() {
    let x = Self.cells(100, 3, seed: 6)
    let pool = ThreadPool(threads: 1)
    let table = nearestNeighbours(of: x, k: 20, pool: pool)
    #expect(table.nearest(5) == nearestNeighbours(of: x, k: 5, pool: pool))
  }
}
