/// Returns a wrapper in the style of snakemake-wrappers, in a folder named after the command.
func snakemakeWrapper(for tool: WorkflowTool) -> [WorkflowFile] {
  let folder = tool.command.rawValue
  return [
    WorkflowFile("\(folder)/wrapper.py", lines: script(of: tool)),
    WorkflowFile("\(folder)/meta.yaml", lines: description(of: tool)),
    WorkflowFile(
      "\(folder)/environment.yaml", lines: condaEnvironment(of: tool, engine: .snakemake)),
  ]
}

private func script(of tool: WorkflowTool) -> [String] {
  ["\"\"\"Runs 'scharmonize \(tool.command.rawValue)' for a rule of Snakemake.", ""]
    + tool.head(engine: .snakemake) + [
      "\"\"\"", "", "__license__ = \"Apache-2.0\"", "", "import shlex", "",
      "from snakemake.shell import shell", "", "",
    ] + snakemakeFunction(for: tool) + [
      "", "",
      "command = \(tool.identifier)_command(",
      "    snakemake.input,",
      "    snakemake.output,",
      "    snakemake.threads,",
      "    snakemake.resources.get(\"mem_mb\"),",
      "    snakemake.params.get(\"options\"),",
      "    snakemake.params.get(\"extra\"),",
      ")",
      "log = snakemake.log_fmt_shell(stdout=True, stderr=True)",
      "shell(\"{command} {log}\")",
    ]
}

private func description(of tool: WorkflowTool) -> [String] {
  var lines = tool.head(engine: .snakemake).map { "# \(oneLine($0))" }
  lines += [
    "name: \(quoted("scharmonize \(tool.command.rawValue)"))",
    "description: \(quoted(oneLine(tool.abstract)))",
    "authors: []",
    "input:",
  ]
  lines += ([tool.cells].compactMap(\.self) + tool.files).map { item($0.identifier, $0.help) }
  lines.append("output:")
  lines += tool.outputs.map(\.file).map { item($0.name, $0.contents) }
  lines.append("params:")
  lines.append(
    item(
      "options",
      "Options of the command, by their names with underscores: "
        + tool.values.map(\.identifier).joined(separator: ", ") + "."))
  lines.append(item("extra", "Additional arguments of the command line."))
  lines += ["notes: |"] + indented(tool.remarksOnSoftware, by: 2)
  return lines
}

private func item(_ name: String, _ text: String) -> String {
  "  - \(name): \(quoted(oneLine(text)))"
}
