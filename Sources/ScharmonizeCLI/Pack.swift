internal import ArgumentParser
internal import Harmonize
internal import Support

/// `scharmonize pack`: write the counts of one file that the training looks at.
struct Pack: StepCommand {
  static let configuration = CommandConfiguration(
    abstract: "Step 3: pack the counts of one file that the training looks at.",
    discussion: """
      Reads one file of the plan and writes the counts of the selected genes of its planned \
      cells. One job a file.

      Examples:
      \(StepExamples.lines(to: 3))
      """)

  @Argument(
    help: ArgumentHelp("File of the plan.", valueName: "file"), completion: .file())
  var file: String

  @OptionGroup
  var planned: PlanArgument

  @OptionGroup
  var written: StepOutput

  @OptionGroup(title: "Resources")
  var resources: StreamArguments

  @OptionGroup(title: "Logging")
  var logging: LoggingArguments

  var inputs: [String] { [file, planned.plan] }
  var output: String { written.output }

  func run(_ console: Console, _ progress: @escaping ProgressHandler) throws -> String? {
    let cells = try pack(file, plan: planned.plan, to: output, resources.step(progress))
    return "\(counted(cells, "cell"))"
  }
}
