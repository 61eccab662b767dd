/// Why no wrapper could be made: each is a fault of the program, not of its user.
public enum WorkflowError: Error, Equatable, Sendable {
  /// The declarations are not what ArgumentParser prints.
  case unreadableDeclarations(String)

  /// The declarations have no such command.
  case noSuchCommand(String)

  /// A wrapper cannot tell what the value of an option is: ``ParameterTable`` lacks it.
  case unknownOption(command: String, option: String)
}

extension WorkflowError: CustomStringConvertible {
  /// One sentence: what was found, and what is missing.
  public var description: String {
    switch self {
    case .unreadableDeclarations(let reason):
      "the program's declarations cannot be read: \(reason)"
    case .noSuchCommand(let command):
      "the program declares no command '\(command)'"
    case .unknownOption(let command, let option):
      "no wrapper knows what '\(option)' of '\(command)' takes"
    }
  }
}
