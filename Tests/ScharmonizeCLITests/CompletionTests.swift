import Foundation
import Testing
import TestSupport

/// The scripts by which shells complete the program's command lines.
@Suite struct CompletionTests {
  @Test(arguments: ["bash", "zsh", "fish"])
  func `the script is one that the shell takes`(shell: String) throws {
    let outcome = try Program.run(["--generate-completion-script", shell])
    #expect(outcome.status == 0)
    for command in try DocumentSession.subcommands() where command != "help" {
      #expect(outcome.output.contains(command))
    }
    for word in ["batch-key", "encoder-norm", "mixed", "h5ad"] {
      #expect(outcome.output.contains(word), "no '\(word)'")
    }
    let folder = try TemporaryFolder()
    let script = folder.path("scharmonize.\(shell)")
    try Data(outcome.output.utf8).write(to: URL(filePath: script))
    guard let program = Self.path(of: shell) else {
      print("skipped: \(shell) is not installed, so its script is not checked")
      return
    }
    let check = try Program.start(["-n", script], program: URL(filePath: program)).wait()
    #expect(check.status == 0 && check.error.isEmpty, "\(check.error)")
  }

  @Test(arguments: [
    (["scharmonize", "ev"], "evaluate"),
    (["scharmonize", "integrate", "--enco"], "--encoder-norm"),
    (["scharmonize", "integrate", "--minibatch-mix", "si"], "single"),
    (["scharmonize", "integrate", "ce"], "cells.h5ad"),
    (["scharmonize", "map", "mo"], "model.h5"),
    (["scharmonize", "integrate", "cells.h5ad", "--batch-key", "do"], "donor"),
    (["scharmonize", "evaluate", "cells.h5ad", "--label-key", ""], "cell_type"),
    (["scharmonize", "evaluate", "cells.h5ad", "--embedding", "X_s"], "X_scVI"),
  ])
  func `bash completes commands, options, values, files and what is in them`(
    words: [String], expected: String
  ) throws {
    let folder = try TemporaryFolder()
    try DocumentFiles.makeAnnData(at: folder.path("cells.h5ad"))
    for name in ["cells.txt", "model.h5", "model.pdf"] {
      try Data().write(to: folder.url.appending(path: name))
    }
    let script = folder.path("completions")
    try Data(Program.run(["--generate-completion-script", "bash"]).output.utf8)
      .write(to: URL(filePath: script))
    // As bash does it: the function that the script names is told the words, and fills COMPREPLY.
    let line = """
      cd "$1"; shift; . ./completions || exit 1
      scharmonize() { "$program" "$@"; }
      function="$(complete -p scharmonize | sed 's/.*-F \\([^ ]*\\) .*/\\1/')"
      COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); COMP_LINE="$*"; COMP_POINT=${#COMP_LINE}
      "$function" scharmonize "${COMP_WORDS[COMP_CWORD]}" "${COMP_WORDS[COMP_CWORD - 1]}"
      printf '%s\\n' "${COMPREPLY[@]}"
      """
    let bash = try #require(Self.path(of: "bash"))
    let outcome = try Program.start(
      ["-c", "program='\(Program.url.path)'\n" + line, "bash", folder.url.path] + words,
      program: URL(filePath: bash)
    ).wait()
    let replies = outcome.output.split(separator: "\n").map {
      $0.trimmingCharacters(in: .whitespaces)
    }
    #expect(replies.contains(expected), "\(replies) \(outcome.error)")
    #expect(!replies.contains("cells.txt") && !replies.contains("model.pdf"))
  }

  private static func path(of shell: String) -> String? {
    ["/bin", "/usr/bin", "/usr/local/bin", "/opt/homebrew/bin"].map { "\($0)/\(shell)" }
      .first { FileManager.default.isExecutableFile(atPath: $0) }
  }
}
