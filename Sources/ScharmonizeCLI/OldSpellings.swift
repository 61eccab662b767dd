internal import ArgumentParser

/// Names and values of options in version 0.1.0 that have changed since.
///
/// They are replaced before parsing, so scripts for 0.1.0 keep working. The help and error messages
/// have the new spellings only.
enum OldSpellings {
  /// The new name of each renamed option, by subcommand.
  static let names: [String: [String: String]] = [
    "integrate": [
      "--as": "--corrected-as", "--clusters": "--n-clusters", "--components": "--n-components",
      "--critic-hidden": "--critic-hidden-sizes", "--hidden": "--hidden-sizes",
      "--latent": "--n-latent", "--minibatches": "--minibatch-mix",
      "--null-test": "--permutation-test", "--source-shrinkage": "--batch-shrinkage",
    ],
    "map": ["--neighbours": "--n-neighbors"],
    "simulate": ["--sources": "--batches"],
  ]

  /// The new value of each renamed value, by subcommand and option.
  static let values: [String: [String: [String: String]]] = [
    "integrate": [
      "--decoder-norm": ["source": "per-batch"], "--encoder-norm": ["source": "per-batch"],
    ]
  ]

  /// Replaces old spellings in a command line.
  ///
  /// - Parameter arguments: The arguments without the program's name. Those after `--` are kept.
  /// - Returns: The arguments as the parser knows them.
  static func replaced(in arguments: [String]) -> [String] {
    let command = Self.command(of: arguments)
    let names = Self.names[command] ?? [:]
    let values = Self.values[command] ?? [:]
    let end = arguments.firstIndex(of: "--") ?? arguments.endIndex
    var result: [String] = []
    for argument in arguments[..<end] {
      let parts = argument.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        .map(String.init)
      guard let first = parts.first, first.hasPrefix("--") else {
        let value = result.last.flatMap { values[$0]?[argument] }
        result.append(value ?? argument)
        continue
      }
      let name = names[first] ?? first
      let value = parts.dropFirst().first.map { "=" + (values[name]?[$0] ?? $0) }
      result.append(name + (value ?? ""))
    }
    return result + arguments[end...]
  }

  /// Returns the subcommand of a command line, which is `integrate` if none is named.
  private static func command(of arguments: [String]) -> String {
    let commands = Scharmonize.configuration.subcommands.map { $0._commandName } + ["help"]
    return arguments.first.flatMap { commands.contains($0) ? $0 : nil } ?? "integrate"
  }
}
