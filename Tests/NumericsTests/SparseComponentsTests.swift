import Numerics
import TestSupport
import Testing

@Suite struct SparseComponentsTests {
  /// Rows of which each has about a tenth of the columns, with programs that give the components.
  private func rows(_ n: Int, _ f: Int, seed: UInt64) -> SparseRows {
    var random = Xoshiro256(seed: seed)
    var (starts, columns, values): ([Int32], [UInt16], [Float]) = ([0], [], [])
    for row in 0..<n {
      for column in 0..<f where (column &* 7 &+ row) % 10 == 0 || random.next() % 20 == 0 {
        columns.append(UInt16(column))
        let program = Float((row % 4) * (column % 5)) / 4
        values.append(1 + program + 0.2 * Float(random.standardNormal()))
      }
      starts.append(Int32(columns.count))
    }
    return SparseRows(starts: starts, columns: columns, values: values, width: f)
  }

  private func dense(_ x: SparseRows, columns: Int) -> Matrix {
    var dense = Matrix(rows: x.rows, columns: columns)
    for row in 0..<x.rows {
      for k in Int(x.starts[row])..<Int(x.starts[row + 1]) {
        dense[row, Int(x.columns[k])] = x.values[k]
      }
    }
    return dense
  }

  @Test(arguments: [(400, 90, 8), (70, 150, 5), (40, 12, 30)])
  func `components and coordinates are those of the rows with their zeros`(
    n: Int, f: Int, count: Int
  ) {
    let (x, pool) = (rows(n, f, seed: 31), ThreadPool(threads: 2))
    let full = dense(x, columns: f)
    let exact = principalComponents(of: full, count: count, pool: pool)
    let found = principalComponents(of: x, columns: f, count: count, pool: pool)
    #expect(found.mean.count == f && found.components.rows == exact.components.rows)
    #expect(zip(found.mean, exact.mean).allSatisfy { abs($0 - $1) < 1e-6 })
    #expect(abs(found.totalVariance / exact.totalVariance - 1) < 1e-6)
    let largest = exact.variances[0]
    for c in exact.variances.indices {
      #expect(abs(found.variances[c] - exact.variances[c]) < 1e-5 * largest)
    }
    let coordinates = exact.coordinates(of: x, pool: pool)
    let expected = exact.coordinates(of: full, pool: pool)
    #expect(zip(coordinates.values, expected.values).allSatisfy { abs($0 - $1) < 1e-4 })
    // The first components are told apart by their variances, the others need not be.
    for c in 0..<2 {
      let cosine = (0..<f).reduce(0.0) {
        $0 + Double(found.components[c, $1]) * Double(exact.components[c, $1])
      }
      #expect(abs(cosine - 1) < 1e-4, "component \(c)")
    }
  }

  @Test func `every instruction set and any number of threads give the same bytes`() {
    let x = rows(300, 80, seed: 32)
    let results = onEveryInstructionSet { _ in
      [1, 3].map { threads in
        let pool = ThreadPool(threads: threads)
        let basis = principalComponents(of: x, columns: 80, count: 6, pool: pool)
        return basis.components.values + basis.coordinates(of: x, pool: pool).values
      }
    }.flatMap(\.self)
    #expect(results.allSatisfy { $0 == results[0] })
  }

  @Test func `some consecutive rows have their own entries`() {
    let x = rows(20, 30, seed: 33)
    let part = dense(x.rows(5..<12), columns: 30)
    let all = dense(x, columns: 30)
    #expect(part.values == Array(all.values[5 * 30..<12 * 30]))
    #expect(x.rows(7..<7).rows == 0)
  }
}
