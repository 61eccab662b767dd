internal import ArgumentParser
internal import Harmonize

/// `scharmonize map`: map new cells to the embedding of a saved model.
struct Map: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Map new cells to the embedding of a saved model.",
    discussion: """
      Reads a model written by 'integrate --model' and maps the cells of the files to its \
      embedding, without training. The positions of the reference cells do not change. The files \
      may contain batches that are not in the model. Genes are matched by name; up to half of the \
      model's genes may be missing, and are set to their means.

      If the model has labels, each new cell gets the most frequent label of its nearest \
      reference cells, or 'unknown' if its counts do not support that label. With \
      '--certified-radius' it also gets a label from the latent means, with \
      a radius: the label holds while the cell's input moves by less.

      Examples:
      scharmonize map model.h5 new.h5ad -o mapped.h5ad
      scharmonize map model.h5 new.h5ad -o mapped.csv --with-reference
      """)

  @Argument(
    help: ArgumentHelp("Model written by 'integrate --model'.", valueName: "model"),
    completion: .file(extensions: ["h5"]))
  var model: String

  @OptionGroup(title: "Input")
  var input: QueryInput

  @OptionGroup(title: "Output")
  var output: MappingOutputOptions

  @OptionGroup(title: "Mapping")
  var placing: PlacingArguments

  @OptionGroup(title: "Resources")
  var resources: ResourceArguments

  @OptionGroup(title: "Logging")
  var logging: LoggingArguments

  func run() throws {
    let sheet = try input.sampleSheet()
    let inputs = sheet.samples.map(\.path) + [model]
    try checkIsNoInput(output.output, inputs)
    let destination = try Destination(
      output.output, format: output.outputFormat, inputs: inputs,
      embeddingOnly: output.embeddingOnly)
    if let json = output.json {
      try RunRecord.checkWritable(json, inputs: inputs, outputs: [destination.path])
    }
    let options = placing.options(resources, output: output.output)
    try destination.check(options)
    try destination.checkHoldsReference(output.withReference)
    let console = Console(logging)
    let threads = try resources.threads
    let reference = try Model(readingAt: model, threads: threads)
    var readingOptions = input.readingOptions(threads: threads)
    readingOptions.fit(memory: options.memory)
    readingOptions.needsCounts =
      !reference.isOfCoordinates || sheet.samples.count > 1 && destination.holdsCounts
    let cells = try CellDataset(
      query: sheet, for: reference, batchKey: input.batchKey, options: readingOptions,
      geneNaming: input.geneNames)
    console.notice(cells.description)
    let work = reference.workload(for: cells, options).total
    let writing = reference.writingCost(of: cells)
    let run = RunProgress(total: work + writing) { progress in
      try Interruption.shared.check(progress)
      console.show(progress)
    }
    run.begin(cost: work)
    var mapping = try reference.map(cells, options: options, progress: run.report)
    mapping.record.nameFlags()
    mapping.record.notices.forEach(console.notice)
    mapping.record.warnings.forEach(console.warn)
    if let low = mapping.record.lowSupport, !low.isEmpty {
      console.warn(
        "check 'scharmonize_support' in 'obs', because a treatment or contamination also lowers it; "
          + (options.leastSupport < LowSupport.limit
            ? "'--min-support \(LowSupport.limit)', the default, sets such labels to 'unknown'"
            : "'--min-support 0' keeps the labels"))
    }
    if let labels = mapping.labels, labels.unknownCount > 0 {
      console.notice("\(labels.unknownCount) of \(cells.count) cells are labelled 'unknown'")
    }
    if let certified = mapping.certified { console.notice(certified.description) }
    run.begin(cost: writing)
    try destination.write(
      mapping, of: cells, after: output.withReference ? reference : nil, progress: run.report)
    if let json = output.json { try AtomicOutput.write(mapping.record.json(), to: json) }
    try run.finish()
    console.wrote(destination.path, .output)
    console.wrote(output.json, .record)
    console.end(mapping)
  }
}
