import Numerics
import NeuralNet

/// The numbers of a minibatch in the form that kernels of a training step read.
struct KernelInput {
  let counts: SparseRows
  let inputs: SparseRows
  let batches: [Int32]

  /// Arrays of the shapes `(n, h)`, `(n, h)`, `(f, h)`.
  let hidden: FloatView
  let gradient: FloatView
  let weight: FloatView

  init() {
    var random = Xoshiro256(seed: 1)
    let (n, h, f) = (KernelBenchmark.n, KernelBenchmark.h, KernelBenchmark.f)
    let minibatch = TrainingBenchmark.minibatch(
      cells: n, genes: f, density: 0.12, batches: KernelBenchmark.batches, using: &random)
    counts = SparseRows(
      starts: minibatch.starts, columns: minibatch.genes, values: minibatch.counts, width: f)
    inputs = counts.with(values: minibatch.inputs)
    batches = minibatch.batches
    hidden = .random(n * h, using: &random)
    gradient = .random(n * h, using: &random)
    weight = .random(f * h, using: &random)
  }

  /// The number of counts.
  var nonzeros: Int { counts.columns.count }
}

extension FloatView {
  /// Returns random numbers from −1 to 1.
  static func random(_ count: Int, using random: inout Xoshiro256) -> FloatView {
    let view = FloatView.zeros(count)
    for k in 0..<count { view[k] = random.uniformFloat(from: -1, to: 1) }
    return view
  }

  /// Returns the largest difference, relative to the largest number.
  func error(against expected: [Float]) -> Double {
    let scale = max(1e-30, expected.map { abs($0) }.max() ?? 0)
    return Double((zip(values, expected).map { abs($0 - $1) }.max() ?? 0) / scale)
  }
}
