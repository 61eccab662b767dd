internal import Evaluation
import Foundation
import Numerics
import Testing
import TestSupport
@testable import Alignment
@testable import Integration
@testable import Support

@Suite struct AlignmentTests {
  static let pool = ThreadPool(threads: 2)

  /// The Pearson correlation of two lists.
  static func correlation(_ a: [Float], _ b: [Float]) -> Double {
    let n = Double(a.count)
    let (meanA, meanB) = (
      a.reduce(0) { $0 + Double($1) } / n, b.reduce(0) { $0 + Double($1) } / n
    )
    var (ab, aa, bb) = (0.0, 0.0, 0.0)
    for (x, y) in zip(a, b) {
      ab += (Double(x) - meanA) * (Double(y) - meanB)
      aa += (Double(x) - meanA) * (Double(x) - meanA)
      bb += (Double(y) - meanB) * (Double(y) - meanB)
    }
    return ab / (aa * bb).squareRoot()
  }

  static func column(_ j: Int, of embedding: Embedding) -> [Float] {
    (0..<embedding.cellCount).map { embedding.values[$0 * embedding.dimensions + j] }
  }

  static func table(_ name: String) throws -> [[String]] {
    let file = try #require(TestFiles.shared("reference/\(name).tsv.gz"))
    return try gzippedTable(file)
  }

  static func coordinates(_ name: String) throws -> Embedding {
    let rows = try table(name).map { $0.compactMap(Float.init) }
    return Embedding(
      cellCount: rows.count, dimensions: rows[0].count, values: rows.flatMap(\.self))
  }

  @Test(
    .enabled(if: TestFiles.shared != nil, "needs the reference numbers"),
    .nightly("aligns thousands of cells"))
  func `three donors come out as the method's first implementation aligns them`() throws {
    try expectAlignment(
      of: Self.coordinates("pbmc_3500_pcs"), of: Self.table("pbmc_3500_meta").map { row in row[0] },
      toBe: Self.coordinates("pbmc_3500_pcs_harmonized"), clusters: 100)
  }

  @Test func `made cells come out as harmonypy aligns them`() throws {
    let cells = try ReferenceCells.load()
    func embedding(_ values: [Float]) -> Embedding {
      Embedding(cellCount: cells.batches.count, dimensions: cells.dimensions, values: values)
    }
    try expectAlignment(
      of: embedding(cells.points), of: cells.batches, toBe: embedding(cells.harmonized),
      clusters: 12)
  }

  /// Expects that cells come out as another implementation has them, and mixed as well.
  private func expectAlignment(
    of before: Embedding, of donors: [String], toBe expected: Embedding, clusters: Int
  ) throws {
    let names = Array(Set(donors)).sorted()
    let batches = BatchAssignment(
      names: names, batchOfCell: donors.map { Int32(names.firstIndex(of: $0) ?? 0) })
    #expect(names.count == 3)
    var options = ClusterAlignmentOptions()
    options.theta = [2]
    options.ridge = 1
    options.clusters = clusters
    let (after, alignment) = try align(
      before, batches: [batches], options: options, pool: Self.pool)
    for j in 0..<before.dimensions {
      let correlation = Self.correlation(Self.column(j, of: after), Self.column(j, of: expected))
      #expect(correlation >= 0.99, "component \(j + 1): \(correlation)")
    }
    let evaluator = try Evaluator(batches: donors, pool: Self.pool)
    let scores = try evaluator.evaluate(
      [("before", before), ("own", after), ("expected", expected)].map { name, embedding in
        (
          name: name,
          embedding: Matrix(
            rows: embedding.cellCount, columns: embedding.dimensions, values: embedding.values)
        )
      })
    let ilisi = try scores.rows.map { try #require($0.scores.ilisi) }
    #expect(abs(ilisi[1] - ilisi[2]) < 0.02, "iLISI \(ilisi)")
    #expect(ilisi[1] > ilisi[0] + 0.1, "iLISI \(ilisi)")
    let first = try #require(alignment.objectives.first)
    let last = try #require(alignment.objectives.last)
    #expect(last < first)
    let hasConverged = alignment.hasConverged
    #expect(hasConverged, "\(alignment.objectives)")
  }
}

@Suite struct RidgeSystemTests {
  @Test
  func `the automatic penalty is a fifth of the expected cells, and a floor for few cells`() {
    #expect(ClusterAlignmentOptions.automaticRidge(expected: 50, cells: 1000) == 10)
    #expect(ClusterAlignmentOptions.automaticRidge(expected: 0.5, cells: 20) == 2)
    #expect(ClusterAlignmentOptions.automaticRidge(expected: 0, cells: 1) == 40)
  }

  @Test func `the arrow solution is that of the whole system`() {
    var random = Xoshiro256(seed: 3)
    let (levels, d) = (5, 3)
    let weights = (0..<levels).map { _ in random.uniformDouble() * 40 }
    let sums = (0..<levels * d).map { _ in random.standardNormal() * 30 }
    let penalties = (0..<levels).map { _ in 0.1 + random.uniformDouble() * 5 }
    let arrow = RidgeSystem.solveArrow(
      weights: weights, sums: sums, penalties: penalties, dimensions: d)
    let whole = RidgeSystem.solve(
      weights: weights, sums: sums, levels: (0..<levels).map { [$0] }, penalties: penalties,
      dimensions: d)
    for (a, b) in zip(arrow.intercept + arrow.offsets, whole.intercept + whole.offsets) {
      #expect(abs(a - b) < 1e-9 * max(1, abs(a)))
    }
  }

  @Test(arguments: [[40, 6], [5, 30], [25, 20, 4]])
  func `the solution by blocks is that of the whole system`(levelsOfKey: [Int]) {
    var random = Xoshiro256(seed: 8)
    let d = 3
    let firsts = levelsOfKey.indices.map { levelsOfKey[..<$0].reduce(0, +) }
    let combinations = Set(
      (0..<120).map { _ in
        zip(firsts, levelsOfKey).map { $0 + random.integer(below: $1) }
      }
    ).sorted { $0.lexicographicallyPrecedes($1) }
    // Some combinations have no cell in a cluster, and one level has none at all.
    let weights = combinations.map { levels in
      levels[0] == 3 || random.uniformDouble() < 0.1 ? 0 : random.uniformDouble() * 20
    }
    let sums = weights.flatMap { weight in (0..<d).map { _ in weight * random.standardNormal() } }
    let penalties = (0..<levelsOfKey.reduce(0, +)).map { _ in 0.1 + random.uniformDouble() * 5 }
    let blocks = RidgeSystem.solveBlocks(
      weights: weights, sums: sums, levels: combinations, penalties: penalties, dimensions: d)
    let whole = RidgeSystem.solve(
      weights: weights, sums: sums, levels: combinations, penalties: penalties, dimensions: d)
    for (a, b) in zip(blocks.intercept + blocks.offsets, whole.intercept + whole.offsets) {
      #expect(abs(a - b) < 1e-9 * max(1, abs(b)))
    }
  }

  @Test func `without a penalty to speak of, offsets are the levels' means`() {
    let solution = RidgeSystem.solveArrow(
      weights: [2, 8], sums: [2 * 5, 8 * 1], penalties: [1e-9, 1e-9], dimensions: 1)
    #expect(abs(solution.intercept[0] + solution.offsets[0] - 5) < 1e-6)
    #expect(abs(solution.intercept[0] + solution.offsets[1] - 1) < 1e-6)
  }
}

@Suite struct AlignmentLawTests {
  /// Two clusters, each shifted differently by batch 1, and in other shares.
  static func shifted() -> (Embedding, BatchAssignment, types: [Int]) {
    var random = Xoshiro256(seed: 5)
    var values: [Float] = []
    var batches: [Int32] = []
    var types: [Int] = []
    for cell in 0..<600 {
      let batch = cell % 2
      let type = random.uniformDouble() < (batch == 0 ? 0.3 : 0.7) ? 1 : 0
      let center: [Float] = type == 0 ? [8, 0, 0] : [0, 8, 0]
      let shift: [Float] = batch == 0 ? [0, 0, 0] : type == 0 ? [0, 0, 2.5] : [1.5, 0, -2]
      for j in 0..<3 { values.append(center[j] + shift[j] + 0.5 * Float(random.standardNormal())) }
      batches.append(Int32(batch))
      types.append(type)
    }
    return (
      Embedding(cellCount: 600, dimensions: 3, values: values),
      BatchAssignment(names: ["a", "b"], batchOfCell: batches), types
    )
  }

  static func mean(_ e: Embedding, _ isMember: (Int) -> Bool) -> [Float] {
    let members = (0..<e.cellCount).filter(isMember)
    return (0..<e.dimensions).map { j in
      members.reduce(0) { $0 + e[$1][j] } / Float(members.count)
    }
  }

  static func distance(_ a: [Float], _ b: [Float]) -> Float {
    zip(a, b).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }.squareRoot()
  }

  @Test func `each cluster loses its own offset, and clusters stay apart`() throws {
    let (before, batches, types) = Self.shifted()
    var options = ClusterAlignmentOptions()
    options.clusters = 4
    let (after, alignment) = try align(
      before, batches: [batches], options: options, pool: ThreadPool(threads: 2))
    for type in 0...1 {
      let apart = { (e: Embedding) in
        Self.distance(
          Self.mean(e) { types[$0] == type && batches.batchOfCell[$0] == 0 },
          Self.mean(e) { types[$0] == type && batches.batchOfCell[$0] == 1 })
      }
      #expect(apart(before) > 2)
      #expect(apart(after) < 0.5, "type \(type): \(apart(after))")
    }
    #expect(
      Self.distance(Self.mean(after) { types[$0] == 0 }, Self.mean(after) { types[$0] == 1 }) > 8)
    // A cell that had no part in it goes the same way.
    let cell = 1
    let alone = alignment.corrected(before[cell], levels: [1])
    #expect(Self.distance(alone, Array(after[cell])) < 1)
  }

  @Test func `the same bytes at any number of threads`() throws {
    let (before, batches, _) = Self.shifted()
    let one = try align(before, batches: [batches], pool: ThreadPool(threads: 1))
    for threads in 2...4 {
      let many = try align(before, batches: [batches], pool: ThreadPool(threads: threads))
      let isSame = many.embedding == one.embedding && many.alignment == one.alignment
      #expect(isSame, "\(threads) threads")
    }
  }

  @Test func `two keys come out as one key of their combinations would, or nearly`() throws {
    let (before, batches, types) = Self.shifted()
    // A second key that says nothing changes little.
    let second = BatchAssignment(
      names: ["x", "y"], batchOfCell: (0..<600).map { Int32($0 / 7 % 2) })
    let (after, _) = try align(
      before, batches: [batches, second], pool: ThreadPool(threads: 2))
    for type in 0...1 {
      let apart = Self.distance(
        Self.mean(after) { types[$0] == type && batches.batchOfCell[$0] == 0 },
        Self.mean(after) { types[$0] == type && batches.batchOfCell[$0] == 1 })
      #expect(apart < 0.6, "type \(type): \(apart)")
    }
  }
}
