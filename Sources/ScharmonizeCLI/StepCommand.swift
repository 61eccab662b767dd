internal import ArgumentParser
internal import CellFiles
internal import Harmonize
internal import Support

/// A subcommand that is one step of an integration over files.
protocol StepCommand: ParsableCommand {
  /// The files that the step reads.
  var inputs: [String] { get }

  /// The file that the step writes.
  var output: String { get }

  /// The logging options.
  var logging: LoggingArguments { get }

  /// Runs the step.
  ///
  /// - Parameters:
  ///   - console: The console for messages.
  ///   - progress: Receives the progress.
  /// - Returns: The result in a few words, or `nil` if it was told.
  /// - Throws: Errors of the step.
  func run(_ console: Console, _ progress: @escaping ProgressHandler) throws -> String?
}

extension StepCommand {
  func run() throws {
    try checkOutput(output, of: "path", inputs: inputs, outputs: [])
    let console = Console(logging)
    let meter = RunProgress(total: 1) { progress in
      try Interruption.shared.check(progress)
      console.show(progress)
    }
    meter.begin(cost: 1)
    let result = try run(console, meter.report)
    try meter.finish()
    console.wrote(output, .step)
    if let result { console.notice(result) }
  }
}

/// Checks the output of a command that never changes an input.
///
/// - Throws: `UsageError` if it is one of the inputs.
func checkIsNoInput(_ output: String, _ inputs: [String]) throws {
  guard !inputs.contains(where: { isSameFile($0, output) }) else {
    throw UsageError("the output of `path` is the input '\(output)'; name another file")
  }
}

/// Examples in the help of the steps: all steps of one file, each up to its own.
enum StepExamples {
  private static let all = [
    "scharmonize scan day1.h5ad --batch-key donor -o day1.scan",
    "scharmonize plan day1.scan -o atlas.plan",
    "scharmonize pack day1.h5ad --plan atlas.plan -o day1.pack",
    "scharmonize train day1.pack --plan atlas.plan -o atlas.trained",
    "scharmonize encode day1.h5ad --plan atlas.plan --model atlas.trained -o day1.cells",
    "scharmonize align day1.cells --plan atlas.plan --model atlas.trained -o atlas.embedding",
    "scharmonize write day1.h5ad --plan atlas.plan --cells day1.cells --embedding atlas.embedding "
      + "-o day1.harmonized.h5ad",
  ]

  /// Returns the examples up to a step, counted from 1.
  static func lines(to step: Int) -> String { all.prefix(step).joined(separator: "\n") }
}

/// The file that a step writes.
struct StepOutput: ParsableArguments {
  @Option(
    name: .shortAndLong, help: ArgumentHelp("File to write.", valueName: "file"),
    completion: .file())
  var output: String
}

/// The plan of the steps.
struct PlanArgument: ParsableArguments {
  @Option(
    help: ArgumentHelp("Plan, written by 'plan'.", valueName: "file"), completion: .file())
  var plan: String
}

/// The trained model of the steps.
struct ModelArgument: ParsableArguments {
  @Option(
    help: ArgumentHelp("Trained model, written by 'train'.", valueName: "file"),
    completion: .file())
  var model: String
}

extension StreamArguments {
  /// Returns the resources of a step.
  ///
  /// - Throws: ``OptionError``.
  func step(_ progress: @escaping ProgressHandler, scratch: String? = nil) throws -> StepResources {
    StepResources(
      threads: try threading.count(), memory: memory?.bytes, scratchFolder: scratch,
      progress: progress)
  }
}
