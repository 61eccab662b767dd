/// Returns a conda environment with scharmonize.
///
/// - Parameters:
///   - tool: The wrapped command, whose version the environment has.
///   - engine: The engine, for the header.
///   - packages: Packages that the wrapper needs in addition. The default is empty.
/// - Returns: The file's lines.
func condaEnvironment(
  of tool: WorkflowTool, engine: WorkflowEngine, packages: [String] = []
) -> [String] {
  let comments = tool.head(engine: engine) + [""] + tool.remarksOnSoftware
  return comments.map { $0.isEmpty ? "#" : "# \(oneLine($0))" }
    + ["channels:", "  - conda-forge", "  - bioconda", "dependencies:"]
    + (packages + ["scharmonize=\(tool.version)"]).map { "  - \(quoted($0))" }
}
