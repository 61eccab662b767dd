internal import ArgumentParser
internal import Harmonize
internal import Support

/// `scharmonize train`: train on the packed counts of all files.
struct Train: StepCommand {
  static let configuration = CommandConfiguration(
    abstract: "Step 4: train a model on the packed counts of all files.",
    discussion: """
      Finds the populations that batches share, and trains on minibatches that mix the batches. \
      One job. A stopped training continues with '--resume', and gives the same bytes.

      Examples:
      \(StepExamples.lines(to: 4))
      """)

  @Argument(
    help: ArgumentHelp("Packs of all files of the plan, in any order.", valueName: "pack"),
    completion: .file())
  var packs: [String]

  @OptionGroup
  var planned: PlanArgument

  @OptionGroup
  var written: StepOutput

  @OptionGroup(title: "Checkpoints")
  var checkpoints: CheckpointArguments

  @OptionGroup(title: "Resources")
  var resources: ResourceArguments

  @OptionGroup(title: "Logging")
  var logging: LoggingArguments

  var inputs: [String] { packs + [planned.plan] }
  var output: String { written.output }

  func run(_ console: Console, _ progress: @escaping ProgressHandler) throws -> String? {
    let checkpoint = try checkpoints.options(beside: output)
    if let checkpoint {
      console.notice(
        about: try checkpoint.check(inputs: inputs, outputs: [output]), in: checkpoint)
      Interruption.shared.expect(checkpoint)
    }
    let diagnostics = try train(
      onPacks: packs, plan: planned.plan, to: output, checkpoint: checkpoint,
      resources.streaming.step(
        progress, scratch: resources.scratch ?? ScratchFolder.standard(besideOutput: output)))
    diagnostics.warnings.forEach(console.warn)
    if let checkpoint { console.discard(checkpoint) }
    return nil
  }
}
