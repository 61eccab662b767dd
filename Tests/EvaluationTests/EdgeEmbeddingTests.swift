import Numerics
import Testing
@testable import Evaluation

/// Embeddings at the edge of what can be: every score is a number, or there is none.
@Suite struct EdgeEmbeddingTests {
  struct Edge: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let count: Int
    var columns = 3
    var batches: @Sendable (Int) -> String = { $0 % 2 == 0 ? "a" : "b" }
    var labels: @Sendable (Int) -> String? = { $0 % 4 < 2 ? "x" : "y" }
    var value: @Sendable (_ cell: Int, _ column: Int) -> Float = { scattered($0, $1) }
  }

  /// A number from 0 to 1 that looks random.
  static func scattered(_ cell: Int, _ column: Int) -> Float {
    Float((UInt32(truncatingIfNeeded: cell * 17 + column + 1) &* 2_654_435_761) >> 8) / 0x1p24
  }

  static let all: [Edge] = [
    Edge(testDescription: "all cells in one place", count: 60, value: { _, _ in 2.5 }),
    Edge(testDescription: "all cells at zero", count: 60, value: { _, _ in 0 }),
    Edge(testDescription: "one column, constant", count: 60, columns: 1, value: { _, _ in 1 }),
    Edge(
      testDescription: "constant columns but one", count: 60,
      value: { $1 == 0 ? scattered($0, 0) : 7 }),
    Edge(testDescription: "every cell twice", count: 60, value: { scattered($0 / 2, $1) }),
    Edge(testDescription: "every cell ten times", count: 60, value: { scattered($0 / 10, $1) }),
    Edge(
      testDescription: "a place for each batch", count: 60, value: { cell, _ in Float(cell % 2) }),
    Edge(
      testDescription: "a place for each label", count: 60,
      value: { cell, _ in Float(cell % 4 / 2) }),
    Edge(testDescription: "one cell in each batch", count: 30, batches: { "s\($0)" }),
    Edge(testDescription: "one cell in one batch", count: 60, batches: { $0 == 3 ? "b" : "a" }),
    Edge(testDescription: "one cell with another label", count: 60, labels: { $0 > 0 ? "x" : "y" }),
    Edge(
      testDescription: "a label for each cell but two", count: 60,
      labels: { "t\(max($0, 1))" }),
    Edge(
      testDescription: "three cells with a label", count: 60,
      labels: { $0 < 2 ? "x" : $0 < 3 ? "y" : nil }),
    Edge(testDescription: "three cells", count: 3),
    Edge(testDescription: "three cells in one place", count: 3, value: { _, _ in 0 }),
    Edge(testDescription: "fewer cells than neighbours", count: 12),
    Edge(testDescription: "tiny", count: 60, value: { 1e-38 * scattered($0, $1) }),
    Edge(
      testDescription: "next to nothing", count: 60,
      value: {
        0x1p-149 * (8 * scattered($0, $1)).rounded()
      }),
    Edge(testDescription: "large", count: 60, value: { 9e14 * scattered($0, $1) }),
    Edge(testDescription: "far from zero", count: 60, value: { 1e8 + scattered($0, $1) }),
    Edge(
      testDescription: "one cell far away", count: 60, value: { $0 == 5 ? 9e14 : scattered($0, $1) }
    ),
  ]

  @Test(arguments: all) func `scores are numbers`(edge: Edge) throws {
    let pool = ThreadPool(threads: 1)
    let x = Matrix(
      rows: edge.count, columns: edge.columns,
      values: (0..<edge.count).flatMap { cell in
        (0..<edge.columns).map { edge.value(cell, $0) }
      })
    let other = Matrix(
      rows: edge.count, columns: 2,
      values: (0..<edge.count).flatMap { [Self.scattered($0, 5), Self.scattered($0, 6)] })
    let batches = (0..<edge.count).map(edge.batches)
    var options = EvaluationOptions()
    options.clusterings = 2
    for uncorrected in [x, other] {
      let evaluator = try Evaluator(
        batches: batches, labels: (0..<edge.count).map(edge.labels), uncorrected: uncorrected,
        options: options,
        pool: pool)
      let table = try evaluator.evaluate([("x", x)])
      for (name, score) in table.rows[0].scores.all {
        guard let score else { continue }
        #expect((-1...1.0001).contains(score), "\(name): \(score)")
      }
      #expect(!table.json.contains("nan") && !table.json.contains("inf"))
      let mixing = try evaluator.mixing(of: x)
      #expect(mixing.mixing?.isFinite ?? (mixing.expectedForeign == 0))
      #expect((0...1).contains(mixing.foreign) && (0...1).contains(mixing.overlaid))
      #expect(mixing.batches.allSatisfy { $0.mixing?.isFinite ?? true })
      #expect(mixing.batches.allSatisfy { (0...1.0001).contains($0.foreign + $0.overlaid) })
      let types = typeNeighbourhoods(
        before: other, after: x, labels: (0..<edge.count).map(edge.labels), pool: pool)
      #expect(types.allSatisfy { (0...1).contains($0.before) && (0...1).contains($0.after) })
      let preservation = try evaluator.preservation(of: x)
      #expect(
        preservation.allSatisfy { (0...1).contains($0.preserved) && (0...1).contains($0.byChance) })
    }
  }

  @Test func `names are quoted in a table of commas`() {
    let names = ["plain", "a,b", "a\nb", "a\r\nb", "a\"b", "a\"\u{301}b"]
    let table = ScoreTable(rows: names.map { ScoreTable.Row(name: $0, scores: EmbeddingScores()) })
    let ends = String(repeating: ",", count: EmbeddingScores().all.count) + "\n"
    let lines = ["plain", "\"a,b\"", "\"a\nb\"", "\"a\r\nb\"", "\"a\"\"b\"", "\"a\"\"\u{301}b\""]
    #expect(table.csv.hasSuffix("\n" + lines.map { $0 + ends }.joined()))
  }
}
