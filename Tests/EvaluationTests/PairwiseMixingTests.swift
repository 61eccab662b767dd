import Numerics
import Neighbours
import Testing
import TestSupport
@testable import Evaluation

@Suite struct PairwiseMixingTests {
  let pool = ThreadPool(threads: 2)

  /// The mixing of two batches by the definition, every neighbour measured and looked at.
  private func reference(_ x: Matrix, _ batches: [String], _ s: String, _ t: String) -> Double {
    func neighbours(of a: String, in b: String) -> Int {
      let size = batches.count { $0 == a }
      let width = min(30, max(1, size - 1))
      let table = nearestNeighboursReference(of: x, k: width)
      return batches.indices.filter { batches[$0] == a }.reduce(0) { sum, cell in
        sum + table.indices[table.range(ofQuery: cell)].count { batches[Int($0)] == b }
      }
    }
    let (n, m) = (batches.count { $0 == s }, batches.count { $0 == t })
    let (toOther, toOwn) = (neighbours(of: s, in: t), neighbours(of: s, in: s))
    let (back, otherOwn) = (neighbours(of: t, in: s), neighbours(of: t, in: t))
    let share = Double(m) / Double(n + m - 1)
    let otherShare = Double(n) / Double(n + m - 1)
    return Double(toOther + back)
      / (Double(toOwn + toOther) * share + Double(otherOwn + back) * otherShare)
  }

  private func mixing(
    _ x: Matrix, _ batches: [String], limit: Int = 1_000
  ) throws -> PairwiseMixing {
    try Evaluator(batches: batches, pool: pool).pairwiseMixing(of: x, limit: limit)
  }

  @Test func `it is what the definition says, the same both ways`() throws {
    var cells = SmallCells(180, types: 2, batches: 3, shift: 1.5)
    cells.batches[7] = "alone"
    let found = try mixing(cells.x, cells.batches)
    #expect(found.batches == ["alone", "batch 0", "batch 1", "batch 2"])
    #expect(!found.isPartial)
    for s in 0..<4 {
      #expect(found[s, s].isNaN)
      for t in 0..<4 where t != s {
        let expected = reference(cells.x, cells.batches, found.batches[s], found.batches[t])
        #expect(abs(found[s, t] - expected) < 1e-12, "\(s) \(t)")
        #expect(found[s, t] == found[t, s])
      }
    }
  }

  @Test func `batches drawn from one distribution mix, of any sizes and beside any third`() throws {
    var cells = SmallCells(900, types: 1, batches: 1)
    cells.batches = (0..<900).map { $0 % 10 == 0 ? "small" : $0 % 10 < 4 ? "middle" : "large" }
    let found = try mixing(cells.x, cells.batches)
    for (s, t) in [(0, 1), (0, 2), (1, 2)] { #expect(abs(found[s, t] - 1) < 0.1, "\(s) \(t)") }
    // The large batch moves away: the others still mix.
    for cell in 0..<900 where cells.batches[cell] == "large" { cells.x[cell, 0] += 1_000 }
    let moved = try mixing(cells.x, cells.batches)
    #expect(moved[0, 1] == 0 && moved[0, 2] == 0)
    #expect(abs(moved[1, 2] - 1) < 0.1)
  }

  @Test func `a small batch that lies apart has no neighbours of others`() throws {
    var cells = SmallCells(200, types: 1, batches: 1)
    cells.batches = (0..<200).map { $0 < 5 ? "few" : "many" }
    for cell in 0..<5 { cells.x[cell, 0] += 1_000 }
    #expect(try mixing(cells.x, cells.batches)[0, 1] == 0)
  }

  @Test func `batches of one cell each have numbers, or none where others come between`() throws {
    let line = Matrix(rows: 4, columns: 1, values: [0, 1, 10, 11])
    let found = try mixing(line, ["a", "b", "c", "d"])
    #expect(found[0, 1] == 1 && found[2, 3] == 1)
    #expect(found[0, 2].isNaN && found[1, 3].isNaN)
  }

  @Test func `of many batches those with the most cells are compared`() throws {
    var cells = SmallCells(300, types: 1, batches: 1)
    cells.batches = (0..<300).map { $0 < 100 ? "s\($0 % 50)" : $0 < 200 ? "t" : "u" }
    let found = try mixing(cells.x, cells.batches, limit: 3)
    #expect(found.batches == ["s0", "t", "u"])
    #expect(found.isPartial && found.values.count == 9)
    #expect(found[1, 2] == (try mixing(cells.x, cells.batches))[50, 51])
  }

  @Test func `within populations composition has no part in it`() throws {
    var cells = SmallCells(900, types: 3)
    // Type 0 is of 'a' and 'b' alike, type 1 of 'a' and 'c', and type 2 of 'b' alone.
    for cell in 0..<900 {
      switch cells.labels[cell] {
      case "type 0": cells.batches[cell] = cell % 2 == 0 ? "a" : "b"
      case "type 1": cells.batches[cell] = cell % 10 == 0 ? "a" : "c"
      default: cells.batches[cell] = "b"
      }
    }
    let codes = cells.labels.map { Int32($0.last?.wholeNumberValue ?? 0) }
    let evaluator = try Evaluator(batches: cells.batches, populations: codes, pool: pool)
    let found = try evaluator.pairwiseMixing(of: cells.x)
    #expect(abs(found[0, 1] - 1) < 0.1 && abs(found[0, 2] - 1) < 0.1)
    #expect(found[1, 2].isNaN)
    // Laid over each other, 'a' and 'b' have neighbours of other populations beside their own.
    let cloud = SmallCells(900, types: 1, seed: 4).x
    let overlaid = try evaluator.pairwiseMixing(of: cloud)
    #expect(overlaid[0, 1] < 0.7 && overlaid[1, 2].isNaN)
  }
}
