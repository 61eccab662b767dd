/// Returns the text of `meta.yml`: inputs, outputs, and the options for `ext.args`.
func nextflowDescription(of tool: WorkflowTool) -> [String] {
  let channels = NextflowChannels(tool)
  var lines = tool.head(engine: .nextflow).map { "# \(oneLine($0))" }
  lines += [
    "name: \(quoted(tool.identifier))",
    "description: \(quoted(tool.abstract))",
    "keywords:",
  ]
  lines += tool.command.keywords.map { "  - \(quoted($0))" }
  lines += [
    "tools:",
    "  - scharmonize:",
    "      description: \"Removes batch effects from single-cell data.\"",
    "      doi: \"no DOI available\"",
    "      licence: [\"Apache-2.0\"]",
    "      identifier: \"\"",
    "extra_args:",
    "  description: |",
  ]
  lines += indented(
    ["Options for 'ext.args':"] + tool.values.filter { $0 != channels.batchKey }.map(option), by: 4)
  lines += ["input:"]
  lines += tuple([map("meta"), file(channels.data)])
  for (number, needed) in channels.needed.enumerated() {
    lines += tuple([map("meta\(number + 2)"), file(needed)])
  }
  for optional in channels.optional {
    lines += ["  - " + quoted(optional.identifier) + ":"] + indented(file(optional).body, by: 6)
  }
  if let key = channels.batchKey {
    lines += value(key.identifier, type: "string", "\(oneLine(key.help)) [] for the default.")
  }
  for file in channels.switched.map(\.file) {
    lines += value(
      "save_\(file.name)", type: "boolean", "Write the file '\(file.name)': \(file.contents)")
  }
  lines += ["output:"]
  for file in tool.outputs.map(\.file) {
    lines += ["  \(file.name):"]
    lines += indented(tuple([map("meta"), output(file)]), by: 2)
  }
  lines += ["  versions_scharmonize:"] + indented(tuple(versions), by: 2)
  lines += ["topics:", "  versions:"] + indented(tuple(versions), by: 2)
  lines += ["authors: []", "maintainers: []"]
  return lines
}

/// One element of a channel: its name, and the lines under it.
private typealias Element = (name: String, body: [String])

/// Returns the lines of a channel's elements, which arrive together.
private func tuple(_ elements: [Element]) -> [String] {
  elements.enumerated().flatMap { number, element in
    [(number == 0 ? "  - - " : "    - ") + quoted(element.name) + ":"]
      + indented(element.body, by: 8)
  }
}

private func map(_ name: String) -> Element {
  (
    name,
    ["type: map", "description: \"Metadata of the data, such as [ id:'atlas' ].\""]
  )
}

private func file(_ parameter: Parameter) -> Element {
  var body = ["type: file", "description: \(quoted(oneLine(parameter.help)))"]
  if case .file(let endings) = parameter.kind, !endings.isEmpty {
    body.append("pattern: \(quoted("*.{\(endings.joined(separator: ","))}"))")
  }
  return (parameter.identifier, body + ["ontologies: []"])
}

/// Returns the lines of an input without a file.
private func value(_ name: String, type: String, _ description: String) -> [String] {
  ["  - \(quoted(name)):", "      type: \(type)", "      description: \(quoted(description))"]
}

private func output(_ file: OutputFile) -> Element {
  (
    "${prefix}\(file.ending)",
    [
      "type: file", "description: \(quoted(file.contents))",
      "pattern: \(quoted("*\(file.ending)"))", "ontologies:",
      "  - edam: \"http://edamontology.org/\(file.edam)\"",
    ]
  )
}

private var versions: [Element] {
  [
    ("${task.process}", ["type: string", "description: \"Name of the process.\""]),
    ("scharmonize", ["type: string", "description: \"Name of the program.\""]),
    (
      "scharmonize --version",
      ["type: eval", "description: \"Command that prints the program's version.\""]
    ),
  ]
}

/// Returns an option's line in the block of text.
private func option(_ parameter: Parameter) -> String {
  let value =
    switch parameter.kind {
    case .flag: ""
    case .choice(let values): " \(values.joined(separator: "|"))"
    case .integer: " INTEGER"
    case .number: " NUMBER"
    case .numberOr(let word): " NUMBER|\(word)"
    default: parameter.isRepeated ? " TEXT..." : " TEXT"
    }
  return "\(parameter.flag ?? "")\(value): \(oneLine(parameter.helpWithDefault))"
}
