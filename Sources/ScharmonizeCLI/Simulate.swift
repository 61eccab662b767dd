internal import ArgumentParser
internal import Harmonize

/// `scharmonize simulate`: write simulated data with known types and batches.
struct Simulate: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Simulate counts of known cell types from several batches.",
    discussion: """
      Writes counts that follow a documented model: cell types that differ by programs of \
      genes, and batches that differ by the scaling of each gene, by background, by depth and \
      by the shares of the types. The same seed writes the same counts.

      An .h5ad has the columns 'batch' and 'cell_type'. Given as several .h5 files, each batch \
      is a file as 10x Genomics' Cell Ranger 3 writes it.

      Examples:
      scharmonize simulate -o cells.h5ad --cells 1200 --batches 4
      scharmonize simulate -o lab_a.h5 -o lab_b.h5 --cells 1000
      """)

  @Option(
    name: .shortAndLong,
    help: ArgumentHelp(
      "Where to write: one .h5ad, or an .h5 for each batch ('-o a.h5 -o b.h5').",
      valueName: "file"),
    completion: .file(extensions: ["h5ad", "h5"]))
  var output: [String]

  @Option(help: ArgumentHelp(of: \SimulationOptions.cells))
  var cells = SimulationOptions().cells

  @Option(help: ArgumentHelp(of: \SimulationOptions.genes))
  var genes = SimulationOptions().genes

  @Option(
    help: ArgumentHelp(
      "How many batches there are. (default: \(SimulationOptions().batches); of several files, "
        + "one a file)",
      valueName: "count"))
  var batches: Int?

  @Option(help: ArgumentHelp(of: \SimulationOptions.cellTypes))
  var cellTypes = SimulationOptions().cellTypes

  @Option(help: ArgumentHelp(of: \SimulationOptions.medianCounts))
  var medianCounts = SimulationOptions().medianCounts

  @Option(help: ArgumentHelp(of: \SimulationOptions.batchStrength))
  var batchStrength = SimulationOptions().batchStrength

  @Option(help: ArgumentHelp(of: \SimulationOptions.compositionDifference))
  var compositionDifference = SimulationOptions().compositionDifference

  @Option(help: ArgumentHelp(of: \SimulationOptions.programStrength))
  var programStrength = SimulationOptions().programStrength

  @Option(help: ArgumentHelp(of: \SimulationOptions.dispersion))
  var dispersion = SimulationOptions().dispersion

  @Option(help: ArgumentHelp(of: \SimulationOptions.seed))
  var seed = SimulationOptions().seed

  @OptionGroup(title: "Logging")
  var logging: LoggingArguments

  func validate() throws {
    guard !output.isEmpty else { throw ValidationError("Give '-o FILE'.") }
    let tenX = output.filter { $0.hasSuffix(".h5") }
    guard tenX.count == output.count || (output.count == 1 && output[0].hasSuffix(".h5ad")) else {
      throw ValidationError("Give one .h5ad, or an .h5 for each batch, not '\(output[0])'.")
    }
    guard tenX.isEmpty || tenX.count == batches ?? tenX.count else {
      throw ValidationError(
        "'--batches \(batches ?? 0)' needs as many .h5 files, not \(tenX.count).")
    }
  }

  func run() throws {
    var options = SimulationOptions()
    options.cells = cells
    options.genes = genes
    options.batches = batches ?? batchCount
    options.cellTypes = cellTypes
    options.medianCounts = medianCounts
    options.batchStrength = batchStrength
    options.compositionDifference = compositionDifference
    options.programStrength = programStrength
    options.dispersion = dispersion
    options.seed = seed
    let simulation = try Simulation(options)
    if output[0].hasSuffix(".h5ad") {
      try simulation.writeAnnData(to: output[0])
    } else {
      try simulation.writeTenX(to: output)
    }
  }

  /// Each `.h5` is one batch; an `.h5ad` has the library's default number of batches.
  private var batchCount: Int {
    output[0].hasSuffix(".h5") ? output.count : SimulationOptions().batches
  }
}
