/// Returns a `CommandLineTool` of CWL v1.2.
func cwlTool(for tool: WorkflowTool) -> WorkflowFile {
  var lines = ["#!/usr/bin/env cwl-runner"]
  lines += comments(on: tool).map { $0.isEmpty ? "#" : "# \(oneLine($0))" }
  lines += [
    "cwlVersion: v1.2",
    "class: CommandLineTool",
    "label: \(quoted(oneLine(tool.abstract)))",
    "doc: \(quoted(tool.discussion))",
    "",
    "requirements:",
    "  ResourceRequirement:",
    "    coresMin: $(inputs.threads)",
  ]
  if tool.takesMemory { lines.append("    ramMin: $(inputs.memory_mib)") }
  if tool.takesMemory || tool.outputs.contains(where: \.file.hasSwitch) {
    // Parameter references can neither divide nor choose.
    lines.append("  InlineJavascriptRequirement: {}")
  }
  lines += [
    "hints:",
    "  SoftwareRequirement:",
    "    packages:",
    "      scharmonize:",
    "        version: [\(quoted(tool.version))]",
    "  DockerRequirement:",
    "    dockerPull: \(quoted(tool.container))",
    "",
    "baseCommand: [scharmonize, \(tool.command.rawValue)]",
    "arguments:",
    "  - prefix: --threads",
    "    valueFrom: $(runtime.cores)",
  ]
  if tool.takesMemory {
    lines += [
      "  # Half of the memory is for data that grows with the input.",
      "  - prefix: --memory",
      "    valueFrom: $(Math.floor(runtime.ram / 2))M",
    ]
  }
  lines += ["", "inputs:"]
  lines += indented(tool.parameters.flatMap { input($0, of: tool) }, by: 2)
  lines += ["", "outputs:"]
  lines += indented(tool.outputs.flatMap(output), by: 2)
  if tool.command == .evaluate {
    lines += ["  table:", "    type: stdout", "    doc: \"Scores as a text table.\""]
    lines += ["stdout: \(tool.command.stem).txt"]
  }
  lines += [
    "",
    "successCodes: [0]",
    "temporaryFailCodes: [130, 143]",
    "permanentFailCodes: [64, 65, 66, 70, 73, 74]",
    "",
    "$namespaces:",
    "  edam: http://edamontology.org/",
    "  s: https://schema.org/",
    "s:softwareVersion: \(quoted(tool.version))",
    "s:license: https://spdx.org/licenses/Apache-2.0",
    "s:citation: https://doi.org/10.1038/s41592-019-0619-0",
  ]
  return WorkflowFile("\(tool.identifier).cwl", lines: lines)
}

private func comments(on tool: WorkflowTool) -> [String] {
  tool.head(engine: .cwl) + [
    ""
  ] + tool.remarksOnSoftware + [
    "For a program on PATH, cwltool needs --no-container.",
    "",
    "Messages go to standard error, and thus to the log of the engine: a file would be lost with",
    "the outputs of a failed run.",
  ] + tool.remarksOnLeftOut
}

private func input(_ parameter: Parameter, of tool: WorkflowTool) -> [String] {
  var name = parameter.identifier
  var lines: [String] = []
  var type: [String]
  var help = parameter.helpWithDefault
  var binding = ["position: 3", "prefix: \(parameter.flag ?? "")"]
  var preset: String?
  switch parameter.kind {
  case .leftOut: return []
  case .threads:
    (type, binding, preset) = (["type: int"], [], "2")
    help = "Number of threads; the result does not depend on it."
  case .memory:
    (name, type, binding, preset) = ("memory_mib", ["type: int"], [], "4096")
    help = "Memory to reserve, in MiB; the result does not depend on it."
  case .cells:
    type = ["type:", "  type: array", "  items: [File, Directory]"]
  case .file: type = ["type: \(optional("File", parameter))"]
  case .output(let file):
    name = "\(file.name)_name"
    type = ["type: string"]
    preset = quoted(tool.command.stem + file.ending)
    if file.hasSwitch {
      binding.append("valueFrom: \(quoted("$(inputs.save_\(file.name) ? self : null)"))")
      lines += [
        "save_\(file.name):", "  type: boolean", "  default: \(file.isUsual)",
        "  doc: \(quoted("Write the file '\(file.name)': \(file.contents)"))",
      ]
    }
  case .flag: type = ["type: boolean?"]
  case .choice(let values):
    type = ["type:", "  - \"null\"", "  - type: enum", "    symbols: \(quoted(values))"]
  case .integer: type = ["type: \(optional("long", parameter))"]
  case .number: type = ["type: \(optional("double", parameter))"]
  case .numberOr: type = ["type: [\"null\", double, string]"]
  case .text: type = ["type: \(optional(parameter.isRepeated ? "string[]" : "string", parameter))"]
  }
  if parameter.flag == nil {
    // Equal positions would be sorted by name.
    let alone = tool.parameters.filter { $0.flag == nil }
    binding = ["position: \((alone.firstIndex(of: parameter) ?? 0) + 1)"]
  }
  var body = type
  if let preset { body.append("default: \(preset)") }
  if !binding.isEmpty { body += ["inputBinding:"] + indented(binding, by: 2) }
  body.append("doc: \(quoted(oneLine(help)))")
  return lines + ["\(name):"] + indented(body, by: 2)
}

private func optional(_ type: String, _ parameter: Parameter) -> String {
  parameter.isRequired ? type : "\(type)?"
}

private func output(_ output: WrittenFile) -> [String] {
  let file = output.file
  var lines = ["type: \(file.hasSwitch ? "File?" : "File")"]
  let glob = output.flag == nil ? quoted("*\(file.ending)") : "$(inputs.\(file.name)_name)"
  // The main result can also be a table.
  if file.name != "h5ad" { lines.append("format: edam:\(file.edam)") }
  lines += [
    "outputBinding:", "  glob: \(glob)",
    "doc: \(quoted(file.contents))",
  ]
  return ["\(file.name):"] + indented(lines, by: 2)
}
