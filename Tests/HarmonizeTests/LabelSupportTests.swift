import CellFiles
import Numerics
import NeuralNet
import Testing
@testable import Integration
@testable import Support

/// A cell's own counts must bear out the label that its neighbours give it.
@Suite struct LabelSupportTests {
  /// Shares of the cells of the query that are called unknown.
  private static func unknown(_ mapping: Mapping, _ isCounted: (Int) -> Bool) throws -> Double {
    let labels = try #require(mapping.labels).ofCell
    let counted = labels.indices.filter(isCounted)
    return Double(counted.count { labels[$0] < 0 }) / Double(counted.count)
  }

  /// Both types of a lineage are left out: a type whose sibling is left passes for that one, by its
  /// counts as well.
  @Test func `most cells of a lineage that the reference lacks are unknown, and few of the others`()
    throws
  {
    let left: Set<Int32> = [2, 3]
    let scene = try SimulatedReference(leaving: left)
    let mapping = try scene.model.map(scene.query)
    let new = try Self.unknown(mapping) { left.contains(scene.types[$0]) }
    let known = try Self.unknown(mapping) { !left.contains(scene.types[$0]) }
    #expect(new > 0.8, "\(new)")
    #expect(known < 0.05, "\(known)")
    // The neighbours alone do not tell.
    var options = MappingOptions()
    options.leastSupport = 0
    let byNeighbours = try scene.model.map(scene.query, options: options)
    #expect(try Self.unknown(byNeighbours) { left.contains(scene.types[$0]) } < 0.2)
    #expect(byNeighbours.labels?.support == mapping.labels?.support)
  }

  @Test func `labels of which many cells have low support are warned of`() throws {
    let scene = try SimulatedReference(leaving: [2, 3])
    let record = try scene.model.map(scene.query).record
    let low = try #require(record.lowSupport)
    #expect(!low.isEmpty && low.allSatisfy { 3 * $0.low >= $0.cells && $0.medianConfidence > 0.5 })
    let first = try #require(low.first)
    #expect(
      record.warnings.contains {
        $0.hasPrefix(
          "\(first.low) of \(first.cells) cells whose neighbours are labelled '\(first.label)' have a "
            + "support by their counts below 0.2 (median ")
      }, "\(record.warnings)")
    // The warning does not depend on whether the labels are given.
    var options = MappingOptions()
    options.leastSupport = 0
    #expect(try scene.model.map(scene.query, options: options).record.lowSupport == low)
  }

  @Test func `the warnings have the numbers, and one is of a wrong reference`() {
    func labels(_ ofCell: [Int32], _ support: [Float]?) -> TransferredLabels {
      TransferredLabels(
        key: "type", names: ["T", "B"], ofCell: ofCell,
        confidence: [Float](repeating: 0.9, count: ofCell.count),
        distance: [Float](repeating: 1, count: ofCell.count), support: support, voted: ofCell,
        ownSupport: support)
    }
    let some = labels(
      [0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1, -1],
      [-1, 0, 0, 0, 0.1, 1] + [Float](repeating: 1, count: 6))
    #expect(
      some.supportWarnings == [
        "5 of 6 cells whose neighbours are labelled 'T' have a support by their counts below 0.2 "
          + "(median 0.0, median confidence 0.9): they may be of a type that the reference lacks"
      ])
    let most = labels([0, 0, 0, 1, -1], [-1, -1, 0, .nan, 0])
    #expect(
      most.supportWarnings == [
        "5 of 5 cells have a support below 0.2 for the label of their neighbours (about 1 is "
          + "expected): the reference may be of another tissue or species, and the labels may "
          + "be wrong even with high confidence"
      ])
    #expect(labels([0, 0, 0, 0, 0], nil).supportWarnings == [])
    #expect(labels([0, 0, 0, 0, 0], [1, 1, 1, 0, 0]).supportWarnings == [])
  }

  @Test func `cells of known types have a support of about 1`() throws {
    let scene = try SimulatedReference()
    let mapping = try scene.model.map(scene.query)
    #expect(mapping.record.warnings == [] && mapping.record.lowSupport == [])
    let support = try #require(mapping.labels?.support).sorted()
    let median = support[support.count / 2]
    #expect(median > 0.7 && median < 1.4, "\(median)")
  }

  @Test func `support is the log-likelihood ratio of the genes that are there`() {
    let proportions = Matrix(
      rows: 3, columns: 4, values: [0.4, 0.3, 0.2, 0.1, 0.1, 0.1, 0.2, 0.6, 0, 0, 0, 0])
    // The third label has no cells, and the third gene is missing.
    let ratios = LabelSupport.Ratios(proportions, of: [0, 1], without: [2])
    let own: [Double] = [0.5, 0.375, 0, 0.125]
    let other: [Double] = [0.125, 0.125, 0, 0.75]
    let logs = zip(own, other).map { p, q in
      logarithm((p + 1e-5) / ((p + q) / 2 + 1e-5))
    }
    let expected = zip(own, logs).reduce(0) { $0 + $1.0 * $1.1 }
    let found = ratios.support(of: 0, genes: [0, 3], counts: [3, 1])
    let wanted = (3 * logs[0] + logs[3]) / (4 * expected)
    #expect(abs(Double(found) - wanted) < 1e-5, "\(found), \(wanted)")
    // In proportion to the label's own, the counts give 1; no counts and no label give 0.
    let all = ratios.support(of: 0, genes: [0, 1, 3], counts: [4, 3, 1])
    #expect(abs(all - 1) < 1e-4)
    #expect(ratios.support(of: 0, genes: [], counts: []) == 0)
    #expect(ratios.support(of: -1, genes: [0], counts: [1]) == 0)
  }

  @Test func `one label that nothing sets apart asks for nothing`() {
    let one = Matrix(rows: 1, columns: 2, values: [0.7, 0.3])
    let ratios = LabelSupport.Ratios(one, of: [0], without: [])
    #expect(ratios.support(of: 0, genes: [1], counts: [9]) == 1)
  }

  @Test func `a model that decodes no proportions has no support`() throws {
    let scene = try SimulatedReference(loss: .meanSquaredError)
    #expect(try scene.model.map(scene.query).labels?.support == nil)
  }
}
