import Evaluation
import Foundation
import Numerics
import Neighbours
import UMAP

/// The layout of 100,000 cells, or `--cells`, with 20 dimensions, compared with umap-learn if
/// available.
///
/// umap-learn belongs to the Python that `SCHARMONIZE_PYTHON` names.
struct UMAPBenchmark: Benchmark {
  static let name = "umap"

  private static let dimensions = 20

  func run(into report: inout BenchmarkReport) throws {
    let pool = ThreadPool(threads: report.settings.threads)
    let points = Self.cells(report.settings.cells ?? 100_000)
    var neighbourOptions = NeighbourOptions()
    neighbourOptions.maximumQueries = points.rows
    let search = measured {
      _ = nearestNeighbours(of: points, k: 14, options: neighbourOptions, pool: pool)
    }
    var layout = Matrix(rows: 0, columns: 2)
    let whole = try measured { layout = Matrix(try umap(points, pool: pool)) }
    let quality = overlap(layout, points, pool)
    // By chance it would be one part in thousands.
    guard quality > 0.02 else {
      throw BenchmarkFailure("the layout shares \(quality) of the cells' neighbours")
    }
    report.add(
      "umap of \(points.rows) cells, \(pool.threads) threads", whole.seconds, unit: "s")
    report.add("  time of processors", whole.processors, unit: "s")
    report.add("  the neighbours alone", search.seconds, unit: "s")
    report.add("  time of processors", search.processors, unit: "s")
    report.add("  overlap of neighbours", quality, unit: "")
    guard let reference = try umapLearn(points, threads: pool.threads) else { return }
    report.add("  umap-learn", reference.seconds, unit: "s")
    report.add("  overlap of neighbours", overlap(reference.layout, points, pool), unit: "")
    report.add("  umap-learn's time to ours", reference.seconds / whole.seconds, unit: "×")
  }

  /// Returns the time of `work`, and its share of all processors' time.
  private func measured(
    _ work: () throws -> Void
  ) rethrows -> (seconds: Double, processors: Double) {
    let (clock, before) = (ContinuousClock(), Foundation.clock())
    let start = clock.now
    try work()
    return (
      (clock.now - start).seconds, Double(Foundation.clock() - before) / Double(CLOCKS_PER_SEC)
    )
  }

  /// Returns the overlap of the neighbours of up to 2,000 cells among all.
  private func overlap(_ layout: Matrix, _ points: Matrix, _ pool: ThreadPool) -> Double {
    var options = EvaluationOptions()
    options.maximumCells = 2_000
    return neighbourOverlap(layout, points, options: options, pool: pool)
  }

  /// Returns forty types on arcs and in clumps of different width.
  static func cells(_ count: Int) -> Matrix {
    var random = Xoshiro256(seed: 1)
    let types = 40
    func normals(_ scale: Double) -> [Float] {
      (0..<types * dimensions).map { _ in Float(random.standardNormal() * scale) }
    }
    let (centers, ways) = (normals(1.5), normals(0.8))
    var values: [Float] = []
    values.reserveCapacity(count * dimensions)
    for _ in 0..<count {
      let type = min(random.integer(below: types), random.integer(below: types))
      let along = random.uniformFloat(from: -2, to: 2)
      for j in type * dimensions..<(type + 1) * dimensions {
        values.append(centers[j] + along * ways[j] + Float(0.5 * random.standardNormal()))
      }
    }
    return Matrix(rows: count, columns: dimensions, values: values)
  }

  /// Runs umap-learn on the same points and returns its layout and seconds; `nil` if it is not
  /// available.
  private func umapLearn(
    _ points: Matrix, threads: Int
  ) throws -> (layout: Matrix, seconds: Double)? {
    guard let python = ProcessInfo.processInfo.environment["SCHARMONIZE_PYTHON"] else {
      return nil
    }
    var result: (Matrix, Double)?
    try withTemporaryFolder { folder in
      let (input, output) = (folder.appending(path: "in"), folder.appending(path: "out"))
      try unsafe points.values.withUnsafeBytes { try unsafe Data($0).write(to: input) }
      // The first use compiles its functions, which is not measured.
      let script = """
        import sys, time, warnings; warnings.filterwarnings("ignore")
        import numpy as np, umap
        x = np.fromfile(sys.argv[1], "<f4").reshape(-1, \(points.columns))
        make = lambda: umap.UMAP(n_neighbors=15, min_dist=0.5, n_jobs=\(threads))
        make().fit_transform(x[:5000])
        start = time.time(); y = make().fit_transform(x); print(time.time() - start)
        np.ascontiguousarray(y, dtype="<f4").tofile(sys.argv[2])
        """
      let run = Process()
      run.executableURL = URL(filePath: python)
      run.arguments = ["-c", script, input.path, output.path]
      run.environment = ProcessInfo.processInfo.environment.merging(
        ["NUMBA_NUM_THREADS": "\(threads)"]) { $1 }
      let pipe = Pipe()
      run.standardOutput = pipe
      try run.run()
      let told = String(
        decoding: pipe.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
      run.waitUntilExit()
      guard run.terminationStatus == 0, let seconds = Double(told.trimmingCharacters(in: .newlines))
      else { throw BenchmarkFailure("umap-learn of '\(python)' did not lay the cells out") }
      let bytes = [UInt8](try Data(contentsOf: output))
      let values = stride(from: 0, to: bytes.count, by: 4).map { start in
        Float(bitPattern: (0..<4).reduce(0) { $0 | UInt32(bytes[start + $1]) << (8 * UInt32($1)) })
      }
      result = (Matrix(rows: points.rows, columns: 2, values: values), seconds)
    }
    return result
  }
}

extension Matrix {
  /// Makes a matrix from a layout; `(n, 2)`.
  fileprivate init(_ layout: [SIMD2<Float>]) {
    self.init(rows: layout.count, columns: 2, values: layout.flatMap { [$0.x, $0.y] })
  }
}
