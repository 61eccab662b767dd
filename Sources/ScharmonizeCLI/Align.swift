internal import ArgumentParser
internal import Harmonize
internal import Support

/// `scharmonize align`: align the encoded cells of all files.
struct Align: StepCommand {
  static let configuration = CommandConfiguration(
    abstract: "Step 6: align the encoded cells of all files.",
    discussion: """
      Removes the remaining batch effect in each cluster, and compares the embedding with the \
      uncorrected expression. One job, which needs no counts.

      Examples:
      \(StepExamples.lines(to: 6))
      """)

  @Argument(
    help: ArgumentHelp("Encoded cells of all files of the plan, in any order.", valueName: "cells"),
    completion: .file())
  var cells: [String]

  @OptionGroup
  var planned: PlanArgument

  @OptionGroup
  var trained: ModelArgument

  @OptionGroup
  var written: StepOutput

  @Option(
    help: ArgumentHelp(
      "Write the record of the run as JSON; '-' for standard output.", valueName: "file"),
    completion: .file(extensions: ["json"]))
  var json: String?

  @OptionGroup(title: "Resources")
  var resources: StreamArguments

  @OptionGroup(title: "Logging")
  var logging: LoggingArguments

  var inputs: [String] { cells + [planned.plan, trained.model] }
  var output: String { written.output }

  func run(_ console: Console, _ progress: @escaping ProgressHandler) throws -> String? {
    if let json { try RunRecord.checkWritable(json, inputs: inputs, outputs: [output]) }
    var aligned = try AlignedSteps(
      cells, plan: planned.plan, model: trained.model, resources.step(progress))
    aligned.record.nameFlags()
    aligned.record.notices.forEach(console.notice)
    aligned.record.warnings.forEach(console.warn)
    try aligned.write(to: output)
    if let json { try aligned.record.write(to: json) }
    console.wrote(json, .record)
    return aligned.record.outcome
  }
}
