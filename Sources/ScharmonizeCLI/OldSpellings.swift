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

  /// Options that took several words and take them comma-separated now, by subcommand.
  static let lists: [String: Set<String>] = ["evaluate": ["--embedding"]]

  /// Options that are gone, with what to do instead, by subcommand.
  static let removed: [String: [String: String]] = [
    "map": [
      "--fine-tune": fineTuning, "--fine-tune-shrinkage": fineTuning,
      "--fine-tune-visits": fineTuning,
      "--seed": "nothing in a mapping is random, so leave the option out",
    ]
  ]

  private static let fineTuning =
    "on average it did not improve the mapping, so leave the option out"

  /// Replaces old spellings in a command line.
  ///
  /// - Parameter arguments: The arguments without the program's name. Those after `--` are kept.
  /// - Returns: The arguments as the parser knows them.
  /// - Throws: `ValidationError` for an option that is gone.
  static func replaced(in arguments: [String]) throws(ValidationError) -> [String] {
    let command = Self.command(of: arguments)
    let removed = Self.removed[command] ?? [:]
    let names = Self.names[command] ?? [:]
    let values = Self.values[command] ?? [:]
    let end = arguments.firstIndex(of: "--") ?? arguments.endIndex
    var result: [String] = []
    // The number of words so far of a list, which begins with its option.
    var words: Int?
    for argument in arguments[..<end] {
      let parts = argument.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        .map(String.init)
      guard let first = parts.first, first.hasPrefix("--") else {
        if let count = words, count > 0, Self.isWordOfList(argument) {
          result[result.count - 1] += "," + argument
          continue
        }
        let value = result.last.flatMap { values[$0]?[argument] }
        result.append(value ?? argument)
        words = words == 0 ? 1 : nil
        continue
      }
      if let advice = removed[first] {
        throw ValidationError("'\(command) \(first)' was removed: \(advice).")
      }
      let name = names[first] ?? first
      words = Self.lists[command]?.contains(name) == true ? parts.count - 1 : nil
      let value = parts.dropFirst().first.map { "=" + (values[name]?[$0] ?? $0) }
      result.append(name + (value ?? ""))
    }
    return result + arguments[end...]
  }

  /// Returns whether an argument after a list is one of its words, rather than a file or an option.
  private static func isWordOfList(_ argument: String) -> Bool {
    !argument.hasPrefix("-") && !argument.contains(".") && !argument.contains("/")
  }

  /// Returns the subcommand of a command line, which is `integrate` if none is named.
  private static func command(of arguments: [String]) -> String {
    let commands = Scharmonize.configuration.subcommands.map { $0._commandName } + ["help"]
    return arguments.first.flatMap { commands.contains($0) ? $0 : nil } ?? "integrate"
  }
}
