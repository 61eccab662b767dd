import Evaluation
import Numerics
import Testing

@Suite struct HonestyTests {
  let pool = ThreadPool(threads: 2)

  @Test func `batches drawn from one distribution mix as their sizes predict`() throws {
    var cells = SmallCells(600, types: 1)
    cells.batches = (0..<600).map { $0 % 5 == 0 ? "small" : "large" }
    let evaluator = try Evaluator(batches: cells.batches, pool: pool)
    let mixing = try evaluator.mixing(of: cells.x)
    #expect(abs((mixing.mixing ?? 0) - 1) < 0.05)
    #expect(mixing.batches.map(\.batch) == ["large", "small"])
    #expect(mixing.batches.allSatisfy { abs(($0.mixing ?? 0) - 1) < 0.1 })
    #expect(abs(mixing.batches[1].expectedForeign - 480.0 / 599) < 1e-12)
  }

  @Test func `a batch that lies apart is named`() throws {
    let cells = SmallCells(400, types: 1, shift: 30)
    let evaluator = try Evaluator(batches: cells.batches, uncorrected: cells.x, pool: pool)
    let mixing = try evaluator.mixing(of: cells.x)
    #expect((mixing.mixing ?? 1) < 0.01)
    let preservation = try evaluator.preservation(of: cells.x)
    #expect(preservation.allSatisfy { $0.preserved == 1 && $0.neighbours == 30 })
    let concerns = IntegrationConcern.all(mixing: mixing, preservation: preservation)
    #expect(concerns.count == 2)
    #expect(
      concerns.first.map { "\($0)" }?.hasPrefix("batch 'batch 0' is still separate: 0%") == true)
  }

  @Test func `a batch of few cells that lies apart is named too`() throws {
    var cells = SmallCells(400, types: 1, batches: 1)
    cells.batches = (0..<400).map { $0 < 5 ? "few" : $0 < 6 ? "one" : "many" }
    for cell in 0..<5 { cells.x[cell, 0] += 1_000 }
    let mixing = try Evaluator(batches: cells.batches, pool: pool).mixing(of: cells.x)
    #expect(mixing.batches.map(\.batch) == ["few", "many", "one"])
    #expect(mixing.batches[0].foreign == 0 && mixing.batches[2].foreign == 1)
    #expect(IntegrationConcern.all(mixing: mixing, preservation: []).count == 1)
  }

  @Test func `a batch that was shuffled is named, the other is not`() throws {
    let cells = SmallCells(400, types: 3)
    var shuffled = cells.x
    var random = Xoshiro256(seed: 9)
    for i in 0..<400 where cells.batches[i] == "batch 1" {
      for j in 0..<6 { shuffled[i, j] = Float(random.standardNormal()) }
    }
    let evaluator = try Evaluator(batches: cells.batches, uncorrected: cells.x, pool: pool)
    let preservation = try evaluator.preservation(of: shuffled)
    #expect(
      preservation[0].preserved == 1
        && abs(preservation[1].preserved - preservation[1].byChance) < 0.05)
    let concerns = IntegrationConcern.all(
      mixing: try evaluator.mixing(of: cells.x), preservation: preservation)
    guard concerns.count == 1, case .possibleOvercorrection(let batch, _, _) = concerns[0] else {
      Issue.record("\(concerns)")
      return
    }
    #expect(batch == "batch 1")
  }

  @Test(arguments: [(30, 0), (31, 1)])
  func `a batch that was shuffled is named if enough of its cells are compared`(
    few: Int, concerns: Int
  ) throws {
    var cells = SmallCells(400, types: 3)
    cells.batches = (0..<400).map { $0 < few ? "few" : "many" }
    var shuffled = cells.x
    var random = Xoshiro256(seed: 9)
    for i in 0..<few { for j in 0..<6 { shuffled[i, j] = Float(random.standardNormal()) } }
    let evaluator = try Evaluator(batches: cells.batches, uncorrected: cells.x, pool: pool)
    let found = IntegrationConcern.all(
      mixing: try evaluator.mixing(of: cells.x),
      preservation: try evaluator.preservation(of: shuffled))
    #expect(found.count == concerns)
  }

  @Test func `graphs of neighbours overlap from not at all to wholly`() {
    let cells = SmallCells(300, types: 1)
    #expect(neighbourOverlap(cells.x, cells.x, pool: pool) == 1)
    let other = SmallCells(300, types: 1, seed: 77)
    let chance = 30.0 / 299
    let overlap = neighbourOverlap(cells.x, other.x, pool: pool)
    #expect(abs(overlap - chance / (2 - chance)) < 0.02)
    var options = EvaluationOptions()
    options.maximumCells = 100
    #expect(neighbourOverlap(cells.x, cells.x, options: options, pool: pool) == 1)
  }

  @Test func `labels that follow from the batch are told from those that do not`() {
    let names = (0..<60).map { $0 % 3 }
    let batches = CellGroups(names.map { ["a", "b", "c"][$0] })
    let same = Confounding(labels: CellGroups(names.map { ["x", "y", "z"][$0] }), batches: batches)
    #expect(abs(same.association - 1) < 1e-12)
    #expect(same.labelsInOneBatch == ["x", "y", "z"])
    #expect(same.batchesOfOneLabel == ["a", "b", "c"])
    let crossed = Confounding(
      labels: CellGroups((0..<60).map { $0 / 3 % 2 == 0 ? "x" : "y" }), batches: batches)
    #expect(crossed.association == 0)
    #expect(crossed.labelsInOneBatch.isEmpty && crossed.batchesOfOneLabel.isEmpty)
    let mixing = BatchMixing(batches: [])
    #expect(
      IntegrationConcern.all(mixing: mixing, preservation: [], confounding: same)
        == [.confounded(association: same.association), .labelsInOneBatch(["x", "y", "z"])])
    #expect(
      IntegrationConcern.all(mixing: mixing, preservation: [], confounding: crossed).isEmpty)
  }
}
