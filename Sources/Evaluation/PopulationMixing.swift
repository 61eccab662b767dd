internal import Neighbours
package import Numerics

/// The mixing of the batches within one population, by the definition of ``BatchMixing``.
package struct PopulationMixing: Equatable, Sendable {
  /// The name of the population, such as a cell type.
  package let name: String

  /// The number of its cells.
  package let cells: Int

  /// The number of batches that have some of its cells.
  package let batches: Int

  /// The mean share of its cells' neighbours that are of another batch and of the population; 0 to
  /// 1.
  package let foreign: Double

  /// The share that the population's composition predicts; 0 if one batch has all of its cells.
  package let expectedForeign: Double

  /// The share of its cells' neighbours that are of another batch and another population.
  package let overlaid: Double

  /// The mixing, `foreign` / `expectedForeign`: 0 if the batches are separate, about 1 if they are
  /// mixed; `nil` if there is nothing to mix.
  package var mixing: Double? { expectedForeign > 0 ? foreign / expectedForeign : nil }
}

extension Evaluator {
  /// Measures how well an embedding mixes the batches within each label.
  ///
  /// - Parameters:
  ///   - embedding: The embedding; `(n, d)`.
  ///   - name: The embedding's name in errors. The default is `"the embedding"`.
  /// - Returns: One entry for each label, by name; empty without labels.
  /// - Throws: ``EvaluationError``, as ``scores(of:name:)`` does.
  package func labelMixing(
    of embedding: some CoordinateTable, name: String = "the embedding"
  ) throws(EvaluationError) -> [PopulationMixing] {
    guard let labels else { return [] }
    let table = try neighbours(of: embedding, name: name)
    return populationMixing(
      table, populations: labels,
      blocks: PopulationBlocks(batches: batches, populations: labels.codes))
  }
}

/// Measures the mixing within each population; O(n · k).
///
/// - Parameters:
///   - table: Each cell's neighbours without itself, the nearest first.
///   - populations: The populations of the cells.
///   - blocks: The cells of each batch in each of these populations.
/// - Returns: One entry for each population, by name.
func populationMixing(
  _ table: NeighbourTable, populations: CellGroups, blocks: PopulationBlocks
) -> [PopulationMixing] {
  var batches = [Set<Int>](repeating: [], count: populations.count)
  var sums = [(foreign: Double, expected: Double, overlaid: Double)](
    repeating: (0, 0, 0), count: populations.count)
  for cell in 0..<table.count {
    let block = Int(blocks.ofCell[cell])
    let population = Int(populations.codes[cell])
    let neighbours = table.indices[table.range(ofQuery: cell)].prefix(blocks.compared(block))
    let compared = Double(max(1, min(table.k, blocks.compared(block))))
    for neighbour in neighbours {
      let other = Int(blocks.ofCell[Int(neighbour)])
      guard blocks.batches[other] != blocks.batches[block] else { continue }
      if populations.codes[Int(neighbour)] == populations.codes[cell] {
        sums[population].foreign += 1 / compared
      } else {
        sums[population].overlaid += 1 / compared
      }
    }
    batches[population].insert(blocks.batches[block])
    sums[population].expected += blocks.expectedForeign(block)
  }
  return (0..<populations.count).map { population in
    let cells = populations.sizes[population]
    return PopulationMixing(
      name: populations.names[population], cells: cells, batches: batches[population].count,
      foreign: sums[population].foreign / Double(cells),
      expectedForeign: sums[population].expected / Double(cells),
      overlaid: sums[population].overlaid / Double(cells))
  }
}
