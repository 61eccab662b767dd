/// How a layout is made: ``umap(_:options:pool:progress:)``.
public struct UMAPOptions: Equatable, Sendable, Codable {
  /// How many nearest cells each one is tied to, itself counted, as scanpy and umap-learn count;
  /// at least 2.
  ///
  /// The default is 15. More show how large groups lie to each other, and blur small ones; time
  /// grows with the number. Where there are fewer cells, all are neighbours.
  public var neighbours = 15

  /// How near to each other neighbours are put, in units of the layout; 0 to ``spread``.
  ///
  /// The default is 0.5, as in scanpy, so that pictures look as its users know them; it leaves
  /// room to see the cells within a group. Less, such as umap-learn's own 0.1, packs groups tightly
  /// and sets them apart; more evens them out.
  public var minimumDistance = 0.5

  /// The distance over which ties fade, in units of the layout; above 0.
  ///
  /// The default is 1. With a larger one the whole layout is larger; against ``minimumDistance``,
  /// groups are tighter.
  public var spread = 1.0

  /// How often all cells are moved, or `nil` for 500 up to 10,000 cells and 200 for more; at least 1.
  ///
  /// The default is `nil`. More settle finer detail; time grows with the number.
  public var epochs: Int?

  /// Where cells begin.
  ///
  /// The default is ``UMAPInitialization/spectral``.
  public var initialization = UMAPInitialization.spectral

  /// The seed of every random choice.
  ///
  /// The default is 0. One seed gives one layout; another one turns and shifts groups.
  public var seed: UInt64 = 0

  /// Makes the default options.
  public init() {}

  /// Refuses values that no layout could be made with.
  ///
  /// - Throws: ``UMAPError/badOption(name:value:expected:)``.
  public func validate() throws(UMAPError) {
    func require(
      _ holds: Bool, _ name: String, _ value: some CustomStringConvertible, _ expected: String
    ) throws(UMAPError) {
      guard holds else {
        throw .badOption(name: name, value: value.description, expected: expected)
      }
    }
    try require(neighbours >= 2, "neighbours", neighbours, "at least 2, the cell itself counted")
    try require(spread > 0 && spread.isFinite, "spread", spread, "a number above 0")
    try require(
      (0...spread).contains(minimumDistance), "minimumDistance", minimumDistance,
      "0 to the spread, which is \(spread)")
    try require(epochs ?? 1 >= 1, "epochs", epochs ?? 1, "at least 1")
  }

  /// How often so many cells are moved.
  func epochs(forCells n: Int) -> Int { epochs ?? (n <= 10_000 ? 500 : 200) }
}

/// Where cells begin, before they are moved.
public enum UMAPInitialization: String, Sendable, Codable, CaseIterable {
  /// At the first eigenvectors of the graph's normalized Laplacian, which keep neighbours together.
  ///
  /// Parts of the graph that do not hang together are laid out each by itself, around where the
  /// principal components put them.
  case spectral

  /// At the first two principal components, which keep the widest differences.
  ///
  /// It is faster, and what lies far apart begins far apart; a group that two components cannot
  /// tell from another may be torn.
  case principalComponents
}
