import Foundation
import Numerics
import Testing
@testable import Alignment
@testable import Support

/// The alignment's regression on covariates.
@Suite struct CovariateAlignmentTests {
  /// Two types in two batches; a number moves type 0 along one axis and type 1 along another.
  static func moved() -> (
    embedding: Embedding, batches: BatchAssignment, covariates: CovariateDesign, types: [Int]
  ) {
    var random = Xoshiro256(seed: 21)
    var values: [Float] = []
    var x: [Float] = []
    for cell in 0..<800 {
      let (batch, type) = (cell % 2, cell / 2 % 2)
      let amount = Float(random.standardNormal())
      var place: [Float] = type == 0 ? [8, 0, 0] : [0, 8, 0]
      place[2] += batch == 0 ? 0 : 1
      if type == 0 { place[1] += 0.8 * amount } else { place[2] += 1.2 * amount }
      values += place.map { $0 + 0.3 * Float(random.standardNormal()) }
      x.append(amount)
    }
    return (
      Embedding(cellCount: 800, dimensions: 3, values: values),
      BatchAssignment(names: ["a", "b"], batchOfCell: (0..<800).map { Int32($0 % 2) }),
      CovariateDesign(width: 1, values: x), (0..<800).map { $0 / 2 % 2 }
    )
  }

  static let options = {
    var options = ClusterAlignmentOptions()
    options.clusters = 4
    return options
  }()

  @Test func `the effect of a number is removed from each type`() throws {
    let (before, batches, covariates, types) = Self.moved()
    let (after, alignment) = try align(
      before, batches: [batches], covariates: covariates, options: Self.options,
      pool: ThreadPool(threads: 2))
    #expect(alignment.covariateCount == 1)
    for (type, axis) in [(0, 1), (1, 2)] {
      let cells = types.indices.filter { types[$0] == type }
      func correlation(_ embedding: Embedding) -> Double {
        AlignmentTests.correlation(
          cells.map { covariates.values[$0] },
          cells.map { embedding[$0][axis + embedding[$0].startIndex] })
      }
      #expect(correlation(before) > 0.85)
      #expect(abs(correlation(after)) < 0.15, "type \(type)")
    }
  }

  @Test func `a covariate without an effect changes next to nothing`() throws {
    let (before, batches, _, _) = Self.moved()
    var random = Xoshiro256(seed: 4)
    let noise = CovariateDesign(
      width: 1, values: (0..<800).map { _ in Float(random.standardNormal()) })
    let (with, _) = try align(
      before, batches: [batches], covariates: noise, options: Self.options,
      pool: ThreadPool(threads: 1))
    let (without, _) = try align(
      before, batches: [batches], options: Self.options, pool: ThreadPool(threads: 1))
    let square = zip(with.values, without.values).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
    #expect((square / Float(with.values.count)).squareRoot() < 0.1)
  }

  @Test func `the bytes are the same for one thread and for four`() throws {
    let (before, batches, covariates, _) = Self.moved()
    func aligned(_ threads: Int) throws -> Embedding {
      try align(
        before, batches: [batches], covariates: covariates, options: Self.options,
        pool: ThreadPool(threads: threads)
      ).embedding
    }
    #expect(try aligned(1) == aligned(4))
  }

  @Test func `a new cell loses its covariates' effects as one of the alignment does`() throws {
    let (before, batches, covariates, _) = Self.moved()
    let (after, alignment) = try align(
      before, batches: [batches], covariates: covariates, options: Self.options,
      pool: ThreadPool(threads: 1))
    var sum: Float = 0
    for cell in 0..<800 {
      let alone = alignment.corrected(
        before[cell], levels: [batches.batchOfCell[cell]],
        covariates: covariates.values(ofCell: cell))
      for (a, b) in zip(alone, after[cell]) { sum += (a - b) * (a - b) }
    }
    // Memberships are those of uncorrected places here, and of corrected ones there.
    #expect((sum / 2400).squareRoot() < 0.25)
  }

  /// In one cluster, the elimination of batches gives the solution of the whole system.
  @Test(arguments: [1, 2]) func `the effects are those of the whole ridge system`(keys: Int) throws
  {
    var random = Xoshiro256(seed: 17)
    let (n, d, q) = (60, 2, 2)
    let assignments = (0..<keys).map { key in
      BatchAssignment(
        names: ["a", "b", "c"], batchOfCell: (0..<n).map { _ in Int32(random.integer(below: 3)) })
    }
    let x = (0..<n * q).map { _ in Float(random.standardNormal()) }
    let z = (0..<n * d).map { _ in Float(random.standardNormal()) }
    let design = BatchDesign(assignments)
    var clusters = try SoftClusters(
      design: design, covariates: CovariateDesign(width: q, values: x), clusterCount: 1,
      dimensions: d, theta: Array(repeating: 1, count: keys), sigma: 0.1, seed: 1,
      pool: ThreadPool(threads: 1))
    let original = FloatBuffer(count: n * d)
    for (row, cell) in design.cells.joined().enumerated() {
      for j in 0..<d { original.view[row * d + j] = z[Int(cell) * d + j] }
    }
    clusters.place(original)
    clusters.start()
    let corrected = FloatBuffer(count: n * d)
    clusters.correct(original, ridge: 2, into: corrected)

    // All columns at once: intercept, levels, covariates.
    let size = 1 + design.levelCount + q
    var a = [Double](repeating: 0, count: size * size)
    var b = [Double](repeating: 0, count: size * d)
    for cell in 0..<n {
      var row = [Double](repeating: 0, count: size)
      row[0] = 1
      for (key, batches) in assignments.enumerated() {
        row[1 + 3 * key + Int(batches.batchOfCell[cell])] = 1
      }
      for p in 0..<q { row[size - q + p] = Double(x[cell * q + p]) }
      for p in 0..<size {
        for r in 0..<size { a[p * size + r] += row[p] * row[r] }
        for j in 0..<d { b[p * d + j] += row[p] * Double(z[cell * d + j]) }
      }
    }
    for p in 1..<size { a[p * size + p] += 2 }
    choleskyFactor(&a, size)
    choleskySolve(a, size, &b, d)
    let expected = b[((size - q) * d)...]
    for (found, wanted) in zip(clusters.effects.values, expected) {
      #expect(abs(Double(found) - wanted) < 1e-4 * max(1, abs(wanted)))
    }
    // What is subtracted is the whole fit but for the intercept.
    for (row, cell) in design.cells.joined().enumerated() {
      for j in 0..<d {
        var rest = Double(z[Int(cell) * d + j])
        for (key, batches) in assignments.enumerated() {
          rest -= b[(1 + 3 * key + Int(batches.batchOfCell[Int(cell)])) * d + j]
        }
        for p in 0..<q { rest -= Double(x[Int(cell) * q + p]) * b[(size - q + p) * d + j] }
        #expect(abs(Double(corrected.view[row * d + j]) - rest) < 1e-4)
      }
    }
  }
}
