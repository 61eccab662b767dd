/// The cells of each batch in each population, as blocks within which neighbours are counted.
///
/// Populations and blocks are numbered by their first cells, so that results do not depend on the
/// populations' codes.
struct PopulationBlocks: Sendable, Equatable {
  /// The block of each cell; `[n]`.
  let ofCell: [Int32]

  /// The number of cells of each block, at least 1; `[blocks]`.
  let sizes: [Int]

  /// The batch of each block; `[blocks]`.
  let batches: [Int]

  /// The population of each block; `[blocks]`.
  let populations: [Int]

  /// The blocks of each population, ascending; `[populations]`.
  let blocksOfPopulation: [[Int]]

  /// The number of cells of each population; `[populations]`.
  let populationSizes: [Int]

  /// Groups cells by batch and population.
  ///
  /// - Parameters:
  ///   - groups: The batches of the cells; `[n]`.
  ///   - codes: The population of each cell, `[n]`; `nil` if all cells are one population.
  init(batches groups: CellGroups, populations codes: [Int32]?) {
    precondition(codes.map { $0.count == groups.codes.count } ?? true)
    struct Key: Hashable { var batch: Int, population: Int }
    var numberOfCode: [Int32: Int] = [:]
    var numberOfBlock: [Key: Int] = [:]
    var blocks: [Key] = []
    var (ofCell, sizes): ([Int32], [Int]) = ([], [])
    for (cell, batch) in groups.codes.enumerated() {
      let code = codes?[cell] ?? 0
      let population = numberOfCode[code] ?? numberOfCode.count
      numberOfCode[code] = population
      let key = Key(batch: Int(batch), population: population)
      let block = numberOfBlock[key] ?? blocks.count
      if block == blocks.count {
        numberOfBlock[key] = block
        blocks.append(key)
        sizes.append(0)
      }
      sizes[block] += 1
      ofCell.append(Int32(block))
    }
    self.ofCell = ofCell
    self.sizes = sizes
    batches = blocks.map(\.batch)
    populations = blocks.map(\.population)
    var grouped = [[Int]](repeating: [], count: numberOfCode.count)
    for (block, key) in blocks.enumerated() { grouped[key.population].append(block) }
    blocksOfPopulation = grouped
    populationSizes = grouped.map { $0.reduce(0) { $0 + sizes[$1] } }
  }

  /// The number of blocks.
  var count: Int { sizes.count }

  /// Returns the number of nearest neighbours to compare for a cell of a block.
  func compared(_ block: Int) -> Int { comparedNeighbours(ofBatchWith: sizes[block]) }

  /// Returns the expected share of neighbours in other batches if all were drawn from the block's
  /// population, without the cell itself.
  ///
  /// It is 0 if no other batch has the population.
  func expectedForeign(_ block: Int) -> Double {
    let all = populationSizes[populations[block]]
    return all == sizes[block] ? 0 : Double(all - sizes[block]) / Double(all - 1)
  }
}
