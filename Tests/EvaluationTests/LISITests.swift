import Foundation
import Numerics
import Neighbours
import Testing
import TestSupport
@testable import Evaluation

@Suite struct LISITests {
  private func rows(_ name: String) throws -> [[String]] {
    try gzippedTable(try #require(TestFiles.shared("reference/\(name).tsv.gz")))
  }

  @Test(
    .enabled(if: TestFiles.shared != nil, "needs the reference numbers"), arguments: [0, 1])
  func `the effective number of groups is that of the R package`(label: Int) throws {
    let points = try rows("lisi_x").map { $0.compactMap(Float.init) }
    let x = Matrix(
      rows: points.count, columns: points[0].count, values: points.flatMap(\.self))
    // Its table has a first column of row names.
    try expectLISI(
      of: x, by: rows("lisi_metadata").map { $0[label] },
      toBe: rows("lisi_lisi").map { try #require(Double($0[label + 1])) }, within: 1e-3)
  }

  @Test func `the effective number of groups is harmonypy's`() throws {
    // It ends its search for the width of the kernel a little earlier.
    let cells = try ReferenceCells.load()
    try expectLISI(
      of: cells.x, by: cells.batches, toBe: #require(cells.lisi["batch"]), within: 2e-3)
    try expectLISI(of: cells.x, by: cells.states, toBe: #require(cells.lisi["state"]), within: 2e-3)
  }

  private func expectLISI(
    of x: Matrix, by labels: [String], toBe expected: [Double], within tolerance: Double
  ) throws {
    let groups = CellGroups(labels)
    let pool = ThreadPool(threads: 2)
    let found = inverseSimpson(
      nearestNeighbours(of: x, k: 89, pool: pool), codes: groups.codes, groups: groups.count,
      pool: pool)
    for (a, b) in zip(found, expected) { #expect(abs(a - b) < tolerance * b) }
    #expect(found.count == expected.count)
  }
}
