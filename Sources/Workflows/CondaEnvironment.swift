/// An environment of conda with what scharmonize needs beside itself.
///
/// - Parameter head: What made the file.
/// - Parameter packages: Packages that the wrapper itself needs. The default is none.
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
