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
  if tool.takesMemory {
    // Parameter references cannot divide.
    lines += ["    ramMin: $(inputs.memory_mib)", "  InlineJavascriptRequirement: {}"]
  }
  lines += [
    "hints:",
    "  SoftwareRequirement:",
    "    packages:",
    "      scharmonize:",
    "        version: [\(quoted(tool.version))]",
    "",
    "baseCommand: [scharmonize, \(tool.command.rawValue)]",
    "arguments:",
    "  - prefix: --threads",
    "    valueFrom: $(runtime.cores)",
  ]
  if tool.takesMemory {
    lines += [
      "  # Half of the memory for what grows with the data leaves room for the rest.",
      "  - prefix: --memory",
      "    valueFrom: $(Math.floor(runtime.ram / 2))M",
    ]
  }
  lines += ["", "inputs:"]
  lines += indented(tool.parameters.flatMap { input($0, of: tool) }, by: 2)
  lines += ["", "outputs:"]
  lines += indented(tool.outputs.flatMap(output), by: 2)
  if tool.command == .evaluate {
    lines += ["  table:", "    type: stdout", "    doc: \"The scores as a table for people.\""]
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
    "",
    "No container of scharmonize is published: have the program on PATH, or add a",
    "DockerRequirement with an image of yours that has it.",
    "",
    "What the program says goes to standard error, and so to the log of the engine: in a file it",
    "would be lost with the output of a run that failed.",
  ] + tool.remarksOnLeftOut
}

private func input(_ parameter: Parameter, of tool: WorkflowTool) -> [String] {
  var name = parameter.identifier
  var type: [String]
  var help = parameter.helpWithDefault
  var binding = ["position: 3", "prefix: \(parameter.flag ?? "")"]
  var preset: String?
  switch parameter.kind {
  case .leftOut: return []
  case .threads:
    (type, binding, preset) = (["type: int"], [], "2")
    help = "How many threads to use; the result is the same for any."
  case .memory:
    (name, type, binding, preset) = ("memory_mib", ["type: int"], [], "4096")
    help = "How much memory to reserve, in MiB; the result is the same for any."
  case .cells:
    type = ["type:", "  type: array", "  items: [File, Directory]"]
  case .file: type = ["type: \(optional("File", parameter))"]
  case .output(let file):
    name = "\(file.name)_name"
    type = ["type: \(file.isUsual ? "string" : "string?")"]
    if file.isUsual { preset = quoted(tool.command.stem + file.ending) }
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
  var lines = type
  if let preset { lines.append("default: \(preset)") }
  if !binding.isEmpty { lines += ["inputBinding:"] + indented(binding, by: 2) }
  lines.append("doc: \(quoted(oneLine(help)))")
  return ["\(name):"] + indented(lines, by: 2)
}

private func optional(_ type: String, _ parameter: Parameter) -> String {
  parameter.isRequired ? type : "\(type)?"
}

private func output(_ output: WrittenFile) -> [String] {
  let file = output.file
  var lines = ["type: \(file.isUsual ? "File" : "File?")"]
  let glob = output.flag == nil ? quoted("*\(file.ending)") : "$(inputs.\(file.name)_name)"
  // The main result can also be a table.
  if file.name != "h5ad" { lines.append("format: edam:\(file.edam)") }
  lines += [
    "outputBinding:", "  glob: \(glob)",
    "doc: \(quoted(file.contents))",
  ]
  return ["\(file.name):"] + indented(lines, by: 2)
}
