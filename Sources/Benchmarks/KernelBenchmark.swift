import Foundation
import Kernels

/// Each kernel of a training step and of the alignment, checked against its reference, then set against its limit.
///
/// One thread, 128 cells, 2,000 genes, 128 units, 12% of counts not zero. Where products are the
/// work, the limit is the rate of our dense product; elsewhere that of copying as many bytes as
/// the kernel has to touch, between buffers as large, which leaves its arithmetic out: an
/// exponential or a logarithm of each number takes longer than its way from memory. Both are
/// measured in the same run.
struct KernelBenchmark: Benchmark {
  static let name = "kernels"

  static let n = 128
  static let h = 128
  static let f = 2000
  static let sources = 4

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

/// A kernel with what it has to do at least.
struct TimedKernel {
  var name: String
  /// How far it is from its reference, and how far it may be.
  var error: Double
  var tolerance: Double
  /// Multiplications and additions that the rate of the dense product limits.
  var flops = 0.0
  /// Bytes read and written, each array once.
  var bytes = 0
  /// The bytes of the arrays, where some are both read and written.
  var footprint: Int?
  var work: () -> Void
}

/// What the machine can do at most, as measured now.
struct MachineLimits {
  /// Of a dense product, per second.
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
      // Half of the bytes are read, half written.
      let (from, to) = (FloatView.zeros(bytes / 8), FloatView.zeros(bytes / 8))
      let repeats = max(1, (1 << 22) / bytes)
      let seconds = fastest(of: 40) { for _ in 0..<repeats { to.copy(from: from) } }
      return (bytes, Double(bytes * repeats) / seconds)
    }
  }

  /// How many bytes are copied in a second, between buffers that hold so many together.
  func bytes(perSecondFor bytes: Int) -> Double {
    (copies.first { $0.bytes >= bytes } ?? copies[copies.count - 1]).perSecond
  }
}
