import Evaluation
import Foundation
import Numerics
import Testing

@Suite struct CorrectionVerdictTests {
  let pool = ThreadPool(threads: 2)
  let before = SmallCells(900, dimensions: 8, types: 3, batches: 3, shift: 12)

  private func verdict(_ x: Matrix) throws -> CorrectionVerdict {
    let evaluator = try Evaluator(
      batches: before.batches, labels: before.labels, uncorrected: before.x, pool: pool)
    let mixing = try #require(try evaluator.withinLabelMixing(of: x))
    let verdict = CorrectionVerdict(
      mixing: mixing, before: try evaluator.withinLabelMixing(of: before.x),
      preservation: try evaluator.preservation(of: x), groups: "labels")
    return try #require(verdict)
  }

  /// The cells with part of the shift of each batch removed.
  private func shifted(_ share: Float) -> Matrix {
    var x = before.x
    for (i, batch) in before.batches.enumerated() {
      x[i, 0] -= share * 12 * (Float(batch.suffix(1)) ?? 0)
    }
    return x
  }

  @Test func `a removed shift looks well corrected`() throws {
    let verdict = try verdict(shifted(1))
    #expect(verdict.kind == .wellCorrected)
    #expect(verdict.sentence.hasPrefix("looks well corrected: mixing 0.9"))
    #expect(verdict.evidence.contains("(0.00 before)"))
    #expect(verdict.evidence.hasSuffix("by chance)"))
  }

  @Test func `cells as they were look undercorrected`() throws {
    let verdict = try verdict(before.x)
    #expect(verdict.kind == .undercorrected)
    #expect(
      verdict.evidence.hasSuffix(", 'batch 0', 'batch 1', 'batch 2' still separate"))
  }

  @Test func `cells in random places look overcorrected`() throws {
    var random = Xoshiro256(seed: 9)
    let noise = Matrix(
      rows: 900, columns: 8, values: (0..<7_200).map { _ in Float(random.standardNormal()) })
    let verdict = try verdict(noise)
    #expect(verdict.kind == .overcorrected)
    #expect(
      verdict.evidence.hasSuffix(", 'batch 0', 'batch 1', 'batch 2' overcorrected"))
  }

  @Test func `a fault of each kind is told`() throws {
    var random = Xoshiro256(seed: 9)
    var x = shifted(1)
    for (i, batch) in before.batches.enumerated() {
      if batch == "batch 0" { x[i, 0] += 100 }
      if batch == "batch 1" {
        let other = random.integer(below: 900)
        for j in 0..<8 { x[i, j] = x[other, j] + 0.3 * Float(random.standardNormal()) }
        if x[i, 0] > 50 { x[i, 0] -= 100 }
      }
    }
    let verdict = try verdict(x)
    #expect(verdict.kind == .underAndOvercorrected)
    #expect(verdict.evidence.contains(", 'batch 0'"))
    #expect(verdict.evidence.contains(" still separate, "))
    #expect(verdict.evidence.hasSuffix(" overcorrected"))
    let decoded = try JSONDecoder().decode(
      CorrectionVerdict.self, from: JSONEncoder().encode(verdict))
    #expect(decoded == verdict)
  }

  @Test func `without shared populations there is no assessment`() {
    let mixing = BatchMixing(batches: [
      BatchMixing.Batch(batch: "a", cells: 5, foreign: 0, expectedForeign: 0)
    ])
    #expect(
      CorrectionVerdict(mixing: mixing, before: nil, preservation: [], groups: nil) == nil)
  }
}
