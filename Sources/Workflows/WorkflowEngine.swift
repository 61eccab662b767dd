/// A workflow engine with wrappers.
package enum WorkflowEngine: String, CaseIterable, Sendable {
  /// A module in the style of nf-core.
  case nextflow

  /// A rule with its script and the schema of its configuration.
  case snakemake

  /// A `CommandLineTool` of CWL v1.2.
  case cwl

  /// A Galaxy tool in XML.
  case galaxy

  /// Returns the files of a wrapper, the main file first.
  ///
  /// - Parameter tool: The wrapped command.
  /// - Returns: The files, for one folder.
  package func files(for tool: WorkflowTool) -> [WorkflowFile] {
    switch self {
    case .nextflow: nextflowModule(for: tool)
    case .snakemake: snakemakeRule(for: tool)
    case .cwl: [cwlTool(for: tool)]
    case .galaxy: [galaxyTool(for: tool)]
    }
  }

  /// Returns a workflow of the steps over files; `nil` if the engine has none.
  ///
  /// - Parameters:
  ///   - version: The program's version.
  ///   - container: The container image with the program. The default is `nil`, for `scharmonize`
  ///     with the version as its tag.
  /// - Returns: The workflow, for one folder.
  package func pipeline(version: String, container: String? = nil) -> WorkflowFile? {
    let container = container ?? "scharmonize:\(version)"
    return switch self {
    case .nextflow: nextflowPipeline(version: version, container: container)
    case .snakemake: snakemakePipeline(version: version, container: container)
    case .cwl, .galaxy: nil
    }
  }
}

/// A file of a wrapper.
package struct WorkflowFile: Equatable, Sendable {
  /// The file's path within the wrapper's folder, such as `main.nf` or `tests/main.nf.test`.
  package var name: String

  /// The file's contents, which end with a line feed.
  package var text: String

  init(_ name: String, lines: [String]) {
    self.name = name
    text = lines.joined(separator: "\n") + "\n"
  }
}
