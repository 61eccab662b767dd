internal import ArgumentParser
internal import Foundation
internal import Support

extension Scharmonize {
  /// Checks that the first word is not a misspelt subcommand, which would be taken for a file.
  ///
  /// - Parameter arguments: The arguments without the program's name.
  /// - Throws: `ValidationError`.
  static func checkCommand(_ arguments: [String]) throws {
    let commands = configuration.subcommands.map { $0._commandName }
    guard let word = arguments.first, !word.hasPrefix("-"), !word.contains("." as Character),
      !commands.contains(word), let meant = likelyMeant(word, among: commands),
      !FileManager.default.fileExists(atPath: word)
    else { return }
    throw ValidationError(
      "There is no subcommand and no file '\(word)' (did you mean '\(meant)'?).")
  }
}
