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
      "There is no conda package of scharmonize, so the program must be on PATH. These are the",
      "libraries that it is linked with. A program that was built with the system's libraries",
      "does not need them.",
    ]
  let all = packages + ["hdf5=1.10", "zlib"]
  return comments.map { $0.isEmpty ? "#" : "# \(oneLine($0))" }
    + ["channels:", "  - conda-forge", "  - bioconda", "dependencies:"]
    + all.map { "  - \(quoted("conda-forge::\($0)"))" }
}
