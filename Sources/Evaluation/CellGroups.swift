/// Cells grouped by batch or by label.
package struct CellGroups: Sendable, Equatable {
  /// The groups' names, ascending by Unicode scalars as in Python; `[groups]`.
  package let names: [String]

  /// The group of each cell; `[n]`.
  package let codes: [Int32]

  /// The number of cells of each group, at least 1; `[groups]`.
  package let sizes: [Int]

  /// Groups cells by name.
  package init(_ values: [String]) {
    names = Set(values).sorted { $0.unicodeScalars.lexicographicallyPrecedes($1.unicodeScalars) }
    let numbers = Dictionary(uniqueKeysWithValues: zip(names, 0..<Int32(names.count)))
    codes = values.compactMap { numbers[$0] }
    sizes = codes.reduce(into: Array(repeating: 0, count: names.count)) { $0[Int($1)] += 1 }
  }

  /// The number of groups.
  package var count: Int { names.count }

  /// Returns the rows of one group, ascending.
  func rows(of group: Int) -> [Int32] {
    codes.indices.filter { codes[$0] == Int32(group) }.map(Int32.init)
  }

  /// Returns the groups of the given cells, without empty groups.
  func gathering(_ rows: [Int32]) -> CellGroups {
    CellGroups(rows.map { names[Int(codes[Int($0)])] })
  }
}
