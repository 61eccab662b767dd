internal import ArgumentParser
internal import Harmonize

/// `scharmonize integrate`: train on the given files and write the embedding.
struct Integrate: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Train a model and write a corrected embedding.",
    discussion: """
      Reads the counts of all inputs, trains on minibatches that mix the batches, and writes the \
      embedding of each cell to 'obsm/X_scharmonize' of an .h5ad, or to a table. The inputs are \
      not changed unless '--in-place' is given. With '--from-embedding', nothing is trained: an \
      embedding of the file is aligned.

      In a single file, '--batch-key' names the column of 'obs' with the batch of each cell. \
      Several files are one batch each, named after the file. They are joined on the genes that \
      all files have, or with '--join outer' on the genes that any file has.

      Examples:
      scharmonize cells.h5ad --batch-key donor -o harmonized.h5ad
      scharmonize day1.h5 day2.h5 -o harmonized.h5ad --model model.h5
      scharmonize --samples sheet.csv --join outer -o embedding.tsv.gz
      """)

  @OptionGroup(title: "Input")
  var input: InputOptions

  @OptionGroup(title: "Output")
  var output: OutputOptions

  @OptionGroup(title: "Cells and genes")
  var selection: SelectionArguments

  @OptionGroup(title: "Model")
  var model: ModelArguments

  @OptionGroup(title: "Training")
  var training: TrainingArguments

  @OptionGroup(title: "Embedding and alignment")
  var alignment: AlignmentArguments

  @OptionGroup(title: "Checks")
  var checks: CheckArguments

  @OptionGroup(title: "Checkpoints")
  var checkpoints: CheckpointArguments

  @OptionGroup(title: "Resources")
  var resources: ResourceArguments

  @OptionGroup(title: "Logging")
  var logging: LoggingArguments

  func validate() throws {
    let fromInput = [
      ("--samples", input.reading.samples == "-"), ("--genes", selection.chosen.genes == "-"),
      ("--corrected-genes", output.correctedGenes == "-"),
      ("--exclude-genes", selection.chosen.excludeGenes.contains("-")),
    ].filter(\.1)
    if input.fromEmbedding != nil {
      if output.corrected != nil {
        throw ValidationError(
          "'--corrected' needs a network, and '--from-embedding' trains none; leave one out.")
      }
      let matrix = input.reading.matrix
      if input.files.count == 1, matrix.layer != nil || matrix.useRaw {
        throw ValidationError(
          "'--from-embedding' reads no counts; leave '\(matrix.useRaw ? "--use-raw" : "--layer")' out."
        )
      }
      if checkpoints.checkpoint != nil || checkpoints.resume {
        throw ValidationError(
          "'--from-embedding' trains nothing that could be saved; leave '--checkpoint' and "
            + "'--resume' out.")
      }
    }
    guard fromInput.count < 2 else {
      throw ValidationError(
        "'\(fromInput[0].0)' and '\(fromInput[1].0)' cannot both be read from standard input.")
    }
  }

  func run() throws {
    let sheet = try input.sampleSheet()
    let inputs = sheet.samples.map(\.path)
    var options = try IntegrationOptions(
      selection, model, training, alignment, resources, output: output.output ?? inputs.first)
    options.covariates = input.covariate
    options.protect = input.protect
    options.trainLabels = input.trainLabels
    options.unlabelled = input.unlabelled
    options.sizeFactor = input.sizeFactor
    options.fromEmbedding = input.fromEmbedding
    try options.validate()
    if options.fromEmbedding != nil { try options.checkForCoordinates() }
    let destination = try Destination(
      output.output, format: output.outputFormat, inputs: inputs, inPlace: output.inPlace,
      embeddingOnly: output.embeddingOnly, umap: output.umap)
    var outputs = [destination.path]
    if let json = output.json {
      try RunRecord.checkWritable(json, inputs: inputs, outputs: outputs)
      if json != "-" { outputs.append(json) }
    }
    if let model = output.model {
      try Model.checkWritable(model, inputs: inputs, outputs: outputs)
      outputs.append(model)
    }
    if let report = output.report {
      try Report.checkWritable(report, inputs: inputs, outputs: outputs)
      outputs.append(report)
      options.uncorrectedCells = ReportOptions.pictureCells
    }
    if let multiqc = output.multiqc {
      try MultiQC.checkWritable(multiqc, inputs: inputs, outputs: outputs)
      outputs += [multiqc, MultiQC.generalPath(beside: multiqc)]
    }
    if let scratch = resources.scratch { try ScratchFolder.check(scratch) }
    let corrected = try output.corrected.map {
      try CorrectedOutput(
        $0, as: output.correctedAs, genes: output.genesOfInterest(), inputs: inputs,
        outputs: outputs)
    }
    let console = Console(logging)
    var saved: TrainingPosition?
    options.labelKey = input.labelKey
    options.checkpoint =
      options.fromEmbedding == nil ? try checkpoints.options(output: destination) : nil
    if let checkpoint = options.checkpoint {
      saved = try checkpoint.check(
        inputs: inputs, outputs: outputs + (corrected.map { [$0.path] } ?? []))
      console.notice(about: saved, in: checkpoint)
      Interruption.shared.expect(checkpoint)
    }
    var readingOptions = input.readingOptions(
      threads: options.threads, writesCounts: inputs.count > 1 && destination.holdsCounts)
    readingOptions.fit(memory: options.memory)
    var cells = try CellDataset(
      sheet, batchKey: input.batchKey, options: readingOptions, joining: input.joiningOptions)
    if let name = options.fromEmbedding { try cells.readCoordinates(name) }
    try options.adapt(to: cells, keeping: .init(selection.chosen, model, alignment))
    if let kind = options.featureKind { cells.featureKind = kind }
    try corrected?.check(cells, options)
    if let labelKey = input.labelKey { try cells.checkLabels(labelKey) }
    if checks.permutationTest { try cells.checkNullTest() }
    console.notice(cells.description)
    var layout = UMAPOptions()
    layout.seed = options.seed
    let plan = IntegrationPlan(
      cells, options, output, layout: layout, resuming: checkpoints.resume ? saved : nil,
      hasControls: checks.permutationTest)
    let run = RunProgress(total: plan.total) { progress in
      try Interruption.shared.check(progress)
      console.show(progress)
    }
    run.begin(cost: plan.integration)
    var result = try integrate(cells, options: options, progress: run.report)
    if let sentence = result.record.store.sentence { console.notice(sentence) }
    if let labelKey = input.labelKey { try result.warnOfConfounding(with: labelKey, in: cells) }
    if checks.permutationTest {
      run.begin(cost: plan.controls)
      try result.testAgainstNull(cells, options: options, progress: run.report)
      if let test = result.record.nullTest {
        console.notice(
          "Jaccard index of the 30-nearest-neighbour graphs (1 identical, 0 disjoint): permuted "
            + "batches \(rounded(test.permutedBatches)), another seed \(rounded(test.anotherSeed))")
      }
    }
    if output.umap {
      run.begin(cost: plan.umap)
      try result.addUMAP(options: layout, progress: run.report)
    }
    run.begin(cost: plan.measuring)
    try corrected?.measure(&result, of: cells, progress: run.report)
    corrected?.warn(about: &result)
    result.record.nameFlags()
    result.record.notices.forEach(console.notice)
    result.record.warnings.forEach(console.warn)
    run.begin(cost: plan.writing)
    try destination.write(&result, of: cells, progress: run.report)
    run.begin(cost: plan.correcting)
    try corrected?.write(&result, of: cells, progress: run.report)
    if let model = output.model {
      try Model(result, of: cells, labelKey: input.labelKey).write(to: model)
    }
    if let json = output.json { try result.record.write(to: json) }
    if let multiqc = output.multiqc {
      try MultiQC(of: result.record, sample: MultiQC.sampleName(ofOutput: destination.path))
        .write(to: multiqc)
    }
    if let report = output.report {
      var shown = ReportOptions()
      shown.labelKey = input.labelKey
      shown.commandLine = processArguments
      run.begin(cost: plan.reporting)
      var page = try result.report(of: cells, options: shown, progress: run.report)
      page.nameFlags()
      try page.write(to: report)
    }
    try run.finish()
    console.wrote(destination.path, .output)
    console.wrote(corrected?.path, .corrected)
    console.wrote(output.model, .model)
    console.wrote(output.json, .record)
    console.wrote(output.multiqc, .multiqc)
    console.wrote(output.multiqc.map(MultiQC.generalPath(beside:)), .multiqc)
    console.wrote(output.report, .report)
    if let checkpoint = options.checkpoint { console.discard(checkpoint) }
    console.end(result.record)
  }

  private func rounded(_ share: Double) -> String { "\((share * 100).rounded() / 100)" }
}
