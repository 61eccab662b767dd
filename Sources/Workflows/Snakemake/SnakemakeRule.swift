/// Returns a rule, its script, the schema of its configuration, and an environment.
func snakemakeRule(for tool: WorkflowTool) -> [WorkflowFile] {
  [
    WorkflowFile("\(tool.identifier).smk", lines: rule(for: tool)),
    WorkflowFile("\(tool.identifier).py", lines: snakemakeScript(for: tool)),
    WorkflowFile("\(tool.identifier).schema.json", lines: snakemakeSchema(for: tool)),
    WorkflowFile(
      "environment.yaml",
      lines: condaEnvironment(
        head: ["Made by 'scharmonize workflow snakemake' of scharmonize \(tool.version)."],
        packages: ["python>=3.9"])),
  ]
}

private func rule(for tool: WorkflowTool) -> [String] {
  let name = tool.identifier
  let data = tool.cells == nil ? tool.files[0].identifier : "cells"
  let files = tool.files.filter { $0.identifier != data }
  var lines = comments(on: tool).map { $0.isEmpty ? "#" : "# \(oneLine($0))" }
  lines += [
    "from snakemake.utils import min_version, validate",
    "",
    "min_version(\"8.0\")",
    "validate(config.setdefault(\"\(name)\", {}), \"\(name).schema.json\", set_default=False)",
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
  for file in tool.outputs.map(\.file) {
    let line = "\(file.name)=\(path(file.ending, of: tool)),"
    lines.append("        \(file.isUsual ? "" : "# ")\(line)")
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
    "        options=config[\"\(name)\"].get(\"options\", {}),",
    "        extra=config[\"\(name)\"].get(\"extra\", \"\"),",
    "    conda:",
    "        \"environment.yaml\"",
    "    script:",
    "        \"\(name).py\"",
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
      "In config.yaml, of which \(name).schema.json has all that may stand there:",
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
    "No container or conda package of scharmonize is published: the program has to be on PATH.",
  ]
  let leftOut = tool.remarksOnLeftOut
  return lines + leftOut
    + (leftOut.isEmpty ? [] : ["'extra' takes them all the same, as on a command line."])
}
