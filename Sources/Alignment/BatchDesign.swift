internal import Numerics
internal import Support

/// The batch of each cell, under one batch key or several.
///
/// With several keys a cell has one level per key. A *combination* is a set of levels that occurs;
/// with one key the combinations are its levels.
struct BatchDesign: Sendable {
  /// The number of cells of each level, key after key; `(L)`.
  let cellsOfLevel: [Int]

  /// The levels of each combination, one per key; `(combinations, keys)`.
  let levels: [[Int]]

  /// The place of each combination among those that differ in more than their population.
  let place: [Int]

  /// The first combination of each place.
  let firstOfPlace: [Int]

  /// The key of each level; `(L)`.
  let keyOfLevel: [Int]

  /// The cells of each combination; initially ascending.
  package private(set) var cells: [[Int]]

  /// The number of keys.
  let keyCount: Int

  /// The population of each combination's cells; 0 if populations are unknown.
  let population: [Int]

  /// The number of populations.
  var populationCount: Int { (population.max() ?? 0) + 1 }

  /// The share of each level among the cells of each population; `(populations, L)`.
  let shares: [Double]

  /// Finds the combinations that occur.
  ///
  /// - Parameters:
  ///   - keys: The batch of each cell under each key; at least one key.
  ///   - populations: The population of each cell; `(n)`. The default is `nil`, for one population
  ///     of all cells.
  init(_ keys: [BatchAssignment], populations: [Int32]? = nil) {
    precondition(!keys.isEmpty, "no batch key")
    let n = keys[0].batchOfCell.count
    precondition(
      keys.allSatisfy { $0.batchOfCell.count == n }, "keys of different numbers of cells")
    var firstLevels: [Int] = []
    var keyOfLevel: [Int] = []
    for (number, key) in keys.enumerated() {
      firstLevels.append(keyOfLevel.count)
      keyOfLevel += Array(repeating: number, count: key.names.count)
    }
    var population: [Int] = []
    var numbers: [[Int]: Int] = [:]
    var levels: [[Int]] = []
    var cells: [[Int]] = []
    var cellsOfLevel = [Int](repeating: 0, count: keyOfLevel.count)
    for cell in 0..<n {
      let combination = zip(keys, firstLevels).map { $1 + Int($0.batchOfCell[cell]) }
      for level in combination { cellsOfLevel[level] += 1 }
      let group = Int(populations?[cell] ?? 0)
      if let number = numbers[combination + [group]] {
        cells[number].append(cell)
      } else {
        numbers[combination + [group]] = cells.count
        population.append(group)
        levels.append(combination)
        cells.append([cell])
      }
    }
    self.cellsOfLevel = cellsOfLevel
    self.levels = levels
    var places: [[Int]: Int] = [:]
    var firstOfPlace: [Int] = []
    place = levels.indices.map { c in
      if let known = places[levels[c]] { return known }
      places[levels[c]] = firstOfPlace.count
      firstOfPlace.append(c)
      return firstOfPlace.count - 1
    }
    self.firstOfPlace = firstOfPlace
    self.keyOfLevel = keyOfLevel
    self.cells = cells
    keyCount = keys.count
    self.population = population
    let count = (population.max() ?? 0) + 1
    var shares = [Double](repeating: 0, count: count * cellsOfLevel.count)
    var sizes = [Double](repeating: 0, count: count)
    for (c, group) in population.enumerated() {
      sizes[group] += Double(cells[c].count)
      for level in levels[c] {
        shares[group * cellsOfLevel.count + level] += Double(cells[c].count)
      }
    }
    for group in 0..<count where sizes[group] > 0 {
      for level in cellsOfLevel.indices {
        shares[group * cellsOfLevel.count + level] /= sizes[group]
      }
    }
    self.shares = shares
  }

  /// Shuffles the cells of each combination.
  mutating func shuffle(seed: UInt64) {
    var generator = Xoshiro256(seed: seed)
    for combination in cells.indices { generator.shuffle(&cells[combination]) }
  }

  /// The number of levels of all keys, `L`.
  var levelCount: Int { cellsOfLevel.count }
}
