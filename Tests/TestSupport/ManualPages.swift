import Foundation

/// The manual pages of a program, made from the declarations of its commands.
///
/// The program prints its declarations with `--experimental-dump-help`; from these a
/// page in mdoc is made for each command. Lists at the end of a command's discussion become
/// sections: those behind `Environment:`, `Files:`, `Exit codes:` and `Examples:`. What a command
/// does not say of the first three, the program says for all.
package struct ManualPages {
  /// The text of each page, by file name such as `scharmonize.1`.
  package let pages: [String: String]

  /// Makes the pages.
  ///
  /// - Parameter dump: What `--experimental-dump-help` printed.
  /// - Throws: `DecodingError`.
  package init(dump: String) throws {
    let tool = try JSONDecoder().decode(Tool.self, from: Data(dump.utf8))
    var pages: [String: String] = [:]
    let common = Discussion(tool.command.discussion ?? "").lists
    func add(_ command: Command, above: [String]) {
      let name = (above + [command.commandName]).joined(separator: "-")
      let children = (command.subcommands ?? []).filter {
        $0.commandName != "help" && $0.shouldDisplay ?? true
      }
      pages["\(name).1"] = page(
        command, name: name, above: above, children: children, common: common)
      for child in children { add(child, above: above + [command.commandName]) }
    }
    add(tool.command, above: [])
    self.pages = pages
  }
}

private struct Tool: Decodable {
  var command: Command
}

private struct Command: Decodable {
  var commandName: String
  var abstract: String?
  var discussion: String?
  var shouldDisplay: Bool?
  var subcommands: [Command]?
  var arguments: [Argument]?
}

private struct Argument: Decodable {
  struct Name: Decodable {
    var kind: String
    var name: String
  }

  var kind: String
  var shouldDisplay: Bool
  var sectionTitle: String?
  var isOptional: Bool
  var isRepeating: Bool
  var names: [Name]?
  var preferredName: Name?
  var valueName: String?
  var defaultValue: String?
  var allValues: [String]?
  var abstract: String?
}

/// The text of a command, and the lists that follow it.
private struct Discussion {
  /// The paragraphs that say what the command does.
  var paragraphs: [String] = []

  /// The lines of each list, by its heading.
  var lists: [String: [String]] = [:]

  /// The headings of lists, in the order and by the names of sections of manual pages.
  static let sections = [
    ("Environment", "ENVIRONMENT"), ("Files", "FILES"), ("Exit codes", "EXIT STATUS"),
    ("Examples", "EXAMPLES"),
  ]

  init(_ text: String) {
    for paragraph in text.components(separatedBy: "\n\n") where !paragraph.isEmpty {
      let lines = paragraph.split(separator: "\n").map(String.init)
      let heading = lines[0].hasSuffix(":") ? String(lines[0].dropLast()) : ""
      if Self.sections.contains(where: { $0.0 == heading }) {
        lists[heading] = Array(lines.dropFirst())
      } else {
        paragraphs.append(paragraph)
      }
    }
  }
}

/// One page in mdoc.
private func page(
  _ command: Command, name: String, above: [String], children: [Command],
  common: [String: [String]]
) -> String {
  let arguments = (command.arguments ?? []).filter(\.shouldDisplay)
  var lines = [
    ".Dd $Mdocdate$", ".Dt \(name.uppercased()) 1", ".Os", ".Sh NAME", ".Nm \(name)",
    ".Nd \(escaped((command.abstract ?? "").trimmingSuffix(".").lowercasedFirst))",
    ".Sh SYNOPSIS", ".Nm \((above + [command.commandName]).joined(separator: " "))",
  ]
  if !children.isEmpty { lines.append(".Ar subcommand") }
  lines += arguments.map(synopsis)
  lines.append(".Sh DESCRIPTION")
  let discussion = Discussion(command.discussion ?? command.abstract ?? "")
  lines += Array(discussion.paragraphs.map(filled).joined(separator: [".Pp"]))
  if !children.isEmpty {
    lines += [".Sh SUBCOMMANDS", ".Bl -tag -width 6n"]
    for child in children {
      lines += [".It Cm \(child.commandName)"] + filled(child.abstract ?? "")
    }
    lines.append(".El")
  }
  var sections: [(title: String, arguments: [Argument])] = []
  for argument in arguments {
    let title = argument.sectionTitle ?? (argument.kind == "positional" ? "Arguments" : "Options")
    if let index = sections.firstIndex(where: { $0.title == title }) {
      sections[index].arguments.append(argument)
    } else {
      sections.append((title, [argument]))
    }
  }
  for section in sections {
    lines += [".Sh \(section.title.uppercased())", ".Bl -tag -width 6n"]
    for argument in section.arguments { lines += item(argument) }
    lines.append(".El")
  }
  let writesFiles = arguments.contains {
    $0.preferredName?.name == "output" && $0.valueName == "file"
  }
  for (heading, section) in Discussion.sections {
    let inherited = heading == "Examples" || heading == "Files" && !writesFiles
    guard let list = discussion.lists[heading] ?? (inherited ? nil : common[heading]) else {
      continue
    }
    lines.append(".Sh \(section)")
    if heading == "Examples" {
      lines += list.map { ".Dl \($0.trimmingCharacters(in: .whitespaces))" }
    } else {
      lines += table(list, of: heading)
    }
  }
  let others =
    above.isEmpty
    ? children.map { "\(name)-\($0.commandName)" }.sorted() : [above.joined(separator: "-")]
  if !others.isEmpty {
    lines.append(".Sh SEE ALSO")
    lines += others.enumerated().map { index, other in
      ".Xr \(other) 1\(index < others.count - 1 ? " ," : "")"
    }
  }
  return lines.joined(separator: "\n") + "\n"
}

/// A list of names and what they mean, two spaces apart.
private func table(_ rows: [String], of heading: String) -> [String] {
  let macro = ["Environment": "Ev", "Files": "Pa", "Exit codes": "Er"][heading] ?? "Li"
  return [".Bl -tag -width 6n"]
    + rows.flatMap { row in
      let parts = row.trimmingCharacters(in: .whitespaces).components(separatedBy: "  ")
      let meaning = parts.dropFirst().joined(separator: " ").trimmingCharacters(in: .whitespaces)
      return [".It \(macro) \(escaped(parts[0]))"] + filled(meaning)
    } + [".El"]
}

private func synopsis(_ argument: Argument) -> String {
  var text =
    switch argument.kind {
    case "positional": "Ar \(argument.valueName ?? "value")"
    case "flag": "Fl \(flag(argument))"
    default: "Fl \(flag(argument)) Ar \(argument.valueName ?? "value")"
    }
  if argument.isRepeating { text += " ..." }
  return argument.isOptional ? ".Op \(text)" : ".\(text)"
}

private func flag(_ argument: Argument) -> String {
  guard let name = argument.preferredName else { return "" }
  return name.kind == "long" ? "-\(name.name)" : name.name
}

private func item(_ argument: Argument) -> [String] {
  var heading: String
  if argument.kind == "positional" {
    heading = ".It Ar \(argument.valueName ?? "value")" + (argument.isRepeating ? " ..." : "")
  } else {
    let names = (argument.names ?? []).map {
      $0.kind == "long" ? "Fl -\($0.name)" : "Fl \($0.name)"
    }
    heading = ".It " + names.joined(separator: " , ")
    if argument.kind == "option" { heading += " Ar \(argument.valueName ?? "value")" }
  }
  var lines = [heading] + filled(argument.abstract ?? "")
  if let values = argument.allValues, !values.isEmpty {
    lines += filled("Values: \(values.joined(separator: ", ")).")
  }
  if let value = argument.defaultValue, !value.isEmpty, argument.kind != "flag" {
    lines += filled("The default is \(value).")
  }
  return lines
}

/// Text in lines of under 80 bytes, a new one for each sentence, as mdoc wants it.
private func filled(_ text: String) -> [String] {
  var lines: [String] = []
  var line = ""
  func end() {
    if !line.isEmpty { lines.append(escaped(line)) }
    line = ""
  }
  let words = text.split { $0 == " " || $0 == "\n" }
  for (number, word) in words.enumerated() {
    if line.utf8.count + word.utf8.count > 77 { end() }
    line += (line.isEmpty ? "" : " ") + word
    let next = number + 1 < words.count ? words[number + 1].first { $0 != "(" } : nil
    // Before a word in small letters a period ends no sentence, but a name such as 'matrix.mtx.'
    if word.hasSuffix("."), next.map({ !$0.isLowercase }) ?? true { end() }
  }
  end()
  return lines
}

/// Text that mdoc takes as it is: a line that starts with a control character would be a macro.
private func escaped(_ text: String) -> String {
  let text = text.replacingOccurrences(of: "\\", with: "\\e")
    .replacingOccurrences(of: "\n", with: " ")
  return text.hasPrefix(".") || text.hasPrefix("'") ? "\\&" + text : text
}

extension String {
  /// Without a capital at the start, as the one line of a manual page has it.
  fileprivate var lowercasedFirst: String { prefix(1).lowercased() + dropFirst() }

  fileprivate func trimmingSuffix(_ suffix: String) -> String {
    hasSuffix(suffix) ? String(dropLast(suffix.count)) : self
  }
}
