import Numerics

/// The decoder's three large products on one thread, compared with OpenBLAS.
struct ProductBenchmark: Benchmark {
  static let name = "sgemm"

  private let n = 128
  private let h = 128
  private let f = 2000

  func run(into report: inout BenchmarkReport) throws {
    var random = Xoshiro256(seed: 1)
    func matrix(_ rows: Int, _ columns: Int) -> Matrix {
      Matrix(
        rows: rows, columns: columns,
        values: (0..<rows * columns).map { _ in random.uniformFloat(from: -1, to: 1) })
    }
    let (x, weight, dy) = (matrix(n, h), matrix(f, h), matrix(n, f))
    let cases: [(String, Matrix, Orientation, Matrix, Orientation)] = [
      ("logits = x Wᵀ", x, .plain, weight, .transposed),
      ("dx = dy W", dy, .plain, weight, .plain),
      ("dW = dyᵀ x", dy, .transposed, x, .plain),
    ]
    let blas = OpenBLAS()
    let pool = ThreadPool(threads: 1)
    let flops = 2 * Double(n * h * f)
    for (name, a, left, b, right) in cases {
      let expected = multiplyReference(a, b, left: left, right: right)
      var c = Matrix(rows: expected.rows, columns: expected.columns)
      multiply(a, b, into: &c, left: left, right: right, pool: pool)
      let error = zip(c.values, expected.values).map { abs($0 - $1) }.max() ?? 0
      guard error < 1e-3 else { throw BenchmarkFailure("\(name) is off by \(error)") }

      let general = fastest(of: 40) {
        multiply(a, b, into: &c, left: left, right: right, pool: pool)
      }
      report.add("\(name), any matrices", flops / general * 1e-9, unit: "Gflop/s")
      let own = try timeInTraining(name, x: x, weight: weight, dy: dy, expected: expected)
      report.add("\(name), as in training", flops / own * 1e-9, unit: "Gflop/s")
      guard let blas else { continue }
      let other = fastest(of: 40) {
        blas.multiply(
          a.values, transposed: left == .transposed, b.values, transposed: right == .transposed,
          m: c.rows, n: c.columns, k: left == .plain ? a.columns : a.rows, into: &c.values)
      }
      report.add("\(name), OpenBLAS", flops / other * 1e-9, unit: "Gflop/s")
      report.add("  training over OpenBLAS", other / own, unit: "times")
    }
  }

  /// Measures the same product in the layout of training: sixteen cells per shard, one per lane.
  private func timeInTraining(
    _ name: String, x: Matrix, weight: Matrix, dy: Matrix, expected: Matrix
  ) throws -> Double {
    let shards = n / laneCount
    let (w, lanes) = (FloatView.zeros(f * h), FloatView.zeros(n * h))
    let (outputs, panels) = (FloatView.zeros(n * f), FloatView.zeros(n * h))
    w.copy(from: weight.values)
    let (xs, dys) = (FloatView.zeros(n * h), FloatView.zeros(n * f))
    xs.copy(from: x.values)
    dys.copy(from: dy.values)
    for shard in 0..<shards {
      let cells = xs[(shard * laneCount * h)...]
      cellsToLanes(cells, cells: laneCount, width: h, into: lanes[(shard * laneCount * h)...])
      packCells(cells, cells: laneCount, width: h, shard: shard, padded: n, into: panels)
      cellsToLanes(
        dys[(shard * laneCount * f)...], cells: laneCount, width: f,
        into: outputs[(shard * laneCount * f)...])
    }
    let result = FloatView.zeros(expected.values.count)
    let found: () -> Float
    let work: () -> Void
    switch name.first {
    case "l":
      let logits = FloatView.zeros(n * f)
      work = {
        for shard in 0..<shards {
          outputProduct(
            w, f: f, h: h, lanes: lanes[(shard * laneCount * h)...],
            into: logits[(shard * laneCount * f)...])
        }
      }
      found = {
        for shard in 0..<shards {
          lanesToCells(
            logits[(shard * laneCount * f)...], cells: laneCount, width: f,
            into: result[(shard * laneCount * f)...])
        }
        return result.distance(to: expected)
      }
    case "d" where expected.rows == n:
      let dlanes = FloatView.zeros(n * h)
      work = {
        for shard in 0..<shards {
          outputProductBack(
            w, f: f, h: h, gradient: outputs[(shard * laneCount * f)...],
            into: dlanes[(shard * laneCount * h)...])
        }
      }
      found = {
        for shard in 0..<shards {
          lanesToCells(
            dlanes[(shard * laneCount * h)...], cells: laneCount, width: h,
            into: result[(shard * laneCount * h)...])
        }
        return result.distance(to: expected)
      }
    default:
      work = {
        for first in stride(from: 0, to: f, by: 120) {
          shardProduct(
            first..<min(first + 120, f), gradient: outputs, shards: shards, f: f, panels: panels,
            width: h, into: result)
        }
      }
      found = { result.distance(to: expected) }
    }
    work()
    let error = found()
    guard error < 1e-3 else { throw BenchmarkFailure("\(name) in training is off by \(error)") }
    return fastest(of: 40, work)
  }
}

extension FloatView {
  /// Returns the largest difference of two numbers at the same position.
  fileprivate func distance(to other: Matrix) -> Float {
    zip(values, other.values).map { abs($0 - $1) }.max() ?? 0
  }
}
