internal import ArgumentParser
internal import Harmonize

/// `scharmonize map`: map new cells to the embedding of a saved model.
struct Map: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Place new cells beside those that a saved model was trained on.",
    discussion: """
      Reads a model that '--model' wrote and places the cells of the files in its embedding, \
      without any training; the cells of the training do not move. The files may be of batches that \
      the model never saw. Genes are matched by name; what the files lack, at most half, has its \
      mean. With labels in the model, each new cell gets that of most of its nearest neighbours, \
      and with '--certified-radius' also one by the latent means, with how far the cell's input may \
      move before that can change.

      Examples:
      scharmonize map model.h5 new.h5ad -o mapped.h5ad
      scharmonize map model.h5 new.h5ad -o mapped.csv --with-reference
      """)

  @Argument(
    help: ArgumentHelp("The model, as 'integrate --model' wrote it.", valueName: "model"),
    completion: .file(extensions: ["h5"]))
  var model: String

  @OptionGroup(title: "Input")
  var input: QueryInput

  @OptionGroup(title: "Output")
  var output: MappingOutputOptions

  @OptionGroup(title: "Placing")
  var placing: PlacingArguments

  @OptionGroup(title: "Resources")
  var resources: ResourceArguments

  @OptionGroup(title: "Logging")
  var logging: LoggingArguments

  func run() throws {
    let sheet = try input.sampleSheet()
    let inputs = sheet.samples.map(\.path) + [model]
    let destination = try Destination(
      output.output, format: output.outputFormat, inputs: inputs,
      embeddingOnly: output.embeddingOnly)
    if let json = output.json {
      try RunRecord.checkWritable(json, inputs: inputs, outputs: [destination.path])
    }
    let options = placing.options(resources, output: output.output)
    try destination.check(options)
    let console = Console(logging)
    let threads = try resources.threads
    let reference = try Model(readingAt: model, threads: threads)
    var readingOptions = input.readingOptions(threads: threads)
    readingOptions.fit(memory: options.memory)
    let cells = try CellDataset(
      query: sheet, for: reference, batchKey: input.batchKey, options: readingOptions,
      geneNaming: input.geneNames)
    console.notice(cells.description)
    var mapping = try reference.map(cells, options: options) { progress in
      try Interruption.shared.check(progress)
      console.show(progress)
    }
    mapping.record.nameFlags()
    mapping.record.notices.forEach(console.notice)
    mapping.record.warnings.forEach(console.warn)
    if let low = mapping.record.lowSupport, !low.isEmpty {
      console.warn(
        "'--min-support \(LowSupport.limit)' calls cells of low support 'unknown'; look at "
          + "'scharmonize_support' in 'obs' first, as a treatment or contamination lowers it too")
    }
    if let labels = mapping.labels, labels.unknownCount > 0 {
      console.notice("\(labels.unknownCount) of \(cells.count) cells are 'unknown'")
    }
    if let certified = mapping.certified { console.notice(certified.description) }
    try destination.write(
      mapping, of: cells, after: output.withReference ? reference : nil)
    if let json = output.json { try AtomicOutput.write(mapping.record.json(), to: json) }
    console.notice("wrote \(destination.name)")
  }
}
