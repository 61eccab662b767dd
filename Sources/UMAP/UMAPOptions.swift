package import Support

/// Options of a layout in two dimensions.
public struct UMAPOptions: Equatable, Sendable, Codable {
  /// The number of nearest neighbours of each cell including itself, as in scanpy and umap-learn;
  /// at least 2.
  ///
  /// The default is 15. More neighbours show the arrangement of large groups, and blur small ones;
  /// time grows with the number. If there are fewer cells, all are neighbours.
  public var neighbours = 15

  /// The minimum distance of neighbours, in units of the layout; 0 to ``spread``.
  ///
  /// The default is 0.5, as in scanpy, which keeps the cells within a group visible. Smaller
  /// values, such as umap-learn's default 0.1, make groups tighter and more separate.
  public var minimumDistance = 0.5

  /// The distance over which attraction decreases, in units of the layout; above 0.
  ///
  /// The default is 1. A larger spread enlarges the whole layout; relative to ``minimumDistance``
  /// it makes groups tighter.
  public var spread = 1.0

  /// The number of epochs, at least 1; `nil` for 500 up to 10,000 cells and 200 for more.
  ///
  /// The default is `nil`. More epochs refine details; time grows with the number.
  public var epochs: Int?

  /// The initial positions of cells.
  ///
  /// The default is ``UMAPInitialization/spectral``.
  public var initialization = UMAPInitialization.spectral

  /// The seed of every random choice.
  ///
  /// The default is 0. A seed determines the layout; another seed rotates and moves groups.
  public var seed: UInt64 = 0

  /// Makes the default options.
  public init() {}

  package static let fields: [OptionField<Self>] = [
    OptionField(
      "neighbours", \.neighbours,
      ValidRange("at least 2, the cell itself counted") { $0 >= 2 }, unit: "cells",
      key: "n_neighbors", help: "Number of nearest neighbours of each cell, including itself."),
    OptionField(
      "spread", \.spread, ValidRange("a number above 0") { $0 > 0 && $0.isFinite },
      unit: "units of the layout", help: "Distance over which the attraction decreases."),
    OptionField(
      "minimumDistance", \.minimumDistance, unit: "units of the layout", key: "min_dist",
      help: "Minimum distance between neighbours."),
    OptionField(
      optional: "epochs", \.epochs, ValidRange("at least 1") { $0 >= 1 }, unit: "count",
      usual: "500 up to 10000 cells, 200 for more", key: "n_epochs",
      help: "Number of epochs of the optimization."),
    OptionField(
      "initialization", \.initialization, key: "init", help: "Initial positions of the cells."),
    OptionField(
      "seed", \.seed, unit: "number", key: "random_state",
      help: "Seed of all random choices."),
  ]

  /// Checks that all values are in range.
  ///
  /// - Throws: ``UMAPError/badOption(name:value:expected:)``.
  package func validate() throws(UMAPError) {
    if let problem {
      throw .badOption(name: problem.option, value: problem.value, expected: problem.expected)
    }
    guard (0...spread).contains(minimumDistance) else {
      throw .badOption(
        name: "minimumDistance", value: "\(minimumDistance)",
        expected: "0 to the spread, which is \(spread)")
    }
  }

  /// Returns the number of epochs for `n` cells.
  package func epochCount(forCells n: Int) -> Int { epochs ?? (n <= 10_000 ? 500 : 200) }
}

extension UMAPOptions: DescribedOptions {}

/// The initial positions of cells in a layout.
public enum UMAPInitialization: String, Sendable, Codable, CaseIterable {
  /// The first eigenvectors of the graph's normalized Laplacian, which keep neighbours together.
  ///
  /// Each connected component is laid out separately, around its mean position by principal
  /// components.
  case spectral

  /// The first two principal components, which preserve the largest differences.
  ///
  /// It is faster, and distant cells start far apart. A group that two components cannot separate
  /// from another may be split.
  case principalComponents
}
