/// Returns the tests of a module for nf-test: a run of the program and a stub, on simulated cells.
func nextflowTests(of tool: WorkflowTool) -> [WorkflowFile] {
  [
    WorkflowFile("tests/main.nf.test", lines: tests(of: tool)),
    WorkflowFile("tests/inputs.nf", lines: inputs(of: tool)),
    WorkflowFile("tests/nextflow.config", lines: configuration(of: tool)),
  ]
}

private func tests(of tool: WorkflowTool) -> [String] {
  let name = tool.identifier.uppercased()
  return tool.head(engine: .nextflow).map { "// \(oneLine($0))" } + [
    "nextflow_process {",
    "",
    "    name \"Test Process \(name)\"",
    "    script \"../main.nf\"",
    "    process \"\(name)\"",
    "    config \"./nextflow.config\"",
    "",
    "    tag \"modules\"",
    "    tag \"modules_nfcore\"",
    "    tag \"scharmonize\"",
    "    tag \"scharmonize/\(tool.command.rawValue)\"",
    // The linter of nf-core expects a tag for each script of 'setup'.
    "    tag \"tests/inputs.nf\"",
    "",
    "    setup {",
    "        run(\"SCHARMONIZE_INPUTS\") {",
    "            script \"../tests/inputs.nf\"",
    "        }",
    "    }",
  ] + test("simulated cells", of: tool, isStub: false)
    + test("simulated cells - stub", of: tool, isStub: true) + ["}"]
}

private func test(_ name: String, of tool: WorkflowTool, isStub: Bool) -> [String] {
  let channels = NextflowChannels(tool)
  let data = channels.data.kind == .cells ? "cells" : channels.data.identifier
  var values = ["SCHARMONIZE_INPUTS.out.\(data).map { files -> [[id: 'test'], files] }"]
  values += channels.needed.map {
    "SCHARMONIZE_INPUTS.out.\($0.identifier).map { file -> [[id: 'reference'], file] }"
  }
  values += channels.optional.map { _ in "[]" }
  // The simulated files are one batch each; the embedding has them in a column.
  if channels.batchKey != nil { values.append(tool.cells == nil ? "'batch'" : "[]") }
  values += channels.switched.map { _ in "true" }
  var lines = ["", "    test(\"\(name)\") {", ""]
  if isStub { lines += ["        options \"-stub\"", ""] }
  lines += ["        when {", "            process {", "                \"\"\""]
  lines += values.enumerated().map { "                input[\($0)] = \($1)" }
  lines += [
    "                \"\"\"", "            }", "        }", "", "        then {",
    "            assertAll(", "                { assert process.success },",
  ]
  lines += tool.outputs.map(\.file.name).map {
    "                { assert file(process.out.\($0)[0][1]).exists() },"
  }
  return lines + [
    "                { assert process.out.versions_scharmonize[0][1] == 'scharmonize' }",
    "            )", "        }", "    }",
  ]
}

private func inputs(of tool: WorkflowTool) -> [String] {
  tool.head(engine: .nextflow).map { "// \(oneLine($0))" } + [
    "process SCHARMONIZE_INPUTS {",
    "    conda \"${moduleDir}/../environment.yml\"",
  ] + containerDirective(of: tool) + [
    "",
    "    output:",
    "    path 'lab_?.h5', emit: cells",
    "    path 'harmonized.h5ad', emit: h5ad",
    "    path 'model.h5', emit: model",
    "",
    "    script:",
    "    \"\"\"",
  ] + indented(WrappedCommand.testData, by: 4) + [
    "    \"\"\"",
    "",
    "    stub:",
    "    \"\"\"",
    "    touch lab_a.h5 lab_b.h5 harmonized.h5ad model.h5",
    "    \"\"\"",
    "}",
  ]
}

private func configuration(of tool: WorkflowTool) -> [String] {
  let short =
    switch tool.command {
    case .integrate: "--visits 20000"
    case .map: "--statistics adapted"
    case .evaluate: "--embedding X_scharmonize X_scharmonize_latent"
    }
  return tool.head(engine: .nextflow).map { "// \(oneLine($0))" } + [
    "process {",
    "    withName: '\(tool.identifier.uppercased())' { ext.args = '\(short)' }",
    "}",
  ]
}

extension WrappedCommand {
  /// The commands that make the input of tests: two files, their embedding, and a model.
  static let testData = [
    "scharmonize simulate -o lab_a.h5 -o lab_b.h5 --cells 600 --genes 300 --batch-strength 1",
    "scharmonize lab_a.h5 lab_b.h5 -o harmonized.h5ad --model model.h5 --visits 20000",
  ]
}
