/// Returns the Python function that builds the command line, for the rule and for the wrapper.
///
/// All that it needs is within it, as a Snakefile may include rules of several commands.
func snakemakeFunction(for tool: WorkflowTool) -> [String] {
  var lines = [
    "def \(tool.identifier)_command(input, output, threads, mem_mb, options, extra):",
    "    \"\"\"Returns the command line for the files of a job and the options of its rule.\"\"\"",
  ]
  lines.append(
    "    positional = " + quoted(tool.parameters.filter { $0.flag == nil }.map(\.identifier)))
  lines += table(
    "inputs", tool.files.compactMap { file in file.flag.map { (file.identifier, $0) } })
  lines += table(
    "outputs", tool.outputs.compactMap { output in output.flag.map { (output.file.name, $0) } })
  lines += table("switches", tool.values.filter { $0.kind == .flag }.map(pair))
  lines += table("values", tool.values.filter { $0.kind != .flag }.map(pair))
  lines += body(of: tool).split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
  return lines
}

private func pair(_ parameter: Parameter) -> (String, String) {
  (parameter.identifier, parameter.flag ?? "")
}

private func table(_ name: String, _ flags: [(name: String, flag: String)]) -> [String] {
  guard !flags.isEmpty else { return ["    \(name) = {}"] }
  return ["    \(name) = {"] + flags.map { "        \(quoted($0.name)): \(quoted($0.flag))," }
    + ["    }"]
}

private func body(of tool: WorkflowTool) -> String {
  let memory =
    tool.takesMemory
    ? """

        # Half of the memory is for data that grows with the input.
        if mem_mb:
            line += ["--memory", f"{int(mem_mb) // 2}M"]
    """ : ""
  return """

        def listed(value):
            return [str(value)] if isinstance(value, (str, int, float)) else [str(v) for v in value]

        line = ["scharmonize", "\(tool.command.rawValue)"]
        for name in positional:
            line += listed(input.get(name) or [])
        for name, flag in inputs.items():
            if input.get(name):
                line += [flag] + listed(input.get(name))
        for name, flag in outputs.items():
            if output.get(name):
                line += [flag, str(output.get(name))]
        line += ["--threads", str(threads)]\(memory)
        for name, value in (options or {}).items():
            if name in switches:
                line += [switches[name]] if value else []
            elif name in values:
                line += [values[name]] + listed(value) if value is not None else []
            else:
                known = ", ".join(sorted([*switches, *values]))
                raise ValueError(f"unknown option '{name}' in 'options'; known options: {known}")
        return shlex.join(line + shlex.split(extra or ""))
    """
}
