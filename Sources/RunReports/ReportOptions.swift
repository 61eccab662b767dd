public import UMAP

/// Options of a report.
public struct ReportOptions: Equatable, Sendable {
  /// The maximum number of cells in pictures, 100,000; of more cells a random sample is shown.
  public static let pictureCells = 100_000

  /// The column of `obs` with cell types or other labels for colouring pictures.
  ///
  /// The default is `nil`: pictures are coloured by batch only.
  public var labelKey: String?

  /// The label of each cell of the input, `nil` for none, if the cells do not come from files;
  /// `(n)`.
  ///
  /// The default is `nil`: labels are read from the column ``labelKey``.
  public var labels: [String?]?

  /// The command line of the run, which the report shows.
  ///
  /// The default is empty, for no command line.
  public var commandLine: [String] = []

  /// The options of the layout, or `nil` for the layout of the result, or else a default one with
  /// the run's seed.
  ///
  /// The default is `nil`.
  public var umap: UMAPOptions?

  /// Makes the default options.
  public init() {}
}
