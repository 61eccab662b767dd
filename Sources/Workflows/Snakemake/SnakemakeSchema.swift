/// Returns the schema of the rule's part of the configuration, as JSON Schema, draft 7.
func snakemakeSchema(for tool: WorkflowTool) -> [String] {
  let isOfSeveral = tool.cells != nil
  let files = tool.files.dropFirst(isOfSeveral ? 0 : 1)
  let data = oneLine((tool.cells ?? tool.files[0]).help)
  var properties: [(name: String, lines: [String])] = [
    (
      "datasets",
      [
        "\"description\": \(quoted("Files of each dataset, by its name. \(data)")),",
        "\"type\": \"object\",", "\"minProperties\": 1,",
        isOfSeveral
          ? "\"additionalProperties\": "
            + "{\"type\": [\"string\", \"array\"], \"items\": {\"type\": \"string\"}, \"minItems\": 1}"
          : "\"additionalProperties\": {\"type\": \"string\"}",
      ]
    ),
    (
      "results",
      [
        "\"description\": \"Folder for the results.\",", "\"type\": \"string\",",
        "\"default\": \(quoted(tool.command.results))",
      ]
    ),
    (
      "threads",
      [
        "\"description\": \"Number of threads of a job; the result does not depend on it.\",",
        "\"type\": \"integer\",", "\"minimum\": 1,", "\"default\": 4",
      ]
    ),
  ]
  if tool.takesMemory {
    properties.append(
      (
        "mem_mb",
        [
          "\"description\": \"Memory of a job, in MB; the result does not depend on it.\",",
          "\"type\": \"integer\",", "\"minimum\": 1,", "\"default\": 8192",
        ]
      ))
  }
  for file in files {
    properties.append(
      (
        file.identifier,
        ["\"description\": \(quoted(oneLine(file.help))),", "\"type\": \"string\""]
      ))
  }
  let switched = tool.outputs.map(\.file).filter(\.hasSwitch)
  if !switched.isEmpty {
    properties.append(
      (
        "outputs",
        [
          "\"description\": \"Files that are written only if wanted.\",",
          "\"type\": \"object\",", "\"default\": {},", "\"additionalProperties\": false,",
          "\"properties\": {",
        ]
          + indented(
            object(
              switched.map { file in
                (
                  file.name,
                  [
                    "\"description\": \(quoted(file.contents)),", "\"type\": \"boolean\",",
                    "\"default\": \(file.isUsual)",
                  ]
                )
              }), by: 2) + ["}"]
      ))
  }
  properties.append(
    (
      "container",
      [
        "\"description\": \"Container image for jobs in containers.\",", "\"type\": \"string\",",
        "\"default\": \(quoted(tool.apptainerImage))",
      ]
    ))
  properties.append(("options", options(of: tool)))
  properties.append(
    (
      "extra",
      [
        "\"description\": \"Additional arguments of the command line.\",", "\"type\": \"string\",",
        "\"default\": \"\"",
      ]
    ))
  let required = ["datasets"] + files.filter(\.isRequired).map(\.identifier)
  return [
    "{",
    "  \"$schema\": \"http://json-schema.org/draft-07/schema#\",",
    "  \"title\": \(quoted("\(tool.identifier), scharmonize \(tool.version)")),",
    "  \"description\": \(quoted(oneLine(tool.abstract))),",
    "  \"type\": \"object\",",
    "  \"required\": \(quoted(required)),",
    "  \"additionalProperties\": false,",
    "  \"properties\": {",
  ] + indented(object(properties), by: 4) + ["  }", "}"]
}

private func options(of tool: WorkflowTool) -> [String] {
  [
    "\"description\": \"Options of the command; missing ones have their defaults.\",",
    "\"type\": \"object\",", "\"default\": {},", "\"additionalProperties\": false,",
    "\"properties\": {",
  ] + indented(object(tool.values.map { ($0.identifier, schema(of: $0)) }), by: 2) + ["}"]
}

/// Returns the members of an object, separated by commas.
private func object(_ members: [(name: String, lines: [String])]) -> [String] {
  members.enumerated().flatMap { number, member in
    ["\(quoted(member.name)): {"] + indented(member.lines, by: 2)
      + [number < members.count - 1 ? "}," : "}"]
  }
}

private func schema(of parameter: Parameter) -> [String] {
  var lines = ["\"description\": \(quoted(oneLine(parameter.help))),"]
  let text = parameter.defaultValue.map { quoted($0) }
  var preset: String?
  switch parameter.kind {
  case .flag:
    lines.append("\"type\": \"boolean\"")
    preset = "false"
  case .choice(let values):
    lines.append("\"enum\": \(quoted(values))")
    preset = text
  case .integer:
    lines.append("\"type\": \"integer\"")
    preset = parameter.defaultValue
  case .number:
    lines.append("\"type\": \"number\"")
    preset = parameter.defaultValue
  case .numberOr(let word):
    lines.append("\"anyOf\": [{\"type\": \"number\"}, {\"const\": \(quoted(word))}]")
    preset = parameter.defaultValue.map { Double($0) == nil ? quoted($0) : $0 }
  default:
    lines.append(
      parameter.isRepeated
        ? "\"type\": [\"string\", \"array\"], \"items\": {\"type\": \"string\"}"
        : "\"type\": [\"string\", \"number\"]")
    preset = text
  }
  if let preset {
    lines[lines.count - 1] += ","
    lines.append("\"default\": \(preset)")
  }
  return lines
}
