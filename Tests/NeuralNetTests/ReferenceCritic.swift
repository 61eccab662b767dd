import Foundation
import Numerics

@testable import NeuralNet

/// A critic by plain loops in double precision, straight from its equations; also one with the
/// batch norm that ours refuses.
struct ReferenceCritic {
  enum Norm { case layer, spectral, batch }

  var norm: Norm
  let hidden: [Int]
  let batches: Int
  var parameters: [String: [Double]] = [:]
  var vectors: [String: [Double]] = [:]

  init(_ state: CriticState, norm: Norm) {
    self.norm = norm
    hidden = state.critic.hidden.map(\.units)
    batches = state.critic.batches
    for tensor in state.critic.parameters.tensors(in: state.parameters.view) {
      parameters[tensor.name] = tensor.values.map(Double.init)
    }
    for tensor in state.critic.vectors.tensors(in: state.vectors.view) {
      vectors[tensor.name] = tensor.values.map(Double.init)
    }
  }

  /// The logits of cells at `z`, `(n, d)`; `(n, batches)`.
  func logits(_ z: [Double], cells n: Int) -> [Double] {
    var h = z
    for (index, units) in hidden.enumerated() {
      let name = "critic.\(index)"
      let a = linear(name, h, outputs: units)
      let gamma = parameters["\(name).norm.gamma"] ?? Array(repeating: 1, count: units)
      let beta = parameters["\(name).norm.beta"] ?? Array(repeating: 0, count: units)
      let u =
        switch norm {
        case .layer: groupNormReference(a, units: units, groups: 1, gamma: gamma, beta: beta)
        case .spectral: a
        case .batch:
          batchwiseNormReference(
            a, units: units, batches: Array(repeating: 0, count: n), shrinkage: 0, gamma: gamma,
            beta: beta)
        }
      h = u.map { max(0, $0) }
    }
    return linear("critic.output", h, outputs: batches)
  }

  /// The cross-entropy, in which all batches of the minibatch count the same.
  func loss(_ z: [Double], of cellBatches: [Int32]) -> Double {
    let logits = logits(z, cells: cellBatches.count)
    let counts = Dictionary(grouping: cellBatches, by: { $0 }).mapValues { Double($0.count) }
    var loss = 0.0
    for (cell, batch) in cellBatches.enumerated() {
      let row = logits[cell * batches..<(cell + 1) * batches]
      let greatest = row.max() ?? 0
      let total = greatest + log(row.reduce(0) { $0 + exp($1 - greatest) })
      loss +=
        (total - row[row.startIndex + Int(batch)])
        / (Double(counts.count) * counts[batch, default: 1])
    }
    return loss
  }

  private func linear(_ name: String, _ x: [Double], outputs: Int) -> [Double] {
    let weight = parameters["\(name).weight", default: []]
    let bias = parameters["\(name).bias", default: []]
    let inputs = weight.count / outputs
    var scale = 1.0
    if norm == .spectral {
      let u = vectors["\(name).left", default: []]
      let v = vectors["\(name).right", default: []]
      var sigma = 0.0
      for o in 0..<outputs { for k in 0..<inputs { sigma += u[o] * weight[o * inputs + k] * v[k] } }
      scale = 1 / sigma
    }
    var y: [Double] = []
    for i in 0..<x.count / inputs {
      for o in 0..<outputs {
        var sum = 0.0
        for k in 0..<inputs { sum += x[i * inputs + k] * weight[o * inputs + k] }
        y.append(sum * scale + bias[o])
      }
    }
    return y
  }
}

extension CriticState {
  /// A critic whose parameters are away from their starting values, where gamma and beta are alike.
  static func moved(
    _ options: CriticOptions, latent: Int, batches: Int, using random: inout Xoshiro256
  ) -> CriticState {
    let state = CriticState(Critic(options, latent: latent, batches: batches), seed: 3)
    for place in state.critic.parameters.places {
      for k in place.range { state.parameters.view[k] += random.uniformFloat(from: -0.3, to: 0.3) }
    }
    return state
  }
}

extension StepCells {
  /// Cells of which a critic needs to know the batches alone.
  static func of(batches: [Int32], batchCount: Int) -> StepCells {
    var minibatch = Minibatch()
    minibatch.batches = batches
    minibatch.starts = Array(repeating: 0, count: batches.count + 1)
    return StepCells(
      minibatch,
      network: Network(
        genes: 1, batches: batchCount, options: AutoencoderOptions(), padding: nil))
  }
}

extension CriticStep {
  /// Runs a whole step over cells at `z`.
  func run(_ z: [Float], of cells: StepCells, pool: ThreadPool) {
    let view = FloatView.zeros(z.count)
    view.copy(from: z)
    run(cells, z: view) { shards, body in pool.parallel(shards, body) }
  }
}
