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
  package private(set) var cells: [[Int32]]

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
    var numbers = CombinationNumbers()
    var levels: [[Int]] = []
    var cells: [[Int32]] = []
    var cellsOfLevel = [Int](repeating: 0, count: keyOfLevel.count)
    for cell in 0..<n {
      let group = Int(populations?[cell] ?? 0)
      var number = group
      for (key, batches) in keys.enumerated() {
        let level = firstLevels[key] + Int(batches.batchOfCell[cell])
        cellsOfLevel[level] += 1
        number = numbers.number(of: number, level, key: key)
      }
      if number == cells.count {
        population.append(group)
        levels.append(zip(keys, firstLevels).map { $1 + Int($0.batchOfCell[cell]) })
        cells.append([])
      }
      cells[number].append(Int32(cell))
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

/// Numbers for combinations of levels, in the order of their first cells.
///
/// A combination is a pair of the number of a shorter one and a level, so no lists are compared for
/// each of millions of cells.
private struct CombinationNumbers {
  private var ofKey: [[Pair: Int]] = []

  private struct Pair: Hashable {
    let shorter: Int
    let level: Int
  }

  /// Returns the number of a combination among those of the keys up to the given one, from 0.
  mutating func number(of shorter: Int, _ level: Int, key: Int) -> Int {
    if key == ofKey.count { ofKey.append([:]) }
    let pair = Pair(shorter: shorter, level: level)
    let next = ofKey[key].count
    if let known = ofKey[key][pair] { return known }
    ofKey[key][pair] = next
    return next
  }
}
