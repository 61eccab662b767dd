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
    for name in names { append(name) }
  }

  /// Makes room for as many names as in others, and for some more bytes.
  mutating func reserve(asFor others: [CellNames], more: Int) {
    ends.reserveCapacity(others.reduce(0) { $0 + $1.count })
    text.reserveCapacity(others.reduce(more) { $0 + $1.text.count })
  }

  /// Appends a name.
  package mutating func append(_ name: String) {
    text.append(contentsOf: name.utf8)
    ends.append(text.count)
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
