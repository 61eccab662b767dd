internal import ArgumentParser
internal import Foundation
internal import Logging
internal import Support

/// The format of lines on standard error.
enum LogFormat: String, CaseIterable, ExpressibleByArgument {
  /// Text for people; only warnings and errors have a prefix.
  case text

  /// One JSON object per line, for programs.
  case json

  /// The format that the command line selects.
  ///
  /// It is searched in the raw arguments, because errors in the arguments are also reported in it.
  static let current = LogFormat(arguments: processArguments.dropFirst())

  /// Searches a command line; the last option wins.
  init(arguments: some Sequence<String>) {
    let option = "--\(LoggingArguments.formatOption)"
    var (name, isNext) = ("", false)
    for argument in arguments.prefix(while: { $0 != "--" }) {
      if isNext { name = argument }
      if argument.hasPrefix("\(option)=") { name = String(argument.dropFirst(option.count + 1)) }
      isNext = argument == option
    }
    self = LogFormat(rawValue: name) ?? .text
  }

  /// Returns a line without its line feed.
  ///
  /// Control characters, which names from files may have, are shown as escapes.
  func line(_ level: Logger.Level, _ message: String, _ metadata: Logger.Metadata = [:]) -> String {
    switch self {
    case .text:
      let message = visible(message)
      return switch level {
      case .warning: "Warning: \(message)"
      case .error: "Error: \(message)"
      default: message
      }
    case .json:
      return "{"
        + ([
          ("time", jsonString(Self.now)), ("level", jsonString(level.rawValue)),
          ("message", jsonString(message)),
        ] + metadata.sorted { $0.key < $1.key }.map { ($0.key, value($0.value)) })
        .map { "\(jsonString($0)):\($1)" }.joined(separator: ",") + "}"
    }
  }

  /// The time in UTC, such as `2026-02-03T04:05:06.789Z`, in any locale.
  private static var now: String {
    Date.now.formatted(Date.ISO8601FormatStyle(includingFractionalSeconds: true))
  }

  /// Keeps numbers as numbers.
  private func value(_ value: Logger.MetadataValue) -> String {
    switch value {
    case .stringConvertible(let number as Int): "\(number)"
    case .stringConvertible(let number as Double) where number.isFinite: "\(number)"
    default: jsonString("\(value)")
    }
  }
}
