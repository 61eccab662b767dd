import Neighbours
import Numerics
import TestSupport
import Testing

/// The search in lists, which replaces that of all pairs for many cells.
@Suite struct ApproximateSearchTests {
  let pool = ThreadPool(threads: 2)

  /// Cells in groups of three intrinsic dimensions each, with noise in all.
  static func groups(_ n: Int, _ d: Int, seed: UInt64) -> Matrix {
    var random = Xoshiro256(seed: seed)
    func normals(_ count: Int) -> [Float] {
      (0..<count).map { _ in Float(random.standardNormal()) }
    }
    let groups = 8
    let centres = normals(groups * d)
    let axes = normals(groups * 3 * d)
    var x = Matrix(rows: n, columns: d)
    for i in 0..<n {
      let group = i % groups
      let place = normals(3)
      let noise = normals(d)
      for j in 0..<d {
        x[i, j] = 3 * centres[group * d + j] + 0.3 * noise[j]
        for axis in 0..<3 { x[i, j] += place[axis] * axes[(group * 3 + axis) * d + j] }
      }
    }
    return x
  }

  static func options(exactCells: Int, recall: Double = 0.995) -> NeighbourOptions {
    var options = NeighbourOptions()
    options.exactCells = exactCells
    options.recall = recall
    return options
  }

  /// Returns the share of the exact neighbours that a table has.
  static func recall(of table: NeighbourTable, exact: NeighbourTable) -> Double {
    let found = (0..<exact.count).reduce(0) { sum, cell in
      let own = Set(exact.indices[exact.range(ofQuery: cell)])
      return sum + table.indices[table.range(ofQuery: cell)].count(where: own.contains)
    }
    return Double(found) / Double(exact.indices.count)
  }

  @Test(arguments: [(20, 15), (30, 89)])
  func `the recall is at least 0.99, and the distances are exact`(d: Int, k: Int) {
    let x = Self.groups(6_000, d, seed: 1)
    let exact = nearestNeighbours(of: x, k: k, pool: pool)
    let table = nearestNeighbours(
      of: x, k: k, options: Self.options(exactCells: 1_000), pool: pool)
    #expect(table != exact && table.k == k && table.searched == 6_000)
    #expect(Self.recall(of: table, exact: exact) >= 0.99)
    for cell in stride(from: 0, to: 6_000, by: 97) {
      let range = table.range(ofQuery: cell)
      let distances = Array(table.distances[range])
      #expect(distances == distances.sorted())
      #expect(Set(table.indices[range]).count == k && !table.indices[range].contains(Int32(cell)))
      for (neighbour, distance) in zip(table.indices[range], distances) {
        let square = (0..<d).reduce(0.0) {
          let difference = Double(x[cell, $1]) - Double(x[Int(neighbour), $1])
          return $0 + difference * difference
        }
        #expect(distance == Float(square.squareRoot()))
      }
    }
  }

  @Test func `every instruction set and any number of threads give the same bytes`() {
    let x = Self.groups(3_000, 12, seed: 2)
    let options = Self.options(exactCells: 500)
    let tables = onEveryInstructionSet { _ in
      [1, 3].map {
        nearestNeighbours(of: x, k: 20, options: options, pool: ThreadPool(threads: $0))
      }
    }.flatMap(\.self)
    #expect(tables.allSatisfy { $0 == tables[0] })
    #expect(tables[0] != nearestNeighbours(of: x, k: 20, pool: pool))
  }

  @Test func `a recall of 1, and cells without structure, are searched exactly`() {
    let structured = Self.groups(2_000, 6, seed: 3)
    let exact = nearestNeighbours(of: structured, k: 10, pool: pool)
    let whole = nearestNeighbours(
      of: structured, k: 10, options: Self.options(exactCells: 100, recall: 1), pool: pool)
    #expect(Self.recall(of: whole, exact: exact) > 0.9995)
    let noise = NearestNeighboursTests.cells(1_500, 30, seed: 4)
    #expect(
      nearestNeighbours(of: noise, k: 30, options: Self.options(exactCells: 100), pool: pool)
        == nearestNeighbours(of: noise, k: 30, pool: pool))
  }

  @Test func `up to the limit the search is exact`() {
    let x = Self.groups(1_000, 8, seed: 5)
    #expect(
      nearestNeighbours(of: x, k: 10, options: Self.options(exactCells: 1_000), pool: pool)
        == nearestNeighbours(of: x, k: 10, pool: pool))
  }

  @Test func `a sample, other cells and a group of equal cells have all of their neighbours`() {
    var x = Self.groups(4_000, 10, seed: 6)
    // 900 equal cells, and one far from all others.
    for i in 0..<900 { for j in 0..<10 { x[i, j] = 7 } }
    for j in 0..<10 { x[4_000 - 1, j] = 1_000 }
    var options = Self.options(exactCells: 400)
    options.maximumQueries = 500
    let sample = nearestNeighbours(of: x, k: 12, options: options, pool: pool)
    var exactly = options
    exactly.exactCells = 100_000
    let expected = nearestNeighbours(of: x, k: 12, options: exactly, pool: pool)
    #expect(sample.count == 500 && sample.queries == expected.queries)
    #expect(Self.recall(of: sample, exact: expected) >= 0.99)
    options.maximumQueries = .max
    let all = nearestNeighbours(of: x, k: 12, options: options, pool: pool)
    #expect(all.indices[all.range(ofQuery: 3)].allSatisfy { $0 < 900 })
    #expect(all.distances[all.range(ofQuery: 3)].allSatisfy { $0 == 0 })
    #expect(Set(all.indices[all.range(ofQuery: 3_999)]).count == 12)
    let queries = Self.groups(3_000, 10, seed: 7)
    let own = nearestNeighbours(of: queries, among: x, k: 12, options: options, pool: pool)
    let references = nearestNeighbours(of: queries, among: x, k: 12, pool: pool)
    #expect(Self.recall(of: own, exact: references) >= 0.99)
  }
}
