/// Returns the Python script of the rule, which builds and runs the command line.
func snakemakeScript(for tool: WorkflowTool) -> [String] {
  var lines = ["\"\"\"Runs 'scharmonize \(tool.command.rawValue)' for a rule of Snakemake.", ""]
  lines += tool.head(engine: .snakemake)
  lines += ["\"\"\"", "", "import shlex", "import subprocess", "import sys"]
  lines += ["from contextlib import nullcontext", ""]
  lines += ["# Positional arguments."]
  lines += names("POSITIONAL", tool.parameters.filter { $0.flag == nil })
  lines += ["# Options for input files, used if the rule has them."]
  lines += flags("INPUTS", tool.files.filter { $0.flag != nil })
  lines += ["# Options for output files, used if the rule has them."]
  lines += ["OUTPUTS = {"]
  for output in tool.outputs {
    if let flag = output.flag { lines.append("    \(quoted(output.file.name)): \(quoted(flag)),") }
  }
  lines += [
    "}", "# Allowed keys of 'options' in the rule's params: switches, and options with a value.",
  ]
  lines += flags("SWITCHES", tool.values.filter { $0.kind == .flag })
  lines += flags("OPTIONS", tool.values.filter { $0.kind != .flag })
  lines += body(of: tool).split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
  return lines
}

private func names(_ name: String, _ parameters: [Parameter]) -> [String] {
  ["\(name) = \(quoted(parameters.map(\.identifier)))"]
}

private func flags(_ name: String, _ parameters: [Parameter]) -> [String] {
  guard !parameters.isEmpty else { return ["\(name) = {}"] }
  return ["\(name) = {"]
    + parameters.map { "    \(quoted($0.identifier)): \(quoted($0.flag ?? ""))," } + ["}"]
}

private func body(of tool: WorkflowTool) -> String {
  let memory =
    tool.takesMemory
    ? """

        # Half of the memory is for data that grows with the input.
        if rule.resources.get("mem_mb"):
            line += ["--memory", f"{int(rule.resources.mem_mb) // 2}M"]
    """ : ""
  return """


    def listed(value):
        \"""Returns one value or several as a list of strings.\"""
        return [str(value)] if isinstance(value, (str, int, float)) else [str(v) for v in value]


    def command_line(rule):
        \"""Returns the command line for a rule.\"""
        line = ["scharmonize", "\(tool.command.rawValue)"]
        for name in POSITIONAL:
            line += listed(rule.input.get(name) or [])
        for name, flag in INPUTS.items():
            if rule.input.get(name):
                line += [flag] + listed(rule.input.get(name))
        for name, flag in OUTPUTS.items():
            if rule.output.get(name):
                line += [flag, str(rule.output.get(name))]
        line += ["--threads", str(rule.threads)]\(memory)
        for name, value in (rule.params.get("options") or {}).items():
            if name in SWITCHES:
                line += [SWITCHES[name]] if value else []
            elif name in OPTIONS:
                line += [OPTIONS[name]] + listed(value) if value is not None else []
            else:
                known = ", ".join(sorted([*SWITCHES, *OPTIONS]))
                raise ValueError(f"unknown option '{name}' in 'options'; known options: {known}")
        return line + shlex.split(rule.params.get("extra") or "")


    def run(rule):
        \"""Runs the command, with standard error in the rule's log.\"""
        line = command_line(rule)
        with open(rule.log[0], "w") if rule.log else nullcontext(sys.stderr) as log:
            print(shlex.join(line), file=log, flush=True)
            subprocess.run(line, stdout=log, stderr=log, check=True)


    run(snakemake)  # noqa: F821, which Snakemake gives to a script
    """
}
