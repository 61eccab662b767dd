import Foundation
import Numerics

/// A benchmark of each kernel of a training step and of the alignment, checked against its
/// reference and compared with its limit.
///
/// It uses one thread, 128 cells, 2,000 genes, 128 units, and 12% nonzero counts. For products, the
/// limit is the rate of the dense product. For other kernels it is the rate of copying the same
/// number of bytes between buffers of the same size. This ignores arithmetic: an exponential or a
/// logarithm of a number takes longer than reading it from memory. Both limits are measured in the
/// same run.
struct KernelBenchmark: Benchmark {
  static let name = "kernels"

  static let n = 128
  static let h = 128
  static let f = 2000
  static let batches = 4

  func run(into report: inout BenchmarkReport) throws {
    let limits = MachineLimits()
    report.add("dense product, one thread", limits.flops * 1e-9, unit: "Gflop/s")
    report.add("copying 1 MB buffers", limits.bytes(perSecondFor: 1 << 20) * 1e-9, unit: "GB/s")
    report.add("copying 8 MB buffers", limits.bytes(perSecondFor: 1 << 23) * 1e-9, unit: "GB/s")
    let minibatch = KernelInput()
    for kernel in Self.sparseKernels(minibatch) + Self.outputKernels(minibatch)
      + Self.normKernels(minibatch) + Self.parameterKernels() + Self.clusterKernels()
    {
      guard kernel.error < kernel.tolerance else {
        throw BenchmarkFailure("\(kernel.name) is off by \(kernel.error)")
      }
      let seconds = fastest(of: 60, kernel.work)
      report.add(kernel.name, seconds * 1e6, unit: "µs")
      let limit =
        kernel.flops / limits.flops
        + Double(kernel.bytes) / limits.bytes(perSecondFor: kernel.footprint ?? kernel.bytes)
      report.add("  over its limit", seconds / limit, unit: "×")
    }
  }
}

/// A kernel with its minimum work.
struct TimedKernel {
  var name: String
  /// The deviation from the reference, and its tolerance.
  var error: Double
  var tolerance: Double
  /// The number of multiplications and additions, limited by the rate of the dense product.
  var flops = 0.0
  /// The bytes read and written, each array once.
  var bytes = 0
  /// The bytes of the arrays, if some are both read and written.
  var footprint: Int?
  var work: () -> Void
}

/// The limits of the machine, as measured now.
struct MachineLimits {
  /// The rate of a dense product, per second.
  let flops: Double

  private let copies: [(bytes: Int, perSecond: Double)]

  init() {
    let (m, k) = (512, 512)
    var random = Xoshiro256(seed: 3)
    let a = Matrix(
      rows: m, columns: k, values: (0..<m * k).map { _ in random.uniformFloat(from: -1, to: 1) })
    var c = Matrix(rows: m, columns: m)
    let pool = ThreadPool(threads: 1)
    flops =
      2 * Double(m * m * k)
      / fastest(of: 40) { multiply(a, a, into: &c, left: .plain, right: .plain, pool: pool) }
    copies = [1 << 16, 1 << 18, 1 << 20, 1 << 21, 1 << 22, 1 << 23, 1 << 24, 1 << 25].map { bytes in
      // Half of the bytes are read, half are written.
      let (from, to) = (FloatView.zeros(bytes / 8), FloatView.zeros(bytes / 8))
      let repeats = max(1, (1 << 22) / bytes)
      let seconds = fastest(of: 40) { for _ in 0..<repeats { to.copy(from: from) } }
      return (bytes, Double(bytes * repeats) / seconds)
    }
  }

  /// Returns the number of bytes copied per second, between buffers of this total size.
  func bytes(perSecondFor bytes: Int) -> Double {
    (copies.first { $0.bytes >= bytes } ?? copies[copies.count - 1]).perSecond
  }
}
