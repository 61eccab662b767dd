import Foundation
import Kernels
import TestSupport
import Testing

@testable import Harmonize

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

  @Test(.enabled(if: TestFiles.shared != nil, "needs the reference numbers"))
  func `three donors come out as the method's first implementation aligns them`() throws {
    let before = try Self.coordinates("pbmc_3500_pcs")
    let expected = try Self.coordinates("pbmc_3500_pcs_harmonized")
    let donors = try Self.table("pbmc_3500_meta").map { row in row[0] }
    let names = Array(Set(donors)).sorted()
    let sources = Sources(
      names: names, ofCell: donors.map { Int32(names.firstIndex(of: $0) ?? 0) })
    #expect(names.count == 3)
    var options = AlignmentOptions()
    options.ridge = 1
    options.clusters = 100
    let (after, alignment) = try align(before, sources: [sources], options: options, pool: Self.pool)
    for j in 0..<before.dimensions {
      let correlation = Self.correlation(Self.column(j, of: after), Self.column(j, of: expected))
      #expect(correlation >= 0.99, "component \(j + 1): \(correlation)")
    }
    let first = try #require(alignment.objectives.first)
    let last = try #require(alignment.objectives.last)
    #expect(last < first)
    #expect(alignment.hasConverged, "\(alignment.objectives)")
  }
}
