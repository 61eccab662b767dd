import Foundation

/// The manual pages of a program, made from the declarations of its commands.
///
/// The program prints its declarations with `--experimental-dump-help`; from these a
/// page in mdoc is made for each command.
public struct ManualPages {
  /// The text of each page, by file name such as `scharmonize.1`.
  public let pages: [String: String]

  /// Makes the pages.
  ///
  /// - Parameter dump: What `--experimental-dump-help` printed.
  /// - Throws: `DecodingError`.
  public init(dump: String) throws {
    let tool = try JSONDecoder().decode(Tool.self, from: Data(dump.utf8))
    var pages: [String: String] = [:]
    func add(_ command: Command, above: [String]) {
      let name = (above + [command.commandName]).joined(separator: "-")
      let children = (command.subcommands ?? []).filter {
        $0.commandName != "help" && $0.shouldDisplay ?? true
      }
      pages["\(name).1"] = page(command, name: name, above: above, children: children)
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

/// One page in mdoc.
private func page(
  _ command: Command, name: String, above: [String], children: [Command]
) -> String {
  let arguments = (command.arguments ?? []).filter(\.shouldDisplay)
  var lines = [
    ".Dd $Mdocdate$", ".Dt \(name.uppercased()) 1", ".Os", ".Sh NAME", ".Nm \(name)",
    ".Nd \(escaped((command.abstract ?? "").trimmingSuffix(".")))", ".Sh SYNOPSIS",
    ".Nm \((above + [command.commandName]).joined(separator: " "))",
  ]
  if !children.isEmpty { lines.append(".Ar subcommand") }
  lines += arguments.map(synopsis)
  lines.append(".Sh DESCRIPTION")
  lines += paragraphs(command.discussion ?? command.abstract ?? "")
  if !children.isEmpty {
    lines += [".Sh SUBCOMMANDS", ".Bl -tag -width 6n"]
    for child in children {
      lines += [".It Cm \(child.commandName)", escaped(child.abstract ?? "")]
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
  let others =
    above.isEmpty
    ? children.map { "\(name)-\($0.commandName)" } : [above.joined(separator: "-")]
  if !others.isEmpty {
    lines.append(".Sh SEE ALSO")
    lines += others.enumerated().map { index, other in
      ".Xr \(other) 1\(index < others.count - 1 ? " ," : "")"
    }
  }
  return lines.joined(separator: "\n") + "\n"
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
  var lines = [heading, escaped(argument.abstract ?? "")]
  if let values = argument.allValues, !values.isEmpty {
    lines.append("Values: \(values.joined(separator: ", ")).")
  }
  if let value = argument.defaultValue, !value.isEmpty, argument.kind != "flag" {
    lines.append("The default is \(value).")
  }
  return lines
}

private func paragraphs(_ text: String) -> [String] {
  var lines: [String] = []
  for paragraph in text.components(separatedBy: "\n\n") where !paragraph.isEmpty {
    if !lines.isEmpty { lines.append(".Pp") }
    var isTable = false
    for line in paragraph.split(separator: "\n") {
      guard let row = line.wholeMatch(of: #/(\d+) +(.+)/#) else {
        lines.append(escaped(String(line)))
        continue
      }
      if !isTable { lines.append(".Bl -tag -width 6n") }
      isTable = true
      lines += [".It Er \(row.1)", escaped(String(row.2))]
    }
    if isTable { lines.append(".El") }
  }
  return lines
}

/// Text that mdoc takes as it is: a line that starts with a control character would be a macro.
private func escaped(_ text: String) -> String {
  let text = text.replacingOccurrences(of: "\\", with: "\\e")
    .replacingOccurrences(of: "\n", with: " ")
  return text.hasPrefix(".") || text.hasPrefix("'") ? "\\&" + text : text
}

extension String {
  fileprivate func trimmingSuffix(_ suffix: String) -> String {
    hasSuffix(suffix) ? String(dropLast(suffix.count)) : self
  }
}
