import Foundation
import Harmonize
import Numerics

/// The alignment beside harmonypy, on the same coordinates: a million cells in four batches, with
/// 20 dimensions and 100 clusters.
struct AlignmentPeer {
  private let cells = 1_000_000
  private let dimensions = 20

  /// A script that prints the seconds of the alignment alone.
  private static let script = """
    import sys, time, numpy, pandas, harmonypy
    z = numpy.fromfile(sys.argv[1], dtype=numpy.float32).reshape(-1, int(sys.argv[3]))
    batches = pandas.DataFrame({'batch': numpy.fromfile(sys.argv[2], dtype=numpy.int32).astype(str)})
    start = time.time()
    harmonypy.run_harmony(z, batches, 'batch', nclust=100)
    print(time.time() - start)
    """

  /// Returns the time over harmonypy's, the median of pairs; `nil` if it is not installed.
  func ratio(turns: Int, into report: inout BenchmarkReport) throws -> Double? {
    guard Peer.scanpy.isInstalled else { return nil }
    let (embedding, batches) = AlignmentBenchmark.cells(cells, dimensions: dimensions)
    var options = ClusterAlignmentOptions()
    (options.clusters, options.theta) = (100, [2])
    let pool = ThreadPool()
    var (ours, theirs): ([Double], [Double]) = ([], [])
    try withTemporaryFolder { folder in
      let coordinates = folder.appending(path: "coordinates.f32")
      let batchFile = folder.appending(path: "batches.i32")
      try unsafe embedding.values.withUnsafeBytes { try unsafe Data($0).write(to: coordinates) }
      try unsafe batches.batchOfCell.withUnsafeBytes { try unsafe Data($0).write(to: batchFile) }
      for _ in 0..<turns {
        let clock = ContinuousClock()
        let start = clock.now
        _ = try align(embedding, batches: [batches], options: options, pool: pool)
        ours.append((clock.now - start).seconds)
        let text = try output(
          of: Peer.python,
          ["-c", Self.script, coordinates.path, batchFile.path, "\(dimensions)"])
        guard let seconds = text.split(separator: "\n").last.flatMap({ Double($0) }) else {
          throw BenchmarkFailure("harmonypy printed no time")
        }
        theirs.append(seconds)
      }
    }
    report.add("alignment of \(cells) cells", median(ours), unit: "s")
    report.add("  harmonypy", median(theirs), unit: "s")
    return median(zip(ours, theirs).map { $0 / $1 })
  }
}
