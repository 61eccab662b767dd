internal import ArgumentParser
internal import CellFiles
internal import Foundation
internal import Harmonize
internal import Logging
internal import Numerics

/// The program `scharmonize`, with the declarations of its commands.
@main
struct Scharmonize: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "scharmonize",
    abstract: "Remove batch effects from single-cell data.",
    discussion: """
      Trains an autoencoder with batch normalization on minibatches that mix the batches (labs, \
      days, donors, chemistries), and writes an embedding in which the batches are comparable.

      'scharmonize FILE... -o OUT' is short for 'scharmonize integrate FILE... -o OUT'.

      Results go to the named files, or to standard output if '-' is given. Progress, notices, \
      warnings and errors go to standard error.

      Environment:
      SCHARMONIZE_THREADS  number of threads if '--threads' is not given
      SCHARMONIZE_ISA      'avx2', 'avx512', 'avx512bf16' or 'amx': the only one to use; results do
                           not change
      TMPDIR               folder for scratch files, unless it is held in memory
      HDF5_PLUGIN_PATH     folder with HDF5 plugins, for files that need them

      Files:
      OUT.checkpoint          interrupted training, for '--resume'
      .OUT.scharmonize-*.tmp  output that is being written

      Exit codes:
      \(ExitCode.allCases.map(\.line).joined(separator: "\n"))

      Examples:
      scharmonize inspect cells.h5ad
      scharmonize cells.h5ad --batch-key donor -o harmonized.h5ad
      scharmonize help integrate
      """,
    version: scharmonizeVersion,
    subcommands: [
      Integrate.self, Map.self, Evaluate.self, Inspect.self, Certify.self, Simulate.self,
      Workflow.self,
    ],
    groupedSubcommands: [
      CommandGroup(
        name: "Steps over files",
        subcommands: [
          Scan.self, Plan.self, Pack.self, Train.self, Encode.self, Align.self, Write.self,
        ])
    ],
    defaultSubcommand: Integrate.self)

  static func main() {
    occupyClosedStandardDescriptors()
    Interruption.shared.watch()
    endOnFaultsOfHDF5(
      damaged: ExitCode.data.rawValue, unreadable: ExitCode.inputOutput.rawValue,
      asJSON: LogFormat.current == .json)
    do {
      let arguments = try OldSpellings.replaced(in: Array(processArguments.dropFirst()))
      try checkCommand(arguments)
      var command = try parseAsRoot(arguments)
      try checkInstructionSet()
      try command.run()
    } catch {
      fail(with: error)
    }
  }

  /// Refuses an instruction set that this processor lacks, and warns of slow kernels.
  private static func checkInstructionSet() throws(UsageError) {
    if let warning = try InstructionSet.selected().warning {
      LogLines.ofLastWords.warning("\(warning)")
    }
  }

  /// Reports an error and exits with its code.
  private static func fail(with error: any Error) -> Never {
    let log = LogLines.ofLastWords
    if let stop = error as? Interrupted {
      log.critical("\(Interruption.shared.sentence(for: stop))", metadata: stop.metadata)
      exitRemovingTemporaryFiles(stop.status)
    }
    guard let code = status(of: error) else {
      let status = exitCode(for: error)
      if LogFormat.current == .json, status != .success {
        log.error("\(message(for: error))", metadata: metadata(status.rawValue))
        Foundation.exit(status.rawValue)
      }
      exit(withError: error)
    }
    log.error(
      "\(FlagNames.sentence(for: error))\(code == .software ? "; this is an internal error of scharmonize, please report it" : "")",
      metadata: metadata(code.rawValue))
    if let sentence = Interruption.shared.sentenceForFailure { log.notice("\(sentence)") }
    Foundation.exit(code.rawValue)
  }

  private static func metadata(_ status: Int32) -> Logger.Metadata {
    ["status": .stringConvertible(Int(status))]
  }

  /// Returns the exit code for an error; `nil` for errors that ArgumentParser reports.
  static func status(of error: any Error) -> ExitCode? {
    if let code = ExitCode(of: error) { return code }
    return exitCode(for: error) == .failure ? .software : nil
  }
}
