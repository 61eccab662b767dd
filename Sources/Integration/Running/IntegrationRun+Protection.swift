internal import CellFiles
internal import CountData
internal import Support

extension IntegrationRun {
  /// Returns the populations of cells, each level's apart from those of the others.
  ///
  /// Without protected levels they are returned as they are; without populations, each level is one.
  func protecting(_ places: PlacedCells?) -> PlacedCells? {
    guard let protected = cells.protected else { return places }
    guard let places else {
      return PlacedCells(
        ofCell: protected.ofCell, levels: (0..<Int32(cells.batches.names.count)).map(\.self))
    }
    let count = Int32(protected.names.count)
    let pairs = zip(places.ofCell, protected.ofCell).map { $0 * count + $1 }
    let distinct = Set(pairs).sorted()
    let numbers = Dictionary(uniqueKeysWithValues: zip(distinct, Int32(0)...))
    return PlacedCells(ofCell: pairs.map { numbers[$0] ?? 0 }, levels: places.levels)
  }
}
