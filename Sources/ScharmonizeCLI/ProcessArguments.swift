internal import CArguments

/// The arguments of the process, the program's name first, also where there is no `/proc`.
let processArguments: [String] =
  CommandLine.arguments.isEmpty
  ? (0..<ca_count()).map { unsafe String(cString: ca_argument($0)) } : CommandLine.arguments
