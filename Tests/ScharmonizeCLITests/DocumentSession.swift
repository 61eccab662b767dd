import Foundation
import Testing
import TestSupport

/// A folder in which the command lines of one document are run, one after the other.
final class DocumentSession {
  private let scratch: TemporaryFolder
  private let folder: URL
  private let path: String
  private var status: Int32 = 0
  private var outputs: Set<String> = []
  private var script: [String] = []

  /// Commands of other programs, which are not run, and why not.
  static let notRun: [String: String] = [
    "apt-get": "changes the machine", "sudo": "changes the machine",
    "swift": "builds the project, which the tests are part of", "batch": "is a user's shell",
    "man": "waits for a reader", "git": "needs the network", "docker": "needs the network",
    "nextflow": "is another program", "snakemake": "is another program",
    "cwltool": "is another program", "planemo": "is another program",
    "multiqc": "is another program", "python": "is another program",
    "python3": "is another program", "Rscript": "is another program",
    ".ci/site": "builds the project, which the tests are part of", "open": "waits for a reader",
    "xdg-open": "waits for a reader", "conda": "needs the network", "pip": "needs the network",
  ]

  /// Commands of the shell and the system that may stand beside those of the program.
  private static let shell: Set<String> = [
    "cat", "cd", "echo", "export", "head", "ls", "mkdir", "cp", "mv", "rm", "test", "wc", "for",
    "do", "done", "if", "fi", "grep", "zcat", "cmp", "mkfifo",
  ]

  /// Options whose values are files that a command makes.
  private static let making: Set<String> = [
    "-o", "--output", "--model", "--corrected", "--json", "--csv", "--checkpoint", "--report",
    "--multiqc", ">",
  ]

  /// Makes an empty folder, and a program `scharmonize` that trains but a moment.
  init() throws {
    scratch = try TemporaryFolder()
    folder = scratch.url.appending(path: "session")
    let programs = scratch.url.appending(path: "programs")
    for url in [folder, programs] {
      try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    }
    path = "\(programs.path):/usr/bin:/bin"
    let commands = try Self.subcommands().joined(separator: "|")
    let script = """
      #!/bin/sh
      # The program, with fewer cells and visits.
      case "${1:-}" in \(commands)) kind=$1 ;; *) kind=integrate ;; esac
      case " $* " in *" -o "* | *" --output "* | *" --in-place "*) ;; *) [ $kind = integrate ] && kind=other ;; esac
      count=$# previous= visits=
      while [ "$count" -gt 0 ]; do
        value=$1
        shift
        count=$((count - 1))
        case "$kind $previous" in
          *" --visits") value=1000 visits=1 ;;
          *" --from-embedding") visits=none ;;
          "simulate --cells") value=120 ;;
          "simulate --genes") value=60 ;;
        esac
        previous=$value
        set -- "$@" "$value"
      done
      case $kind in plan) kind=integrate ;; esac
      if [ $kind = integrate ] && [ -z "$visits" ]; then set -- "$@" --visits 1000; fi
      exec '\(Program.url.path)' "$@"

      """
    let program = programs.appending(path: "scharmonize")
    try Data(script.utf8).write(to: program)
    try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: program.path)
    for (name, make) in DocumentFaults.makers { try make(folder.appending(path: name).path) }
  }

  /// The commands of a block: without comments, and with lines that go on put together.
  static func commands(in lines: [String]) -> [String] {
    var commands: [String] = []
    var isOpen = false
    for line in lines where !line.hasPrefix("#") && !line.allSatisfy(\.isWhitespace) {
      if isOpen { commands[commands.count - 1] += "\n" + line } else { commands.append(line) }
      isOpen = line.hasSuffix("\\")
    }
    return commands
  }

  /// Runs one command, or leaves it where it is another program's.
  func run(_ command: String, _ place: String) throws -> Program.Outcome {
    let words = words(of: command)
    let name = words.first { !$0.contains("=") } ?? ""
    #expect(
      name == "scharmonize" || Self.notRun[name] != nil || Self.shell.contains(name),
      "\(place): '\(name)' is neither run nor listed as not run")
    let line = Self.notRun[name] == nil ? command : "true"
    try makeInputs(of: words)
    let outcome = try Program.start(
      [
        "-c", "cd \"$1\"; PATH=$2 HOME=$1; export PATH HOME; (exit \(status)); \(line)", "sh",
        folder.path,
        path,
      ],
      program: URL(filePath: "/bin/sh")
    ).wait()
    status = outcome.status
    return outcome
  }

  /// Runs the commands of a session, and gives it back with what they write.
  func runConsole(_ lines: [String], _ place: String) throws -> [String] {
    try Self.commands(in: lines.filter { $0.hasPrefix("$ ") }.map { String($0.dropFirst(2)) })
      .flatMap { command in
        let outcome = try run(command, place)
        let written = (outcome.error + outcome.output).split(separator: "\n").map(String.init)
        return ["$ \(command)"] + written
      }
  }

  /// Runs Python after what was run before; `nil` where there is none to run it.
  func runPython(_ lines: [String]) throws -> Program.Outcome? {
    guard let python = ProcessInfo.processInfo.environment["SCHARMONIZE_PYTHON"] else { return nil }
    for line in lines { try makeInputs(of: words(of: line)) }
    script += lines
    let text = script.joined(separator: "\n")
    return try Program.start(
      [
        "-c",
        """
        cd "$1"; export MPLBACKEND=Agg PYTHONPATH="$4" SCHARMONIZE_PROGRAM="$5"
        exec "$2" -W ignore -c "$3"
        """, "sh", folder.path, python, text,
        TestFiles.root.appending(path: "Sources/Python").path, Program.url.path,
      ],
      program: URL(filePath: "/bin/sh")
    ).wait()
  }

  /// The words of a command, as far as they are the names of files and options.
  private func words(of command: String) -> [String] {
    command.split { " \n\\\"'".contains($0) }.map(String.init)
  }

  /// Makes the files that a command reads and that no command before it has made.
  private func makeInputs(of words: [String]) throws {
    var previous = ""
    let isOfModel = words.contains("map") || words.contains("certify")
    for word in words {
      defer { previous = word }
      let file = folder.appending(path: word)
      if previous == "cd" {
        try FileManager.default.createDirectory(at: file, withIntermediateDirectories: true)
      }
      if Self.making.contains(previous) {
        outputs.insert(word)
        continue
      }
      guard !outputs.contains(word), !FileManager.default.fileExists(atPath: file.path),
        !word.hasPrefix("-"), !word.hasPrefix("missing")
      else { continue }
      switch (file.pathExtension, previous) {
      case ("h5ad", _): try DocumentFiles.makeAnnData(at: file.path)
      case ("h5", "map"), ("h5", "certify"):
        if isOfModel { try makeModel(word) }
      case ("h5", _): try DocumentFiles.makeTenX(at: file.path)
      case ("csv", "--samples"), ("tsv", "--samples"): try makeSheet(file)
      case (_, "--cell-table"):
        try Data(DocumentFiles.cellTable.utf8).write(to: file)
      case (_, "--genes"): try Data(DocumentFiles.geneList.utf8).write(to: file)
      default: break
      }
    }
  }

  private func makeModel(_ name: String) throws {
    _ = try run(
      "scharmonize reference_of_model.h5ad --label-key cell_type --model \(name) "
        + "-o of_model.h5ad -q", "made")
  }

  private func makeSheet(_ file: URL) throws {
    let names = ["first.h5", "second.h5"]
    for name in names { try DocumentFiles.makeTenX(at: folder.appending(path: name).path) }
    let separator = file.pathExtension == "tsv" ? "\t" : ","
    let rows = [
      ["path", "batch", "chemistry", "donor"], [names[0], "one", "v2", "D1"],
      [names[1], "two", "v3", "D2"],
    ]
    try Data(rows.map { $0.joined(separator: separator) + "\n" }.joined().utf8).write(to: file)
  }

  private static func declarations() throws -> [String: Any] {
    let dump = try Program.run(["--experimental-dump-help"]).output
    let tool = try JSONSerialization.jsonObject(with: Data(dump.utf8)) as? [String: Any]
    return try #require(tool?["command"] as? [String: Any])
  }

  private static func commands(under command: [String: Any]) -> [[String: Any]] {
    command["subcommands"] as? [[String: Any]] ?? []
  }

  /// The names of the program's commands.
  static func subcommands() throws -> [String] {
    commands(under: try declarations()).compactMap { $0["commandName"] as? String }
  }

  /// The long options of all commands, or of one.
  static func options(of name: String? = nil) throws -> Set<String> {
    func all(_ command: [String: Any]) -> [String] {
      let arguments = command["arguments"] as? [[String: Any]] ?? []
      return arguments.flatMap { $0["names"] as? [[String: Any]] ?? [] }
        .filter { $0["kind"] as? String == "long" }
        .compactMap { ($0["name"] as? String).map { "--\($0)" } }
        + commands(under: command).flatMap(all)
    }
    let root = try declarations()
    guard let name else { return Set(all(root)) }
    return Set(
      commands(under: root).filter { $0["commandName"] as? String == name }.flatMap(all))
  }
}
