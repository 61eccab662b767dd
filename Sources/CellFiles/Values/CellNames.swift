/// The names of cells, in one text without an object for each.
///
/// Millions of names of eighteen letters take 26 bytes each instead of 64.
package struct CellNames: Sendable, Equatable {
  private var text: [UInt8] = []

  /// The end of each name in ``text``; `(n)`.
  private var ends: [Int] = []

  /// Takes over names.
  package init(_ names: some Collection<String>) {
    ends.reserveCapacity(names.count)
    text.reserveCapacity(names.reduce(0) { $0 + $1.utf8.count })
    for name in names {
      text.append(contentsOf: name.utf8)
      ends.append(text.count)
    }
  }

  /// Returns the names of some cells, in their order.
  package func selecting(_ cells: [Int]) -> CellNames {
    cells.count == count && cells.elementsEqual(indices)
      ? self : CellNames(cells.lazy.map { self[$0] })
  }
}

extension CellNames: RandomAccessCollection {
  package var startIndex: Int { 0 }
  package var endIndex: Int { ends.count }

  package subscript(cell: Int) -> String {
    let start = cell == 0 ? 0 : ends[cell - 1]
    return String(decoding: text[start..<ends[cell]], as: UTF8.self)
  }
}

extension CellNames: ExpressibleByArrayLiteral {
  package init(arrayLiteral names: String...) { self.init(names) }
}

extension CellNames {
  /// A number for each name, which equal names share; `(n)`.
  private var hashes: [Int] { map(\.hashValue) }

  /// A flag that is true if no two names are equal.
  ///
  /// Equal hashes count as equal names, so it can also be false for different names.
  var areSurelyUnique: Bool {
    let sorted = hashes.sorted()
    return !zip(sorted, sorted.dropFirst()).contains { $0 == $1 }
  }

  /// Returns the names that occur in several of some lists, with the number of lists of each.
  static func shared(among lists: [CellNames]) -> [String: Int] {
    guard lists.count > 1 else { return [:] }
    var all: [Int] = []
    for list in lists { all += Set(list.hashes) }
    all.sort()
    let suspects = Set(zip(all, all.dropFirst()).lazy.filter { $0 == $1 }.map(\.0))
    guard !suspects.isEmpty else { return [:] }
    var listsOfName: [String: Int] = [:]
    for list in lists {
      let names = Set(list.lazy.filter { suspects.contains($0.hashValue) })
      for name in names { listsOfName[name, default: 0] += 1 }
    }
    return listsOfName.filter { $0.value > 1 }
  }
}
