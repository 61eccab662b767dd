/// Returns the form: first the files, then the choice of outputs, then one section for each group
/// of the help.
func galaxyInputs(for tool: WorkflowTool) -> [String] {
  var lines: [String] = []
  for parameter in tool.parameters {
    switch parameter.kind {
    case .cells:
      lines.append(
        "<param name=\"cells\" type=\"data\" format=\"h5ad,h5,loom\" multiple=\"true\" "
          + "label=\"Cells\" help=\(attribute(parameter.help))/>")
    case .file(let endings):
      let format = endings.isEmpty ? "txt" : endings.joined(separator: ",")
      lines.append(
        "<param \(name(of: parameter)) type=\"data\" format=\(attribute(format)) "
          + "\(parameter.isRequired ? "" : "optional=\"true\" ")\(texts(of: parameter))/>")
    default: break
    }
  }
  lines += choiceOfOutputs(tool)
  var sections: [(title: String, parameters: [Parameter])] = []
  for parameter in tool.values {
    if let index = sections.firstIndex(where: { $0.title == parameter.section }) {
      sections[index].parameters.append(parameter)
    } else {
      sections.append((parameter.section, [parameter]))
    }
  }
  for (number, section) in sections.enumerated() {
    lines.append(
      "<section name=\(attribute(section.parameters[0].galaxySection)) "
        + "title=\(attribute(section.title)) expanded=\"\(number == 0)\">")
    lines += indented(section.parameters.flatMap(input), by: 4) + ["</section>"]
  }
  return lines
}

private func choiceOfOutputs(_ tool: WorkflowTool) -> [String] {
  let others = tool.outputs.dropFirst().filter { $0.flag != nil }.map(\.file)
  guard !others.isEmpty else { return [] }
  return [
    "<param name=\"outputs\" type=\"select\" multiple=\"true\" optional=\"true\" "
      + "display=\"checkboxes\" label=\"Further outputs\">"
  ]
    + others.map { file in
      // Each output is an item in the history.
      let selected = ["json", "report"].contains(file.name) ? " selected=\"true\"" : ""
      return "    <option value=\(attribute(file.name))\(selected)>"
        + "\(escapedForXML("\(file.name): \(file.contents)"))</option>"
    } + ["</param>"]
}

private func input(_ parameter: Parameter) -> [String] {
  let start = "<param \(name(of: parameter))"
  let texts = texts(of: parameter)
  let value = parameter.defaultValue.map { "value=\(attribute($0)) " } ?? ""
  let number = parameter.defaultValue == nil ? "value=\"\" optional=\"true\" " : value
  if parameter.isRepeated {
    return [
      "<repeat name=\(attribute(parameter.galaxyName)) title=\(attribute(parameter.title)) "
        + "help=\(attribute(parameter.help))>",
      "    <param name=\"value\" type=\"text\" value=\"\" label=\(attribute(parameter.title))>",
    ] + indented(sanitizer, by: 8) + ["    </param>", "</repeat>"]
  }
  switch parameter.kind {
  case .flag:
    return [
      "\(start) type=\"boolean\" truevalue=\(attribute(parameter.flag ?? "")) falsevalue=\"\" "
        + "checked=\"false\" \(texts)/>"
    ]
  case .choice(let values):
    let optional = parameter.defaultValue == nil ? "optional=\"true\" " : ""
    return ["\(start) type=\"select\" \(optional)\(texts)>"]
      + values.map {
        "    <option value=\(attribute($0))\($0 == parameter.defaultValue ? " selected=\"true\"" : "")>"
          + "\(escapedForXML($0))</option>"
      } + ["</param>"]
  case .integer: return ["\(start) type=\"integer\" \(number)\(texts)/>"]
  case .number: return ["\(start) type=\"float\" \(number)\(texts)/>"]
  case .numberOr(let word):
    let pattern =
      "^([-+]?[0-9.]+([eE][-+]?[0-9]+)?|\(word))\(parameter.defaultValue == nil ? "?" : "")$"
    return [
      "\(start) type=\"text\" \(number)\(texts)>",
      "    <validator type=\"regex\" message=\(attribute("Give a number, or '\(word)'."))>"
        + "\(escapedForXML(pattern))</validator>",
      "</param>",
    ]
  default:
    return ["\(start) type=\"text\" \(number)\(texts)>"] + indented(sanitizer, by: 4)
      + ["</param>"]
  }
}

/// The sanitizer allows everything except the quote of the command line, since columns have all
/// kinds of names.
private let sanitizer = [
  "<sanitizer>", "    <valid initial=\"string.printable\">",
  "        <remove value=\"&apos;\"/>", "    </valid>", "</sanitizer>",
]

private func name(of parameter: Parameter) -> String {
  guard let flag = parameter.flag else { return "name=\(attribute(parameter.galaxyName))" }
  return "argument=\(attribute(flag))"
}

private func texts(of parameter: Parameter) -> String {
  "label=\(attribute(parameter.title)) help=\(attribute(parameter.help))"
}
