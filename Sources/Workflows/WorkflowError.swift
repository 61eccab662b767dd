/// The reason why a wrapper could not be made; each is an internal error of the program.
package enum WorkflowError: Error, Equatable, Sendable {
  /// The declarations are not in the format of ArgumentParser.
  case unreadableDeclarations(String)

  /// The declarations lack the command.
  case noSuchCommand(String)

  /// The kind of an option's value is unknown: ``ParameterTable`` lacks it.
  case unknownOption(command: String, option: String)
}

extension WorkflowError: CustomStringConvertible {
  /// One sentence with what was found and what is missing.
  package var description: String {
    switch self {
    case .unreadableDeclarations(let reason):
      "the program's declarations cannot be read: \(reason)"
    case .noSuchCommand(let command):
      "the program has no command '\(command)'"
    case .unknownOption(let command, let option):
      "the kind of value of option '\(option)' of '\(command)' is unknown"
    }
  }
}
