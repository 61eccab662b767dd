internal import ArgumentParser
internal import Harmonize
internal import Support

/// `scharmonize encode`: encode all cells of one file.
struct Encode: StepCommand {
  static let configuration = CommandConfiguration(
    abstract: "Step 5: encode all cells of one file.",
    discussion: """
      Reads one file of the plan and writes the latent means and decoded coordinates of all of \
      its cells. One job a file.

      Examples:
      \(StepExamples.lines(to: 5))
      """)

  @Argument(
    help: ArgumentHelp("File of the plan.", valueName: "file"), completion: .file())
  var file: String

  @OptionGroup
  var planned: PlanArgument

  @OptionGroup
  var trained: ModelArgument

  @OptionGroup
  var written: StepOutput

  @OptionGroup(title: "Resources")
  var resources: StreamArguments

  @OptionGroup(title: "Logging")
  var logging: LoggingArguments

  var inputs: [String] { [file, planned.plan, trained.model] }
  var output: String { written.output }

  func run(_ console: Console, _ progress: @escaping ProgressHandler) throws -> String? {
    let cells = try encode(
      file, plan: planned.plan, model: trained.model, to: output, resources.step(progress))
    return "\(counted(cells, "cell"))"
  }
}
