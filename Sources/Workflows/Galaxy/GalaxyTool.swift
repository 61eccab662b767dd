/// Returns a Galaxy tool as XML.
func galaxyTool(for tool: WorkflowTool) -> WorkflowFile {
  var lines = [
    "<tool id=\(attribute(tool.identifier)) name=\(attribute(tool.identifier.replacing("_", with: " "))) "
      + "version=\(attribute("\(tool.version)+galaxy0")) profile=\"22.05\" license=\"Apache-2.0\">"
  ]
  lines += indented(comment(on: tool), by: 4)
  lines += [
    "    <description>\(escapedForXML(tool.abstractForGalaxy))</description>",
    "    <requirements>",
    "        <requirement type=\"package\" version=\(attribute(tool.version))>scharmonize</requirement>",
    "        <container type=\"docker\">\(escapedForXML(tool.container))</container>",
    "    </requirements>",
    "    <version_command>scharmonize --version</version_command>",
    "    <command detect_errors=\"exit_code\"><![CDATA[",
  ]
  lines += galaxyCommand(for: tool).map(characterData)
  lines += ["    ]]></command>", "    <inputs>"]
  lines += indented(galaxyInputs(for: tool), by: 8)
  lines += ["    </inputs>", "    <outputs>"]
  lines += indented(outputs(of: tool), by: 8)
  lines += ["    </outputs>", "    <tests>"]
  lines += indented(galaxyTests(for: tool), by: 8)
  lines += ["    </tests>", "    <help><![CDATA["]
  lines += galaxyHelp(for: tool).map(characterData)
  lines += [
    "    ]]></help>",
    "    <citations>",
    "        <citation type=\"doi\">10.1038/s41592-019-0619-0</citation>",
    "    </citations>",
    "</tool>",
  ]
  return WorkflowFile("\(tool.identifier).xml", lines: lines)
}

private func comment(on tool: WorkflowTool) -> [String] {
  var lines = tool.head(engine: .galaxy)
  lines += [""] + tool.remarksOnSoftware
  return ["<!--"] + indented(lines.map { commentOfXML(oneLine($0)) }, by: 4) + ["-->"]
}

/// Returns the outputs of the command; the parameter `outputs` selects the optional ones.
private func outputs(of tool: WorkflowTool) -> [String] {
  tool.outputs.enumerated().flatMap { number, output in
    let file = output.file
    let start =
      "<data name=\(attribute(file.name)) format=\(attribute(file.galaxy)) "
      + "from_work_dir=\(attribute(tool.command.stem + file.ending)) "
      + "label=\(attribute("${tool.name} on ${on_string}: \(file.name)"))"
    guard number > 0 else { return ["\(start)/>"] }
    return [
      "\(start)>", "    <filter>outputs and '\(output.owner)' in outputs</filter>", "</data>",
    ]
  }
}

extension WorkflowTool {
  /// The description beside the tool's name in Galaxy's list, without a capital letter and period.
  fileprivate var abstractForGalaxy: String {
    let text = oneLine(abstract)
    let sentence = text.prefix(1).lowercased() + text.dropFirst()
    return sentence.hasSuffix(".") ? String(sentence.dropLast()) : sentence
  }
}
