internal import ArgumentParser
internal import Logging

/// Logging options that all commands share.
struct LoggingArguments: ParsableArguments {
  /// The name of the option that ``LogFormat/current`` looks for.
  static let formatOption = "log-format"

  @Flag(name: .shortAndLong, help: "Show only warnings and errors, no progress and no notices.")
  var quiet = false

  @Option(
    name: .customLong(formatOption),
    help: ArgumentHelp(
      "Format of standard error: text, or json (one object per line with 'time', 'level' and "
        + "'message').",
      valueName: "format"))
  var format = LogFormat.text

  /// A logger with the selected level.
  var logger: Logger {
    Logger(label: "scharmonize") { _ in
      LogLines(format: format, logLevel: quiet ? .warning : .info)
    }
  }
}
