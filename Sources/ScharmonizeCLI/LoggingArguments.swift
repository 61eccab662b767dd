internal import ArgumentParser
internal import Logging

/// Logging options that all commands share.
struct LoggingArguments: ParsableArguments {
  /// The name of the option that ``LogFormat/current`` looks for.
  static let formatOption = "log-format"

  @Flag(name: .shortAndLong, help: "Show no progress and no notices; warnings and errors remain.")
  var quiet = false

  @Option(
    name: .customLong(formatOption),
    help: ArgumentHelp(
      "How standard error is written: text for people, or json, an object a line with 'time', "
        + "'level' and 'message'.",
      valueName: "format"))
  var format = LogFormat.text

  /// A logger with the selected level.
  var logger: Logger {
    Logger(label: "scharmonize") { _ in
      LogLines(format: format, logLevel: quiet ? .warning : .info)
    }
  }
}
