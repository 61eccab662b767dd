/// Returns the command line template, in Cheetah.
///
/// Galaxy names files `dataset_1.dat`; the template links them under the names that users know,
/// which also name the batches.
func galaxyCommand(for tool: WorkflowTool) -> [String] {
  var lines = remarks(on: tool)
  if tool.cells != nil { lines += links }
  lines.append("scharmonize \(tool.command.rawValue)")
  for parameter in tool.parameters where parameter.flag == nil {
    if parameter.kind == .cells {
      lines += ["    #for $name in $names", "        'cells/$name'", "    #end for"]
    } else {
      lines.append("    '$\(parameter.galaxyName)'")
    }
  }
  for (number, output) in tool.outputs.enumerated() {
    guard let flag = output.flag else { continue }
    let option = "\(flag) '\(tool.command.stem)\(output.file.ending)'"
    if number == 0 {
      lines.append("    \(option)")
    } else {
      lines += [
        "    #if '\(output.file.name)' in str($outputs).split(',')", "        \(option)",
        "    #end if",
      ]
    }
  }
  lines.append("    --threads \"\\${GALAXY_SLOTS:-1}\"")
  if tool.takesMemory {
    lines.append("    --memory \"\\$(( \\${GALAXY_MEMORY_MB:-8192} / 2 ))M\"")
  }
  for file in tool.files where file.flag != nil {
    lines += condition("$\(file.galaxyName)", "\(file.flag ?? "") '$\(file.galaxyName)'")
  }
  lines += tool.values.flatMap(option)
  return lines
}

/// Returns comments in Cheetah, since XML comments may not contain two hyphens.
private func remarks(on tool: WorkflowTool) -> [String] {
  let lines =
    ["The tests need files in test-data, which these commands make:"]
    + (tool.command == .integrate
    ? Array(WrappedCommand.testData.prefix(1)) : WrappedCommand.testData).map { "  \($0)" }
    + tool.remarksOnLeftOut
  return lines.map { "## \(oneLine($0))" }
}

private let links = [
  "#import re",
  "#set $names = []",
  "mkdir -p cells &&",
  "#for $cell in $cells",
  "    #set $stem = re.sub(r'\\.(h5ad|h5mu|h5|loom)\\Z', '', str($cell.element_identifier))",
  "    #set $stem = re.sub('[^A-Za-z0-9_.+-]', '_', $stem)",
  "    #set $name = $stem + '.' + str($cell.ext)",
  "    #if $name in $names",
  "        #set $name = $stem + '_' + str(len($names) + 1) + '.' + str($cell.ext)",
  "    #end if",
  "    #silent $names.append($name)",
  "    ln -s '$cell' 'cells/$name' &&",
  "#end for",
]

private func option(_ parameter: Parameter) -> [String] {
  let path = "$\(parameter.galaxySection).\(parameter.galaxyName)"
  let flag = parameter.flag ?? ""
  if parameter.isRepeated {
    return [
      "    #if len(\(path)) > 0", "        \(flag)", "        #for $item in \(path)",
      "            '$item.value'", "        #end for", "    #end if",
    ]
  }
  switch parameter.kind {
  case .flag: return ["    \(path)"]
  case .choice where parameter.defaultValue != nil: return ["    \(flag) '\(path)'"]
  // An unset value is empty or None, depending on Galaxy's version and the kind of parameter.
  default: return condition("str(\(path)) not in ('', 'None')", "\(flag) '\(path)'")
  }
}

private func condition(_ condition: String, _ text: String) -> [String] {
  ["    #if \(condition)", "        \(text)", "    #end if"]
}

extension Parameter {
  /// The parameter's name in Galaxy: the option, as Galaxy itself derives it.
  var galaxyName: String { identifier }

  /// The parameter's section of the form; outputs must not use this name.
  var galaxySection: String {
    let words = section.lowercased().split { !$0.isLetter && !$0.isNumber }
    let name = words.joined(separator: "_")
    return name.hasSuffix("options") ? name : "\(name)_options"
  }
}
