import Foundation
import Numerics

@testable import NeuralNet

extension Minibatch {
  /// Cells with random counts, a `density` of which are not zero.
  static func random(
    batches: [Int32], genes: Int, density: Float = 0.3, lacking: [[UInt16]] = [],
    using random: inout Xoshiro256
  ) -> Minibatch {
    var minibatch = Minibatch()
    for batch in batches {
      var counts: [(gene: UInt16, count: Float)] = []
      for gene in 0..<genes where random.uniformFloat() < density {
        if !lacking.isEmpty, lacking[Int(batch)].contains(UInt16(gene)) { continue }
        // Mostly ones, some beyond the short way of the kernels.
        let count =
          random.uniformFloat() < 0.1 ? random.integer(below: 90) : random.integer(below: 4)
        counts.append((UInt16(gene), Float(count + 1)))
      }
      let total = counts.reduce(0) { $0 + $1.count } + 1
      for (gene, count) in counts {
        minibatch.genes.append(gene)
        minibatch.counts.append(count)
        minibatch.inputs.append(log1p(1e4 * count / total))
      }
      minibatch.batches.append(batch)
      minibatch.starts.append(Int32(minibatch.genes.count))
    }
    return minibatch
  }

  /// The same cells in another order.
  func permuted(_ order: [Int]) -> Minibatch {
    var minibatch = Minibatch()
    for cell in order {
      let entries = Int(starts[cell])..<Int(starts[cell + 1])
      minibatch.genes += genes[entries]
      minibatch.counts += counts[entries]
      minibatch.inputs += inputs[entries]
      minibatch.batches.append(batches[cell])
      minibatch.starts.append(Int32(minibatch.genes.count))
    }
    return minibatch
  }
}
