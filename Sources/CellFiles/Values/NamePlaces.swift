/// The places of the names of several lists, in the order of their hashes.
///
/// They find equal names, also in other spellings of Unicode, without an object for each name:
/// millions of cells take 16 bytes each. Names are compared where hashes are equal, so the result is
/// exact, and the same in every process.
struct NamePlaces {
  /// A name by its list and its place in this.
  struct Place: Equatable {
    let list: Int32
    let cell: Int32
  }

  private let lists: [CellNames]
  private let entries: [(hash: Int, place: Place)]

  /// Sorts the names of some lists.
  init(_ lists: [CellNames]) {
    self.lists = lists
    var entries: [(hash: Int, place: Place)] = []
    entries.reserveCapacity(lists.reduce(0) { $0 + $1.count })
    for (list, names) in lists.enumerated() {
      for (cell, name) in names.enumerated() {
        entries.append((name.hashValue, Place(list: Int32(list), cell: Int32(cell))))
      }
    }
    entries.sort {
      ($0.hash, $0.place.list, $0.place.cell) < ($1.hash, $1.place.list, $1.place.cell)
    }
    self.entries = entries
  }

  private subscript(place: Place) -> String { lists[Int(place.list)][Int(place.cell)] }

  /// Returns whether a name is in some list.
  func contains(_ name: String) -> Bool {
    let hash = name.hashValue
    var (start, end) = (0, entries.count)
    while start < end {
      let middle = (start + end) / 2
      if entries[middle].hash < hash { start = middle + 1 } else { end = middle }
    }
    return entries[start...].prefix { $0.hash == hash }.contains { self[$0.place] == name }
  }

  /// Calls a function with the places of every name that has several, ascending.
  func forEachRepeated(_ body: ([Place]) -> Void) {
    var start = 0
    while start < entries.count {
      var end = start + 1
      while end < entries.count, entries[end].hash == entries[start].hash { end += 1 }
      // Nearly always these are equal names.
      var rest = end - start > 1 ? entries[start..<end].map(\.place) : []
      while let first = rest.first {
        let name = self[first]
        let equal = rest.filter { self[$0] == name }
        if equal.count > 1 { body(equal) }
        rest.removeAll { self[$0] == name }
      }
      start = end
    }
  }
}

extension CellNames {
  /// Returns for each name of some lists whether another list has it, too.
  static func areShared(among lists: [CellNames]) -> [[Bool]] {
    var areShared = lists.map { [Bool](repeating: false, count: $0.count) }
    guard lists.count > 1 else { return areShared }
    NamePlaces(lists).forEachRepeated { places in
      guard places.contains(where: { $0.list != places[0].list }) else { return }
      for place in places { areShared[Int(place.list)][Int(place.cell)] = true }
    }
    return areShared
  }

  /// Returns the names, with `-1`, `-2`, … appended to repeated ones, as ``madeUnique(_:)``.
  func madeUnique() -> (names: CellNames, changed: Int) {
    let places = NamePlaces([self])
    // The first cell of the name of each cell that repeats one.
    var firstOfCell: [(cell: Int32, first: Int32)] = []
    places.forEachRepeated { equal in
      firstOfCell += equal.dropFirst().map { ($0.cell, equal[0].cell) }
    }
    guard !firstOfCell.isEmpty else { return (self, 0) }
    firstOfCell.sort { $0.cell < $1.cell }
    var unique = CellNames([])
    unique.reserve(asFor: [self], more: 4 * firstOfCell.count)
    var suffixes: [Int32: Int] = [:]
    var next = firstOfCell.startIndex
    for (cell, name) in enumerated() {
      guard next < firstOfCell.endIndex, Int(firstOfCell[next].cell) == cell else {
        unique.append(name)
        continue
      }
      // Names of different origin stay different: a suffix has no other '-'.
      var candidate: String
      repeat {
        suffixes[firstOfCell[next].first, default: 0] += 1
        candidate = "\(name)-\(suffixes[firstOfCell[next].first, default: 0])"
      } while places.contains(candidate)
      unique.append(candidate)
      next += 1
    }
    return (unique, firstOfCell.count)
  }
}
