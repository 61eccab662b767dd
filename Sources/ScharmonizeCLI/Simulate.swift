internal import ArgumentParser
internal import Harmonize

/// `scharmonize simulate`: write simulated data with known types and batches.
struct Simulate: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Simulate counts with known cell types and batches.",
    discussion: """
      Writes counts from a documented model. Cell types differ by gene programs. Batches differ \
      by a scale for each gene, by background, by depth and by the shares of the cell types. The \
      same seed gives the same counts.

      An .h5ad has the columns 'batch' and 'cell_type' in 'obs'. With several .h5 files, each \
      file has one batch, in the format of 10x Genomics' Cell Ranger 3.

      Examples:
      scharmonize simulate -o cells.h5ad --cells 1200 --batches 4
      scharmonize simulate -o lab_a.h5 -o lab_b.h5 --cells 1000
      """)

  @Option(
    name: .shortAndLong,
    help: ArgumentHelp(
      "Output file: one .h5ad, or one .h5 for each batch ('-o a.h5 -o b.h5').",
      valueName: "file"),
    completion: .file(extensions: ["h5ad", "h5"]))
  var output: [String]

  @Option(help: ArgumentHelp(of: \SimulationOptions.cells))
  var cells = SimulationOptions().cells

  @Option(help: ArgumentHelp(of: \SimulationOptions.genes))
  var genes = SimulationOptions().genes

  @Option(
    help: ArgumentHelp(
      "Number of batches. (default: \(SimulationOptions().batches) in an .h5ad; one for each .h5)",
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

  @Flag(help: ArgumentHelp(of: \SimulationOptions.peaks))
  var peaks = false

  @OptionGroup(title: "Logging")
  var logging: LoggingArguments

  func validate() throws {
    guard !output.isEmpty else { throw ValidationError("Give '-o FILE'.") }
    let tenX = output.filter { $0.hasSuffix(".h5") }
    guard tenX.count == output.count || (output.count == 1 && output[0].hasSuffix(".h5ad")) else {
      throw ValidationError(
        "'\(output[0])' is not a possible output; give one .h5ad, or one .h5 for each batch.")
    }
    guard tenX.isEmpty || tenX.count == batches ?? tenX.count else {
      throw ValidationError(
        "'--batches \(batches ?? 0)' needs one .h5 for each batch, and '-o' names \(tenX.count).")
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
    options.peaks = peaks
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
