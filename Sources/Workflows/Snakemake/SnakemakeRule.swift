/// Returns a rule, the schema of its configuration, and a wrapper.
func snakemakeRule(for tool: WorkflowTool) -> [WorkflowFile] {
  [
    WorkflowFile("\(tool.identifier).smk", lines: rule(for: tool)),
    WorkflowFile("\(tool.identifier).schema.json", lines: snakemakeSchema(for: tool)),
  ] + snakemakeWrapper(for: tool)
}

private func rule(for tool: WorkflowTool) -> [String] {
  let name = tool.identifier
  let data = tool.cells == nil ? tool.files[0].identifier : "cells"
  let files = tool.files.filter { $0.identifier != data }
  var lines = comments(on: tool).map { $0.isEmpty ? "#" : "# \(oneLine($0))" }
  lines += [
    "import shlex",
    "",
    "from snakemake.utils import min_version, validate",
    "",
    "min_version(\"8.0\")",
    "validate(config.setdefault(\"\(name)\", {}), \"\(name).schema.json\", set_default=False)",
    "",
    "",
  ]
  lines += snakemakeFunction(for: tool)
  lines += [
    "",
    "",
    "rule \(name):",
    "    input:",
    "        \(data)=lambda wildcards: config[\"\(name)\"][\"datasets\"][wildcards.dataset],",
  ]
  for file in files {
    let value =
      file.isRequired
      ? "[\"\(file.identifier)\"]" : ".get(\"\(file.identifier)\", [])"
    lines.append("        \(file.identifier)=config[\"\(name)\"]\(value),")
  }
  lines.append("    output:")
  for file in tool.outputs.map(\.file) where !file.hasSwitch {
    lines.append("        \(file.name)=\(path(file.ending, of: tool)),")
  }
  for file in tool.outputs.map(\.file) where file.hasSwitch {
    lines += [
      "        **(",
      "            {\"\(file.name)\": \(path(file.ending, of: tool))}",
      "            if config[\"\(name)\"].get(\"outputs\", {}).get(\"\(file.name)\", "
        + "\(file.isUsual ? "True" : "False"))",
      "            else {}",
      "        ),",
    ]
  }
  lines += [
    "    log:",
    "        \(path(".\(tool.command.rawValue).log", of: tool)),",
    "    wildcard_constraints:",
    "        dataset=\"[^/]+\",",
    "    threads: config[\"\(name)\"].get(\"threads\", 4)",
  ]
  if tool.takesMemory {
    lines += ["    resources:", "        mem_mb=config[\"\(name)\"].get(\"mem_mb\", 8192),"]
  }
  lines += [
    "    params:",
    "        command=lambda wildcards, input, output, threads, resources: \(name)_command(",
    "            input,",
    "            output,",
    "            threads,",
    "            resources.get(\"mem_mb\"),",
    "            config[\"\(name)\"].get(\"options\"),",
    "            config[\"\(name)\"].get(\"extra\"),",
    "        ),",
    "    conda:",
    "        \"\(tool.command.rawValue)/environment.yaml\"",
    "    container:",
    "        config[\"\(name)\"].get(\"container\", \(quoted(tool.apptainerImage)))",
    "    shell:",
    "        \"printf '%s\\\\n' {params.command:q} > {log:q}; {params.command} >> {log:q} 2>&1\"",
  ]
  return lines
}

private func path(_ ending: String, of tool: WorkflowTool) -> String {
  "config[\"\(tool.identifier)\"].get(\"results\", \"\(tool.command.results)\") + \"/{dataset}\(ending)\""
}

private func comments(on tool: WorkflowTool) -> [String] {
  let name = tool.identifier
  let data = tool.cells == nil ? "harmonized.h5ad" : "[lab_a.h5, lab_b.h5]"
  var lines =
    tool.head(engine: .snakemake) + [
      "",
      "In a Snakefile:",
      "  configfile: \"config.yaml\"",
      "  rule all:",
      "      input: expand(\"\(tool.command.results)/{dataset}\(tool.outputs.first?.file.ending ?? "")\", "
        + "dataset=config[\"\(name)\"][\"datasets\"])",
      "  include: \"FOLDER/\(name).smk\"",
      "In config.yaml (\(name).schema.json lists all settings):",
      "  \(name):",
      "    datasets:",
      "      atlas: \(data)",
    ]
  for file in tool.files where file.isRequired && tool.cells != nil {
    lines.append("    \(file.identifier): \(file.identifier).h5")
  }
  if let option = tool.values.first(where: { $0.identifier == "batch_key" }) {
    lines += ["    options:", "      \(option.identifier): donor"]
  }
  lines += [
    "",
    "The folder '\(tool.command.rawValue)' is a wrapper for rules of your own, which have the same names of",
    "inputs and outputs, and 'options' and 'extra' in their params:",
    "  wrapper: \"file:FOLDER/\(tool.command.rawValue)\"",
    "",
  ]
  lines += tool.remarksOnSoftware
  let leftOut = tool.remarksOnLeftOut
  return lines + leftOut
    + (leftOut.isEmpty ? [] : ["'extra' takes them, as on a command line."])
}
