/// Returns a module in the style of nf-core: `main.nf`, `meta.yml`, `environment.yml` and `tests`.
///
/// As in other nf-core modules, `task.ext.args` gives the options that are neither files nor the
/// batch key.
func nextflowModule(for tool: WorkflowTool) -> [WorkflowFile] {
  [
    WorkflowFile("main.nf", lines: mainScript(of: tool)),
    WorkflowFile("meta.yml", lines: nextflowDescription(of: tool)),
    WorkflowFile("environment.yml", lines: condaEnvironment(of: tool, engine: .nextflow)),
  ] + nextflowTests(of: tool)
}

/// Names of inputs and outputs, which `main.nf` and `meta.yml` share.
struct NextflowChannels {
  /// The first input: the data with its metadata.
  var data: Parameter

  /// Input files that the command requires, which come with their metadata.
  var needed: [Parameter]

  /// Optional input files.
  var optional: [Parameter]

  /// The batch key, if the command has one.
  var batchKey: Parameter?

  /// The output files with a switch.
  var switched: [WrittenFile]

  init(_ tool: WorkflowTool) {
    let files = tool.files
    let data = tool.cells ?? files[0]
    self.data = data
    needed = files.filter { $0.isRequired && $0 != data }
    optional = files.filter { !$0.isRequired }
    batchKey = tool.batchKey
    switched = tool.outputs.filter(\.file.hasSwitch)
  }
}

private func mainScript(of tool: WorkflowTool) -> [String] {
  let channels = NextflowChannels(tool)
  var lines = tool.head(engine: .nextflow)
  lines += [""] + tool.remarksOnSoftware
  lines += [
    "Another image, or a .sif of Apptainer, without generating the module again:",
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
  ]
  lines += containerDirective(of: tool)
  lines += ["", "    input:"]
  lines += indented(inputs(channels), by: 4)
  lines += ["", "    output:"]
  for file in tool.outputs.map(\.file) {
    let optional = file.hasSwitch ? ", optional: true" : ""
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
  if let key = channels.batchKey {
    lines.append(
      "    def \(key.identifier)_option = "
        + "\(key.identifier) ? \"\(key.flag ?? "") '${\(key.identifier)}'\" : ''")
  }
  for output in channels.switched {
    lines.append(
      "    def \(output.file.name)_option = save_\(output.file.name) ? "
        + "\"\(output.flag ?? "") '${prefix}\(output.file.ending)'\" : ''")
  }
  if tool.takesMemory {
    lines += [
      "    // Half of the memory is for data that grows with the input.",
      "    def memory_option = task.memory ? "
        + "\"--memory ${task.memory.toMega().intdiv(2)}M\" : ''",
    ]
  }
  lines += ["    \"\"\""] + indented(commandLine(of: tool, channels), by: 4) + ["    \"\"\""]
  lines += ["", "    stub:", "    prefix = task.ext.prefix ?: \"${meta.id}\""]
  for file in channels.switched.map(\.file) {
    lines.append(
      "    def touch_\(file.name) = save_\(file.name) ? \"touch '${prefix}\(file.ending)'\" : ''")
  }
  lines.append("    \"\"\"")
  lines += tool.outputs.map(\.file).map {
    $0.hasSwitch ? "    ${touch_\($0.name)}" : "    touch '${prefix}\($0.ending)'"
  }
  lines += ["    \"\"\"", "}"]
  return lines
}

/// Returns the directive of the image, which Apptainer finds by another name than Docker.
func containerDirective(of tool: WorkflowTool) -> [String] {
  [
    "    container \"${ workflow.containerEngine in ['singularity', 'apptainer'] "
      + "&& !task.ext.singularity_pull_docker_container ?",
    "        '\(tool.apptainerImage)' :",
    "        '\(tool.container)' }\"",
  ]
}

private func usage(of tool: WorkflowTool, _ channels: NextflowChannels) -> [String] {
  var lines = [
    "Options go into 'ext.args'; meta.yml lists them:",
    "  process { withName: '\(tool.identifier.uppercased())' { ext.args = "
      + "'\(tool.command.example)' } }",
  ]
  let optional = channels.optional + [channels.batchKey].compactMap(\.self)
  if !optional.isEmpty {
    let names = optional.map { "'\($0.identifier)'" }.joined(separator: ", ")
    lines.append("\(names) may be [].")
  }
  if !channels.switched.isEmpty {
    let names = channels.switched.map { "'save_\($0.file.name)'" }.joined(separator: ", ")
    lines.append("\(names): true for a file that is written only if wanted.")
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
  let values =
    [channels.batchKey?.identifier].compactMap(\.self)
    + channels.switched.map { "save_\($0.file.name)" }
  return [data] + needed + optional + values.map { "val \($0)" }
}

private func commandLine(of tool: WorkflowTool, _ channels: NextflowChannels) -> [String] {
  let positional = tool.parameters.filter { $0.flag == nil }.map { "${\($0.identifier)}" }
  var parts = [positional.joined(separator: " ")]
  for output in tool.outputs where !output.file.hasSwitch {
    guard let flag = output.flag else { continue }
    parts.append("\(flag) '${prefix}\(output.file.ending)'")
  }
  parts += channels.switched.map { "${\($0.file.name)_option}" }
  parts += channels.optional.map { "${\($0.identifier)_option}" }
  if let key = channels.batchKey { parts.append("${\(key.identifier)_option}") }
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
    case .integrate: "--label-key cell_type --n-genes 3000"
    case .map: "--statistics adapted"
    case .evaluate: "--label-key cell_type"
    }
  }
}
