internal import Harmonize

/// The exit code for an error of the library, or `nil` for one that is not.
///
/// The numbers are those of sysexits.h, as workflow engines know them.
func sysexit(of error: any Error) -> Int32? {
  guard let category = failureCategory(of: error) else { return nil }
  return switch category {
  case .usage: 64
  case .data: 65
  case .noInput: 66
  case .software: 70
  case .cannotCreate: 73
  case .inputOutput: 74
  }
}
