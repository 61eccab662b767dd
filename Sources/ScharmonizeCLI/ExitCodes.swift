internal import Harmonize

/// The exit codes of the program.
///
/// They are those of sysexits.h, and of shells for signals, which workflow engines recognize.
enum ExitCode: Int32, CaseIterable {
  case done = 0
  case usage = 64
  case data = 65
  case noInput = 66
  case software = 70
  case cannotCreate = 73
  case inputOutput = 74
  case interrupted = 130
  case terminated = 143

  /// The meaning of the code.
  var meaning: String {
    switch self {
    case .done: "success"
    case .usage: "usage error"
    case .data: "invalid input"
    case .noInput: "input missing or unreadable"
    case .software: "internal error"
    case .cannotCreate: "output cannot be created"
    case .inputOutput: "reading or writing failed"
    case .interrupted: "stopped by SIGINT"
    case .terminated: "stopped by SIGTERM"
    }
  }

  /// The code's line in a table.
  var line: String {
    let number = String(rawValue)
    return number + String(repeating: " ", count: 5 - number.count) + meaning
  }

  /// Makes the code for an error of the library; `nil` for any other error.
  init?(of error: any Error) {
    guard let category = failureCategory(of: error) else { return nil }
    self =
      switch category {
      case .usage: .usage
      case .data: .data
      case .noInput: .noInput
      case .software: .software
      case .cannotCreate: .cannotCreate
      case .inputOutput: .inputOutput
      }
  }
}
