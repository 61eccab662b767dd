/// Returns a module in the style of nf-core: `main.nf`, `meta.yml` and `environment.yml`.
///
/// As in other nf-core modules, `task.ext.args` gives all options that are not files.
func nextflowModule(for tool: WorkflowTool) -> [WorkflowFile] {
  [
    WorkflowFile("main.nf", lines: mainScript(of: tool)),
    WorkflowFile("meta.yml", lines: nextflowDescription(of: tool)),
    WorkflowFile("environment.yml", lines: condaEnvironment(head: tool.head(engine: .nextflow))),
  ]
}

/// Names of inputs and outputs, which `main.nf` and `meta.yml` share.
struct NextflowChannels {
  /// The first input: the data with its metadata.
  var data: Parameter

  /// Input files that the command requires, which come with their metadata.
  var needed: [Parameter]

  /// Optional input files.
  var optional: [Parameter]

  init(_ tool: WorkflowTool) {
    let files = tool.files
    let data = tool.cells ?? files[0]
    self.data = data
    needed = files.filter { $0.isRequired && $0 != data }
    optional = files.filter { !$0.isRequired }
  }
}

private func mainScript(of tool: WorkflowTool) -> [String] {
  let channels = NextflowChannels(tool)
  var lines = tool.head(engine: .nextflow)
  lines += [
    "",
    "No container or conda package of scharmonize is published. The program must be on the PATH",
    "of tasks, or in a container that you provide:",
    "  process { withName: '\(tool.identifier.uppercased())' { container = 'IMAGE' } }",
    "",
  ]
  lines += usage(of: tool, channels)
  lines += tool.remarksOnLeftOut
  lines = lines.map { $0.isEmpty ? "//" : "// \(oneLine($0))" }
  lines += [
    "process \(tool.identifier.uppercased()) {",
    "    tag \"${meta.id}\"",
    "    label 'process_medium'",
    "",
    "    conda \"${moduleDir}/environment.yml\"",
    "",
    "    input:",
  ]
  lines += indented(inputs(channels), by: 4)
  lines += ["", "    output:"]
  for file in tool.outputs.map(\.file) {
    let optional = file.isUsual ? "" : ", optional: true"
    lines.append(
      "    tuple val(meta), path(\"${prefix}\(file.ending)\"), emit: \(file.name)\(optional)")
  }
  lines += [
    "    tuple val(\"${task.process}\"), val('scharmonize'), eval('scharmonize --version'), "
      + "topic: versions, emit: versions_scharmonize",
    "",
    "    when:",
    "    task.ext.when == null || task.ext.when",
    "",
    "    script:",
    "    def args = task.ext.args ?: ''",
    "    prefix = task.ext.prefix ?: \"${meta.id}\"",
  ]
  for file in channels.optional {
    lines.append(
      "    def \(file.identifier)_option = "
        + "\(file.identifier) ? \"\(file.flag ?? "") ${\(file.identifier)}\" : ''")
  }
  if tool.takesMemory {
    lines += [
      "    // Half of the memory is for data that grows with the input.",
      "    def memory_option = task.memory ? "
        + "\"--memory ${task.memory.toMega().intdiv(2)}M\" : ''",
    ]
  }
  lines += ["    \"\"\""] + indented(commandLine(of: tool, channels), by: 4) + ["    \"\"\""]
  lines += ["", "    stub:", "    prefix = task.ext.prefix ?: \"${meta.id}\"", "    \"\"\""]
  lines += tool.outputs.filter(\.file.isUsual).map { "    touch '${prefix}\($0.file.ending)'" }
  lines += ["    \"\"\"", "}"]
  return lines
}

private func usage(of tool: WorkflowTool, _ channels: NextflowChannels) -> [String] {
  var lines = [
    "Options go into 'ext.args'; meta.yml lists them:",
    "  process { withName: '\(tool.identifier.uppercased())' { ext.args = "
      + "'\(tool.command.example)' } }",
  ]
  for output in tool.outputs where !output.file.isUsual {
    let file = output.file
    lines += [
      "'\(file.name)' is written if they request it under this name:",
      "  ext.args = { \"\(output.flag ?? "") ${task.ext.prefix ?: meta.id}\(file.ending)\" }",
    ]
  }
  if !channels.optional.isEmpty {
    let names = channels.optional.map { "'\($0.identifier)'" }.joined(separator: ", ")
    lines.append("\(names) may be [].")
  }
  return lines
}

private func inputs(_ channels: NextflowChannels) -> [String] {
  // Each input gets its own folder: results may have the names of inputs, and Cell Ranger gives all
  // matrices the same name.
  let data =
    channels.data.kind == .cells
    ? "tuple val(meta), path(cells, stageAs: 'cells??/*')"
    : "tuple val(meta), path(\(channels.data.identifier), stageAs: 'input/*')"
  let needed = channels.needed.enumerated().map { number, file in
    "tuple val(meta\(number + 2)), path(\(file.identifier), stageAs: '\(file.identifier)/*')"
  }
  let optional = channels.optional.map {
    "path \($0.identifier), stageAs: '\($0.identifier)/*'"
  }
  return [data] + needed + optional
}

private func commandLine(of tool: WorkflowTool, _ channels: NextflowChannels) -> [String] {
  let positional = tool.parameters.filter { $0.flag == nil }.map { "${\($0.identifier)}" }
  var parts = [positional.joined(separator: " ")]
  for output in tool.outputs where output.file.isUsual {
    guard let flag = output.flag else { continue }
    parts.append("\(flag) '${prefix}\(output.file.ending)'")
  }
  parts += channels.optional.map { "${\($0.identifier)_option}" }
  parts.append("--threads ${task.cpus}" + (tool.takesMemory ? " ${memory_option}" : ""))
  parts.append("${args}")
  return ["scharmonize \(tool.command.rawValue) \\\\"]
    + parts.enumerated().map { number, part in
      "    \(part)" + (number < parts.count - 1 ? " \\\\" : "")
    }
}

extension WrappedCommand {
  /// Example options.
  fileprivate var example: String {
    switch self {
    case .integrate: "--batch-key donor --n-genes 3000"
    case .map: "--batch-key donor --statistics adapted"
    case .evaluate: "--batch-key donor --label-key cell_type"
    }
  }
}
