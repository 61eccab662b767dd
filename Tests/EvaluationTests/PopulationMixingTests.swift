import Numerics
import Testing
@testable import Evaluation

@Suite struct PopulationMixingTests {
  let pool = ThreadPool(threads: 2)

  @Test func `all types together have the mixing of all batches`() throws {
    let cells = SmallCells(120, types: 4, batches: 3, shift: 2)
    let evaluator = try Evaluator(batches: cells.batches, labels: cells.labels, pool: pool)
    let types = try evaluator.labelMixing(of: cells.x)
    #expect(types.map(\.name) == ["type 0", "type 1", "type 2", "type 3"])
    #expect(types.map(\.cells).reduce(0, +) == 120)
    #expect(types.allSatisfy { $0.batches == 3 })
    let all = try #require(try evaluator.withinLabelMixing(of: cells.x))
    func mean(_ share: KeyPath<PopulationMixing, Double>) -> Double {
      types.reduce(0) { $0 + $1[keyPath: share] * Double($1.cells) } / 120
    }
    #expect(abs(mean(\.foreign) - all.foreign) < 1e-12)
    #expect(abs(mean(\.expectedForeign) - all.expectedForeign) < 1e-12)
    #expect(abs(mean(\.overlaid) - all.overlaid) < 1e-12)
  }

  @Test func `a separate type has 0, a mixed one about 1, and one of a single batch no value`()
    throws
  {
    // Types are far apart; within "apart" the batches are too.
    var (values, labels, batches): ([Float], [String], [String]) = ([], [], [])
    var random = Xoshiro256(seed: 3)
    for cell in 0..<180 {
      let type = cell % 3
      let batch = type == 2 ? 0 : cell / 3 % 2
      labels.append(["apart", "mixed", "single"][type])
      batches.append("batch \(batch)")
      values.append(Float(1000 * type) + (type == 0 ? Float(100 * batch) : 0))
      values.append(Float(random.standardNormal()))
    }
    let evaluator = try Evaluator(batches: batches, labels: labels, pool: pool)
    let types = try evaluator.labelMixing(of: Matrix(rows: 180, columns: 2, values: values))
    #expect(types[0].mixing == 0)
    #expect(try abs(#require(types[1].mixing) - 1) < 0.1)
    #expect(types[2].mixing == nil && types[2].batches == 1)
    #expect(types.allSatisfy { $0.overlaid == 0 })
    #expect(
      try Evaluator(batches: batches, pool: pool)
        .labelMixing(of: Matrix(rows: 180, columns: 2, values: values)).isEmpty)
  }
}
