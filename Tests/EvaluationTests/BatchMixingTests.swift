import Numerics
import Neighbours
import Testing
import TestSupport
@testable import Evaluation

@Suite struct BatchMixingTests {
  let pool = ThreadPool(threads: 2)

  private func mixing(
    _ x: Matrix, _ batches: [String], _ populations: [Int32]? = nil
  ) throws -> BatchMixing {
    try Evaluator(batches: batches, populations: populations, pool: pool).mixing(of: x)
  }

  /// Measures one batch by the definition, with the neighbours of each cell found by themselves.
  private func reference(
    _ x: Matrix, _ batches: [String], _ populations: [Int32], _ batch: String
  ) -> BatchMixing.Batch {
    let cells = batches.indices.filter { batches[$0] == batch }
    var (foreign, expected, overlaid) = (0.0, 0.0, 0.0)
    for cell in cells {
      let population = populations.indices.filter { populations[$0] == populations[cell] }
      let own = population.count { batches[$0] == batch }
      let width = min(30, max(1, own - 1))
      let table = nearestNeighboursReference(of: x, k: width)
      let others = table.indices[table.range(ofQuery: cell)].filter { batches[Int($0)] != batch }
      let alike = others.count { populations[Int($0)] == populations[cell] }
      foreign += Double(alike) / Double(width)
      overlaid += Double(others.count - alike) / Double(width)
      if own < population.count {
        expected += Double(population.count - own) / Double(population.count - 1)
      }
    }
    let n = Double(cells.count)
    return BatchMixing.Batch(
      batch: batch, cells: cells.count, foreign: foreign / n, expectedForeign: expected / n,
      overlaid: overlaid / n)
  }

  @Test func `it is what the definition says, with one population and with several`() throws {
    var cells = SmallCells(90, types: 2, batches: 3, shift: 1.5)
    cells.batches[7] = "alone"
    let several = (0..<90).map { Int32(cells.labels[$0] == "type 0" ? 4 : $0 % 2) }
    for populations in [nil, several] {
      let found = try mixing(cells.x, cells.batches, populations)
      #expect(found.batches.map(\.batch) == ["alone", "batch 0", "batch 1", "batch 2"])
      var (foreign, expected, overlaid) = (0.0, 0.0, 0.0)
      for batch in found.batches {
        let due = reference(
          cells.x, cells.batches, populations ?? [Int32](repeating: 0, count: 90), batch.batch)
        #expect(abs(batch.foreign - due.foreign) < 1e-12)
        #expect(abs(batch.expectedForeign - due.expectedForeign) < 1e-12)
        #expect(abs(batch.overlaid - due.overlaid) < 1e-12)
        foreign += batch.foreign * Double(batch.cells)
        expected += batch.expectedForeign * Double(batch.cells)
        overlaid += batch.overlaid * Double(batch.cells)
      }
      #expect(abs((found.mixing ?? 0) - foreign / expected) < 1e-12)
      #expect(abs(found.overlaid - overlaid / 90) < 1e-12)
      if populations == nil { #expect(found.overlaid == 0) }
    }
  }

  @Test func `sorted samples in one cloud have nothing to mix, and are overlaid`() throws {
    // Each batch holds a type of its own: apart before, and one cloud after.
    var cells = SmallCells(400, types: 2)
    cells.batches = cells.labels.map { $0 == "type 0" ? "a" : "b" }
    let populations = cells.labels.map { Int32($0 == "type 0" ? 0 : 1) }
    let cloud = SmallCells(400, types: 1, seed: 5).x
    let evaluator = try Evaluator(
      batches: cells.batches, uncorrected: cells.x, populations: populations, pool: pool)
    let before = try evaluator.mixing(of: cells.x)
    let after = try evaluator.mixing(of: cloud)
    #expect(before.mixing == nil && after.mixing == nil)
    #expect(after.batches.allSatisfy { $0.mixing == nil && $0.foreign == 0 })
    #expect(before.overlaid < 0.01 && after.overlaid > 0.45)
    #expect((try evaluator.pairwiseMixing(of: cloud))[0, 1].isNaN)
    #expect(IntegrationConcern.all(mixing: before, before: before, preservation: []).isEmpty)
    let concerns = IntegrationConcern.all(mixing: after, before: before, preservation: [])
    #expect(concerns.count == 2)
    for (concern, batch) in zip(concerns, after.batches) {
      #expect(concern == .overlaid(batch: batch.batch, share: batch.overlaid, before: 0))
    }
    // Without populations the same cloud passes for a success.
    #expect((try mixing(cloud, cells.batches).mixing ?? 0) > 0.9)
  }

  @Test func `batches of different composition reach 1 within populations`() throws {
    var cells = SmallCells(900, types: 3)
    // Type 0 is of both, type 1 of 'a' alone, and type 2 mostly of 'b'.
    for cell in 0..<900 {
      switch cells.labels[cell] {
      case "type 0": cells.batches[cell] = cell % 2 == 0 ? "a" : "b"
      case "type 1": cells.batches[cell] = "a"
      default: cells.batches[cell] = cell % 10 == 0 ? "a" : "b"
      }
    }
    let labelled = try Evaluator(batches: cells.batches, labels: cells.labels, pool: pool)
    let found = try #require(try labelled.withinLabelMixing(of: cells.x))
    #expect(abs((found.mixing ?? 0) - 1) < 0.05)
    #expect(found.batches.allSatisfy { abs(($0.mixing ?? 0) - 1) < 0.1 && $0.overlaid < 0.01 })
    #expect((try mixing(cells.x, cells.batches).mixing ?? 1) < 0.8)
    let codes = cells.labels.map { Int32($0.last?.wholeNumberValue ?? 0) }
    #expect(try mixing(cells.x, cells.batches, codes) == found)
    // Labels do not change what is called mixing.
    #expect(try labelled.mixing(of: cells.x) == mixing(cells.x, cells.batches))
    let plain = try Evaluator(batches: cells.batches, pool: pool)
    #expect(try plain.withinLabelMixing(of: cells.x) == nil)
  }

  @Test func `cells with nothing to mix with do not count`() throws {
    var cells = SmallCells(300, types: 2, shift: 1)
    let type = cells.labels.map { Int32($0 == "type 0" ? 0 : 1) }
    for cell in 0..<300 where type[cell] == 1 { cells.batches[cell] = "batch 1" }
    let found = try mixing(cells.x, cells.batches, type)
    let shared = (0..<300).filter { type[$0] == 0 }
    let alone = try mixing(
      cells.x.gathering(shared.map(Int32.init)), shared.map { cells.batches[$0] })
    for (batch, other) in zip(found.batches, alone.batches) {
      #expect(abs((batch.mixing ?? 0) - (other.mixing ?? 1)) < 0.01)
    }
    #expect(found.batches[1].cells == 300 - alone.batches[0].cells)
  }

  @Test func `the numbers of populations have no part in it`() throws {
    let cells = SmallCells(300, types: 4, batches: 3, shift: 1)
    let codes = cells.labels.map { Int32($0.last?.wholeNumberValue ?? 0) }
    let renamed = codes.map { [Int32(7), -3, 1_000, 0][Int($0)] }
    let evaluators = try [codes, renamed].map {
      try Evaluator(batches: cells.batches, populations: $0, pool: pool)
    }
    let (first, second) = (evaluators[0], evaluators[1])
    #expect(try first.mixing(of: cells.x) == second.mixing(of: cells.x))
    #expect(
      try first.pairwiseMixing(of: cells.x).values.map(\.bitPattern)
        == second.pairwiseMixing(of: cells.x).values.map(\.bitPattern))
    #expect(throws: EvaluationError.cellCount(name: "populations", found: 1, expected: 300)) {
      try Evaluator(batches: cells.batches, populations: [0], pool: pool)
    }
  }

  @Test func `types that a correction merged are named`() throws {
    let cells = SmallCells(300, types: 3)
    var labels: [String?] = cells.labels
    labels[0] = nil
    labels[1] = "rare"
    var merged = cells.x
    let other = SmallCells(300, types: 1, seed: 3).x
    for cell in 0..<300 where cells.labels[cell] != "type 2" {
      for j in 0..<6 { merged[cell, j] = other[cell, j] + 100 }
    }
    let types = typeNeighbourhoods(before: cells.x, after: merged, labels: labels, pool: pool)
    #expect(types.map(\.label) == ["type 0", "type 1", "type 2"])
    #expect(types.allSatisfy { $0.before > 0.95 })
    #expect(types[0].after < 0.6 && types[1].after < 0.6 && types[2].after > 0.95)
    #expect(types.reduce(0) { $0 + $1.cells } == 298)
    let none = [String?](repeating: nil, count: 300)
    #expect(typeNeighbourhoods(before: cells.x, after: merged, labels: none, pool: pool).isEmpty)
  }
}

@Suite struct IntegrationConcernTests {
  @Test func `each is one sentence with its numbers`() {
    let sentences: [(IntegrationConcern, String)] = [
      (
        .stillSeparate(batch: "a", foreign: 0.02, expected: 0.67),
        "batch 'a' is still separate: 2% of its neighbours come from other batches (67% expected)"
      ),
      (
        .overlaid(batch: "a", share: 0.83, before: 0.02),
        "possible overcorrection of batch 'a': 83% of its neighbours are cells of other batches in "
          + "other populations (2% before)"
      ),
      (
        .possibleOvercorrection(batch: "a", preserved: 0.12, byChance: 0.1),
        "possible overcorrection of batch 'a': 12% of its neighbourhoods preserved (10% by chance)"
      ),
      (
        .lostNeighbourhoods(label: "NK", before: 0.85, after: 0.31),
        "cell type 'NK' lost its neighbourhoods: 31% of its neighbours are 'NK', 85% before the "
          + "correction"
      ),
      (
        .confounded(association: 0.6),
        "labels and batches are confounded (Cramér's V = 0.60), so correcting one may remove the "
          + "other"
      ),
      (
        .labelsInOneBatch(["T", "NK"]),
        "labels in one batch only: 'T', 'NK'; such labels cannot be distinguished from the batch "
          + "effect"
      ),
    ]
    for (concern, sentence) in sentences { #expect("\(concern)" == sentence) }
  }

  private func concerns(
    foreign: Double, expected: Double = 0.6, overlaid: Double = 0, before: Double = 0
  ) -> [IntegrationConcern] {
    func mixing(_ overlaid: Double) -> BatchMixing {
      BatchMixing(batches: [
        .init(
          batch: "a", cells: 10, foreign: foreign, expectedForeign: expected, overlaid: overlaid)
      ])
    }
    return IntegrationConcern.all(
      mixing: mixing(overlaid), before: mixing(before), preservation: [])
  }

  @Test func `a batch is separate where there is something to mix with and nothing is near`() {
    #expect(concerns(foreign: 0.02) == [.stillSeparate(batch: "a", foreign: 0.02, expected: 0.6)])
    #expect(concerns(foreign: 0.04).isEmpty)
    #expect(concerns(foreign: 0, expected: 0).isEmpty)
    #expect(concerns(foreign: 0, overlaid: 0.4, before: 0.4).isEmpty)
  }

  @Test func `a batch is overlaid above a fifth, and a tenth more than before`() {
    #expect(
      concerns(foreign: 0.4, overlaid: 0.3, before: 0.1)
        == [.overlaid(batch: "a", share: 0.3, before: 0.1)])
    #expect(concerns(foreign: 0.4, overlaid: 0.3, before: 0.25).isEmpty)
    #expect(concerns(foreign: 0.4, overlaid: 0.19).isEmpty)
  }

  @Test func `a type lost its neighbourhoods under a half, and a fifth less than before`() {
    func count(_ before: Double, _ after: Double) -> Int {
      IntegrationConcern.concerns(
        about: [TypeNeighbourhoods(label: "T", cells: 9, before: before, after: after)]
      ).count
    }
    #expect(count(0.85, 0.31) == 1)
    #expect(count(0.85, 0.51) == 0 && count(0.45, 0.3) == 0)
  }
}
