internal import ArgumentParser
internal import Foundation
internal import Logging

/// How lines on standard error are written.
enum LogFormat: String, CaseIterable, ExpressibleByArgument {
  /// For people: warnings and errors say that they are, all else stands as it is.
  case text

  /// For programs: an object a line.
  case json

  /// The one that the command line asks for.
  ///
  /// It is looked up in the arguments themselves, as what is wrong with these is told in it, too.
  static let current = LogFormat(arguments: CommandLine.arguments.dropFirst())

  /// Looks a command line through; the last of several is the one that counts.
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

  /// A line, without its end.
  func line(_ level: Logger.Level, _ message: String, _ metadata: Logger.Metadata = [:]) -> String {
    switch self {
    case .text:
      switch level {
      case .warning: "Warning: \(message)"
      case .error: "Error: \(message)"
      default: message
      }
    case .json:
      "{"
        + ([
          ("time", quoted(Self.now)), ("level", quoted(level.rawValue)),
          ("message", quoted(message)),
        ] + metadata.sorted { $0.key < $1.key }.map { ($0.key, value($0.value)) })
        .map { "\(quoted($0)):\($1)" }.joined(separator: ",") + "}"
    }
  }

  /// The time in UTC, such as `2026-02-03T04:05:06.789Z`, in any locale.
  private static var now: String {
    Date.now.formatted(Date.ISO8601FormatStyle(includingFractionalSeconds: true))
  }

  /// Numbers stay numbers.
  private func value(_ value: Logger.MetadataValue) -> String {
    switch value {
    case .stringConvertible(let number as Int): "\(number)"
    case .stringConvertible(let number as Double) where number.isFinite: "\(number)"
    default: quoted("\(value)")
    }
  }

  private func quoted(_ text: String) -> String {
    var json = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": json += "\\\""
      case "\\": json += "\\\\"
      case "\n": json += "\\n"
      case "\t": json += "\\t"
      // Beside what JSON asks for, the ends of lines that some programs see.
      case _ where scalar.value < 0x20 || [0x7F, 0x85, 0x2028, 0x2029].contains(scalar.value):
        let digits = String(scalar.value, radix: 16)
        json += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
      default: json.unicodeScalars.append(scalar)
      }
    }
    return json + "\""
  }
}
