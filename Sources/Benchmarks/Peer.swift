import Foundation

/// Another tool that does the same work in a process of its own, with its defaults.
enum Peer: String, CaseIterable {
  case brisc = "brisc"
  case scanpy = "scanpy + harmonypy"

  /// The Python with the packages; `SCHARMONIZE_PYTHON` names another.
  static var python: String {
    ProcessInfo.processInfo.environment["SCHARMONIZE_PYTHON"]
      ?? FileManager.default.homeDirectoryForCurrentUser
      .appending(path: ".cache/scharmonize-peers/bin/python").path
  }

  /// The modules that the script imports.
  private var modules: String {
    switch self {
    case .brisc: "brisc"
    case .scanpy: "scanpy, harmonypy"
    }
  }

  /// A script from the counts of a file to an embedding: 2,000 genes, 30 components.
  private var script: String {
    switch self {
    case .brisc:
      """
      import sys, numpy
      from brisc import SingleCell
      cells = SingleCell(sys.argv[1], num_threads=int(sys.argv[3])).skip_qc()
      cells = cells.hvg(batch_column='batch', num_genes=2000).normalize().pca(num_PCs=30)
      numpy.save(sys.argv[2], cells.harmonize(batch_column='batch').obsm['harmony'])
      """
    case .scanpy:
      """
      import sys, numpy, scanpy, harmonypy
      cells = scanpy.read_h5ad(sys.argv[1])
      scanpy.pp.normalize_total(cells, target_sum=1e4)
      scanpy.pp.log1p(cells)
      scanpy.pp.highly_variable_genes(cells, n_top_genes=2000, batch_key='batch')
      cells = cells[:, cells.var.highly_variable].copy()
      scanpy.pp.pca(cells, n_comps=30)
      z = harmonypy.run_harmony(cells.obsm['X_pca'], cells.obs, 'batch').Z_corr
      numpy.save(sys.argv[2], z)
      """
    }
  }

  /// A flag that is true if the packages are installed.
  var isInstalled: Bool {
    FileManager.default.isExecutableFile(atPath: Self.python)
      && (try? seconds(of: Self.python, ["-c", "import \(modules)"])) != nil
  }

  /// Integrates a file, and returns the seconds that the process took.
  func run(_ input: String, into output: String, threads: Int) throws -> Double {
    try seconds(of: Self.python, ["-c", script, input, output, "\(threads)"])
  }
}

/// Runs a program, and returns what it writes to standard output.
func output(of program: String, _ arguments: [String]) throws -> String {
  let process = Process()
  process.executableURL = URL(filePath: program)
  process.arguments = arguments
  process.standardError = FileHandle.nullDevice
  let pipe = Pipe()
  process.standardOutput = pipe
  try process.run()
  let data = pipe.fileHandleForReading.readDataToEndOfFile()
  process.waitUntilExit()
  guard process.terminationStatus == 0 else {
    throw BenchmarkFailure("\(program) ended with status \(process.terminationStatus)")
  }
  return String(decoding: data, as: UTF8.self)
}

/// Runs a program, and returns the seconds that it took.
func seconds(of program: String, _ arguments: [String]) throws -> Double {
  let process = Process()
  process.executableURL = URL(filePath: program)
  process.arguments = arguments
  process.standardOutput = FileHandle.nullDevice
  process.standardError = FileHandle.nullDevice
  let clock = ContinuousClock()
  let start = clock.now
  try process.run()
  process.waitUntilExit()
  guard process.terminationStatus == 0 else {
    throw BenchmarkFailure("\(program) ended with status \(process.terminationStatus)")
  }
  return (clock.now - start).seconds
}
