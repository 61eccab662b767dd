/// Returns the help page under the form, in reStructuredText.
func galaxyHelp(for tool: WorkflowTool) -> [String] {
  var lines = heading("What it does")
  for paragraph in tool.discussion.split(separator: "\n\n") {
    lines += [escapedForRST(oneLine(String(paragraph))), ""]
  }
  lines += heading("Inputs")
  for parameter in tool.parameters {
    switch parameter.kind {
    case .cells, .file:
      lines.append(
        "- **\(escapedForRST(parameter.title))**: \(escapedForRST(oneLine(parameter.help)))")
    default: break
    }
  }
  if tool.cells != nil {
    lines += [
      "", "Several files are one batch each, named after their names in the history.",
    ]
  }
  lines += [""] + heading("Outputs")
  for file in tool.outputs.map(\.file) {
    lines.append("- **\(escapedForRST(file.name))**: \(escapedForRST(file.contents))")
  }
  return lines
}

private func heading(_ title: String) -> [String] {
  ["**\(title)**", ""]
}
