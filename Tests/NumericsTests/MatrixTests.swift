import Numerics
import Testing

@Suite struct MatrixTests {
  @Test(arguments: [0, 1, 64, 65, 200])
  func `rows are written on several threads as on one, beginning with zeros`(rows: Int) {
    func made(_ pool: ThreadPool?) -> Matrix {
      Matrix(rows: rows, columns: 3, pool: pool) { row, numbers in
        numbers[row % 3] = Float(row)
      }
    }
    let alone = made(nil)
    #expect(alone.rows == rows && alone.columns == 3)
    #expect(
      (0..<rows).allSatisfy { row in
        (0..<3).allSatisfy { alone[row, $0] == ($0 == row % 3 ? Float(row) : 0) }
      })
    #expect(made(ThreadPool(threads: 3)) == alone)
  }

  @Test func `columns are those chosen, in their order`() {
    let x = Matrix(rows: 2, columns: 3, values: [1, 2, 3, 4, 5, 6])
    let expected = Matrix(rows: 2, columns: 2, values: [3, 1, 6, 4])
    #expect(x.columns([2, 0], pool: nil) == expected)
    #expect(x.columns([], pool: nil) == Matrix(rows: 2, columns: 0))
  }
}
