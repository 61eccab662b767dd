import Foundation
import Kernels

@testable import NeuralNet

extension Minibatch {
  /// Cells with random counts, a `density` of which are not zero.
  static func random(
    sources: [Int32], genes: Int, density: Float = 0.3, lacking: [[UInt16]] = [],
    using random: inout Xoshiro256
  ) -> Minibatch {
    var batch = Minibatch()
    for source in sources {
      var counts: [(gene: UInt16, count: Float)] = []
      for gene in 0..<genes where random.uniformFloat() < density {
        if !lacking.isEmpty, lacking[Int(source)].contains(UInt16(gene)) { continue }
        // Mostly ones, some beyond the short way of the kernels.
        let count =
          random.uniformFloat() < 0.1 ? random.integer(below: 90) : random.integer(below: 4)
        counts.append((UInt16(gene), Float(count + 1)))
      }
      let total = counts.reduce(0) { $0 + $1.count } + 1
      for (gene, count) in counts {
        batch.genes.append(gene)
        batch.counts.append(count)
        batch.inputs.append(log1p(1e4 * count / total))
      }
      batch.sources.append(source)
      batch.starts.append(Int32(batch.genes.count))
    }
    return batch
  }

  /// The same cells in another order.
  func permuted(_ order: [Int]) -> Minibatch {
    var batch = Minibatch()
    for cell in order {
      let entries = Int(starts[cell])..<Int(starts[cell + 1])
      batch.genes += genes[entries]
      batch.counts += counts[entries]
      batch.inputs += inputs[entries]
      batch.sources.append(sources[cell])
      batch.starts.append(Int32(batch.genes.count))
    }
    return batch
  }
}
