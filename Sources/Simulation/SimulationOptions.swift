/// What data to simulate.
///
/// Every value has a default, so a caller names only what differs:
///
///     var options = SimulationOptions()
///     options.cells = 100_000
///
/// A larger ``batchStrength`` makes the task harder, a larger ``programStrength`` easier.
public struct SimulationOptions: Sendable, Equatable, Codable {
  /// The number of cells, of all sources together.
  ///
  /// The default is 2,000. At least one for each source.
  public var cells = 2_000

  /// The number of genes.
  ///
  /// The default is 2,000. At least 2. More genes share the same counts, so ``medianCounts``
  /// should grow with them.
  public var genes = 2_000

  /// The number of sources (batches), with as many cells each as the number of cells allows.
  ///
  /// The default is 3.
  public var sources = 3

  /// The number of cell types; two by two they are of one lineage, and close.
  ///
  /// The default is 6. The first is the most frequent.
  public var cellTypes = 6

  /// The seed of every random choice.
  ///
  /// The default is 0. On one machine, one seed gives the same counts every time.
  public var seed: UInt64 = 0

  /// The counts of a typical cell in a source of typical depth.
  ///
  /// The default is 800, which leaves about 88% of 2,000 genes without a count. Larger
  /// numbers give fewer zeros, and cells that are easier to tell apart.
  public var medianCounts = 800.0

  /// How much sources differ in what they make of the same cell.
  ///
  /// The default is 1, about as two chemistries of one maker; 0 makes sources alike but
  /// for their cells, and 3 is about as far as technologies are apart. From 0 to 10.
  public var batchStrength = 1.0

  /// How much sources differ in the types of their cells.
  ///
  /// The default is 0.3. From 0, where all have the same, to 1, where each has shares of its
  /// own, some close to none.
  public var compositionDifference = 0.3

  /// How far a type's programs raise their genes.
  ///
  /// The default is 1. Larger numbers set types further apart; 0 makes all cells of one
  /// type. From 0 to 10.
  public var programStrength = 1.0

  /// How much more counts vary than chance alone makes them: the variance of a count with
  /// mean `m` is `m + dispersion * m²`.
  ///
  /// The default is 0.5. Larger numbers give noisier cells; 0 gives Poisson counts.
  /// From 0 to 100.
  public var dispersion = 0.5

  /// Makes the default options.
  public init() {}

  /// Refuses what cannot be simulated.
  ///
  /// - Throws: ``SimulationError``.
  public func validate() throws(SimulationError) {
    func require(
      _ condition: Bool, _ option: String, _ value: some Any, _ requirement: String
    ) throws(SimulationError) {
      guard condition else {
        throw .invalid(option: option, value: "\(value)", requirement: requirement)
      }
    }
    try require(sources >= 1, "'--sources'", sources, "at least 1")
    try require(cellTypes >= 1, "'--cell-types'", cellTypes, "at least 1")
    try require(genes >= 2, "'--genes'", genes, "at least 2")
    try require(genes <= 1 << 24, "'--genes'", genes, "at most \(1 << 24)")
    try require(cells >= sources, "'--cells'", cells, "at least one for each source, \(sources)")
    try require(cells <= Int(Int32.max), "'--cells'", cells, "at most \(Int32.max)")
    try require(
      medianCounts >= 1 && medianCounts <= 1e7, "'--median-counts'", medianCounts,
      "from 1 to 10 million"
    )
    try require(
      batchStrength >= 0 && batchStrength <= 10, "'--batch-strength'", batchStrength, "from 0 to 10"
    )
    try require(
      compositionDifference >= 0 && compositionDifference <= 1, "'--composition-difference'",
      compositionDifference, "from 0 to 1")
    try require(
      programStrength >= 0 && programStrength <= 10, "'--program-strength'", programStrength,
      "from 0 to 10")
    try require(dispersion >= 0 && dispersion <= 100, "'--dispersion'", dispersion, "from 0 to 100")
    // A table for each type in each source has 16 bytes for each gene.
    let (tables, overflow) = sources.multipliedReportingOverflow(by: cellTypes)
    try require(
      !overflow && tables <= (1 << 28) / genes, "sources × cellTypes × genes",
      "\(sources) × \(cellTypes) × \(genes)", "at most \(1 << 28), which take 4 GB")
  }
}

/// Why data could not be simulated.
public enum SimulationError: Error, Equatable, Sendable, CustomStringConvertible {
  /// An option has a value that means nothing, or more than a machine can do.
  case invalid(option: String, value: String, requirement: String)

  /// One sentence that names the option, what it is, and what it has to be.
  public var description: String {
    switch self {
    case .invalid(let option, let value, let requirement):
      "cannot simulate with \(option) \(value): it has to be \(requirement)"
    }
  }
}
