import Foundation
import Testing
import TestSupport

/// Terminal codes go to terminals, and nowhere else.
@Suite struct TerminalTests {
  let folder: TemporaryFolder

  private static let arguments = [
    "x.h5ad", "-o", "out.csv", "--visits", "6400", "--hidden-sizes", "4", "--n-latent", "2",
  ]

  init() throws {
    folder = try TemporaryFolder()
    try makeInput(at: folder.path("x.h5ad"))
  }

  /// What the program writes to a terminal, which `script` of util-linux makes for it.
  private func onTerminal(
    _ arguments: [String], setting variables: String = "TERM=xterm", stopAt text: String? = nil
  ) throws -> (status: Int32, text: String) {
    let command = "echo $$ >pid; \(variables) exec \"$PROGRAM\" \(arguments.joined(separator: " "))"
    let running = try Program.start(
      [
        "-c", "PROGRAM=\"$0\" SHELL=/bin/sh exec script -qefc \"$1\" /dev/null >screen",
        Program.url.path, command,
      ],
      in: folder.url, program: URL(filePath: "/bin/sh"))
    var screen: String {
      let data = try? Data(contentsOf: folder.url.appending(path: "screen"))
      return String(decoding: data ?? Data(), as: UTF8.self)
    }
    if let text {
      while running.isRunning, !screen.contains(text) { usleep(1000) }
      let pid = try String(contentsOfFile: folder.path("pid"), encoding: .utf8)
      kill(try #require(Int32(pid.filter(\.isNumber))), SIGTERM)
    }
    let status = try running.wait().status
    return (status, screen)
  }

  /// What stands on the lines of a terminal in the end.
  private func screen(_ text: String) -> [String] {
    text.split(separator: "\r\n", omittingEmptySubsequences: false).map { line in
      // Every return to the start is followed by text that clears the rest, or is cleared itself.
      let last = line.split(separator: "\r", omittingEmptySubsequences: false).last ?? ""
      return String(last).replacing("\u{1B}[K", with: "")
    }
  }

  @Test func `a terminal shows a bar, and in the end lines alone`() throws {
    let (status, text) = try onTerminal(Self.arguments)
    #expect(status == 0)
    // The bar is of the whole run, so it is full behind the training alone.
    #expect(text.contains(#/\rtraining █+░+ \d+%/#) && text.contains(#/\rwriting █{50} 100% /#))
    #expect(text.contains("\u{1B}[K"))
    let lines = screen(text)
    #expect(lines.suffix(3).first == "wrote out.csv" && lines.last == "")
    #expect(lines.suffix(2).first?.hasPrefix("mixing ") == true)
    #expect(lines.allSatisfy { !$0.contains("█") && !$0.contains("\u{1B}") }, "\(lines)")
  }

  @Test func `an error and a signal clear the bar`() throws {
    // One that no machine comes to the end of before the signal.
    let long = Self.arguments.map { $0 == "6400" ? "6000000000" : $0 }
    let (status, text) = try onTerminal(long, stopAt: "training ░")
    #expect(status == 143)
    let lines = screen(text)
    #expect(lines.suffix(2).first?.hasPrefix("Stopped by SIGTERM. The training is saved") == true)
    #expect(lines.allSatisfy { !$0.contains("█") }, "\(lines)")
  }

  @Test(arguments: [
    ("TERM=xterm", ["--quiet"]), ("TERM=xterm", ["--log-format", "json"]), ("TERM=dumb", []),
    ("TERM=", []),
  ])
  func `no bar where it is not wanted, or cannot be`(variables: String, more: [String]) throws {
    let (status, text) = try onTerminal(Self.arguments + more, setting: variables)
    #expect(status == 0)
    #expect(!text.contains("█") && !text.contains("\u{1B}"))
    #expect(!text.replacing("\r\n", with: "\n").contains("\r"))
    #expect(text.contains("wrote out.csv") == (more != ["--quiet"]))
  }

  @Test func `a bar has no colour, whatever NO_COLOR says`() throws {
    let (_, text) = try onTerminal(Self.arguments, setting: "NO_COLOR=1 TERM=xterm")
    #expect(text.contains("█"))
    #expect(text.matches(of: #/\x1B\[[0-9;]*m/#).isEmpty)
  }

  @Test func `a file and a pipe get no terminal codes`() throws {
    let outcome = try Program.shell(
      "TERM=xterm \"$0\" \"$@\" 2>&1 | cat", Self.arguments, in: folder.url)
    for text in [outcome.output, try Program.run(Self.arguments, in: folder.url).error] {
      #expect(text.contains("training 50% (run "))
      #expect(!text.utf8.contains(0x1B) && !text.utf8.contains(0x0D))
    }
  }
}
