public import UMAP

/// What a report shows beside the run itself.
public struct ReportOptions: Equatable, Sendable {
  /// How many cells pictures show at most; of more, so many are drawn by seed: 100,000.
  public static let pictureCells = 100_000

  /// The column of `obs` with cell types, or whatever pictures are to be coloured by.
  ///
  /// The default is `nil`: pictures are coloured by source alone.
  public var labelKey: String?

  /// The label of each cell of the input, `nil` where it has none, for cells that do not come from
  /// files; `(n)`.
  ///
  /// The default is `nil`: labels are read from the column ``labelKey``.
  public var labels: [String?]?

  /// The command line as it was run, which the report repeats.
  ///
  /// The default is empty: there was none.
  public var commandLine: [String] = []

  /// How cells are laid out, or `nil` for the layout that the result has, and else the default one
  /// with the run's seed.
  ///
  /// The default is `nil`.
  public var umap: UMAPOptions?

  /// Makes the default options.
  public init() {}
}
