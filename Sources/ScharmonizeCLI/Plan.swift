internal import ArgumentParser
internal import Harmonize
internal import Support

/// `scharmonize plan`: settle all that decides the result of scanned files.
struct Plan: StepCommand {
  static let configuration = CommandConfiguration(
    abstract: "Step 2: plan the integration of scanned files.",
    discussion: """
      Selects genes, numbers batches, and finds the cells that the training and the checks look \
      at, which are known before the training. The order of the scans is the order of the cells. \
      All options that decide the result are given here; later steps take them from the plan.

      The plan also reads the tables of cells and genes of the files, at their paths.

      Examples:
      \(StepExamples.lines(to: 2))
      """)

  @Argument(
    help: ArgumentHelp("Scans of all files, written by 'scan'.", valueName: "scan"),
    completion: .file())
  var scans: [String]

  @OptionGroup
  var written: StepOutput

  @OptionGroup(title: "Genes")
  var genes: PlannedGenes

  @OptionGroup(title: "Model")
  var model: ModelArguments

  @OptionGroup(title: "Training")
  var training: TrainingArguments

  @OptionGroup(title: "Embedding and alignment")
  var alignment: AlignmentArguments

  @OptionGroup(title: "Resources")
  var resources: StreamArguments

  @OptionGroup(title: "Logging")
  var logging: LoggingArguments

  var inputs: [String] { scans }
  var output: String { written.output }

  func validate() throws {
    guard genes.chosen.genes != "-" || !genes.chosen.excludeGenes.contains("-") else {
      throw ValidationError(
        "'--genes' and '--exclude-genes' cannot both be read from standard input.")
    }
  }

  func run(_ console: Console, _ progress: @escaping ProgressHandler) throws -> String? {
    let planned = try planSteps(
      ofScans: scans, to: output,
      IntegrationOptions(genes.chosen, model, training, alignment),
      keeping: .init(genes.chosen, model, alignment), geneNaming: genes.geneNames,
      resources.step(progress))
    planned.diagnostics.notices.forEach(console.notice)
    planned.diagnostics.warnings.forEach(console.warn)
    return "\(counted(planned.cells, "cell")) of \(counted(planned.batches, "batch")), "
      + "\(grouped(planned.packedCells)) to pack, \(counted(planned.genes, "gene"))"
  }
}

/// The genes of a plan.
struct PlannedGenes: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Gene names by which genes are matched: id (identifiers) or symbol. (default: those that the "
        + "files share most)",
      valueName: "names"))
  var geneNames: GeneNaming?

  @OptionGroup
  var chosen: GeneArguments
}
