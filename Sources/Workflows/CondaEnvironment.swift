/// Returns a conda environment with scharmonize's dependencies.
///
/// - Parameters:
///   - head: The header lines of the file.
///   - packages: Packages that the wrapper needs in addition. The default is empty.
/// - Returns: The file's lines.
func condaEnvironment(head: [String], packages: [String] = []) -> [String] {
  let comments =
    head + [
      "",
      "There is no conda package of scharmonize: the program has to be on PATH. These are the",
      "libraries that it is linked with; one that was built with those of the system needs none",
      "of them.",
    ]
  let all = packages + ["hdf5=1.10", "zlib"]
  return comments.map { $0.isEmpty ? "#" : "# \(oneLine($0))" }
    + ["channels:", "  - conda-forge", "  - bioconda", "dependencies:"]
    + all.map { "  - \(quoted("conda-forge::\($0)"))" }
}
