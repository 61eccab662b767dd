import Foundation
import Numerics

@testable import NeuralNet

/// The autoencoder's loss by plain loops in double precision, straight from its equations.
struct ReferenceAutoencoder {
  let options: AutoencoderOptions
  let genes: Int
  let padding: GenePadding?
  let matchedRows: [Int]
  let covariates: Int
  let hasRates: Bool
  var parameters: [String: [Double]]

  init(_ model: Autoencoder) {
    options = model.options
    genes = model.genes
    padding = model.network.padding
    matchedRows = model.matchedRows.map(Int.init)
    covariates = model.covariates
    hasRates = model.hasRates
    parameters = [:]
    for tensor in model.parameters { parameters[tensor.name] = tensor.values.map(Double.init) }
  }

  /// `reconstruction + klWeight * kl`, mean per cell.
  func loss(
    of minibatch: Minibatch, klWeight: Double, noise: [Float], dropout: [[Float]]
  ) -> (reconstruction: Double, kl: Double) {
    let n = minibatch.cellCount
    let batches = minibatch.batches.map(Int.init)
    let (x, counts) = (dense(minibatch, minibatch.inputs), dense(minibatch, minibatch.counts))
    let isMissing = (0..<n).map { Set(padding?.missing[batches[$0]] ?? []) }
    let (mu, logVariance) = posterior(of: minibatch, dropout: dropout)
    let z = mu.indices.map { mu[$0] + exp(logVariance[$0] / 2) * Double(noise[$0]) }
    let kl = mu.indices.reduce(0) {
      $0 + (mu[$1] * mu[$1] + exp(logVariance[$1]) - 1 - logVariance[$1]) / 2
    }

    var h = z
    if covariates > 0 {
      let d = options.latent
      h = []
      for cell in 0..<n {
        h += z[cell * d..<(cell + 1) * d]
        for a in 0..<covariates { h.append(Double(minibatch.covariates[cell * covariates + a])) }
      }
    }
    let widths = Array(options.hidden.reversed())
    for (index, units) in widths.enumerated() {
      h = hidden(
        "decoder.\(index)", h, units: units, norm: options.decoderNorm, batches: batches,
        memberships: minibatch.memberships.map(Double.init),
        residual: options.residual && index > 0 && widths[index - 1] == units,
        transposed: false, dropout: nil)
    }
    let outputs = linear("decoder.output", h, outputs: genes)
    var reconstruction = 0.0
    for i in 0..<n {
      let start = i * genes
      let row = (start..<start + genes).filter { !isMissing[i].contains(UInt16($0 - start)) }
      if options.loss == .meanSquaredError {
        for k in row { reconstruction += (outputs[k] - x[k]) * (outputs[k] - x[k]) / 2 }
        continue
      }
      let greatest = row.map { outputs[$0] }.max() ?? 0
      let total = row.reduce(0) { $0 + exp(outputs[$1] - greatest) }
      let size = row.reduce(0) { $0 + counts[$1] }
      for k in row {
        let mean =
          hasRates
          ? exp(outputs[k]) * Double(minibatch.sizeFactors[i])
          : exp(outputs[k] - greatest) / total * size
        if options.loss == .poisson {
          reconstruction += poissonReference(count: counts[k], mean: mean)
        } else {
          let theta = exp(parameters["decoder.logTheta", default: []][k - start])
          reconstruction += negativeBinomialReference(
            count: counts[k], mean: mean, theta: theta)
        }
      }
    }
    return (reconstruction / Double(n), kl / Double(n))
  }

  /// The means and log variances of the latent positions; `(n, d)` each.
  func posterior(of minibatch: Minibatch, dropout: [[Float]]) -> (
    mu: [Double], logVariance: [Double]
  ) {
    let batches = minibatch.batches.map(Int.init)
    var h = dense(minibatch, minibatch.inputs)
    for i in batches.indices {
      for g in padding?.missing[batches[i]] ?? [] {
        h[i * genes + Int(g)] = Double(padding?.meanInputs[Int(g)] ?? 0)
      }
    }
    for (index, units) in options.hidden.enumerated() {
      h = hidden(
        "encoder.\(index)", h, units: units, norm: options.encoderNorm, batches: batches,
        residual: options.residual && index > 0 && options.hidden[index - 1] == units,
        transposed: index == 0, dropout: dropout.isEmpty ? nil : dropout[index])
    }
    let d = options.latent
    let limit = Double(logVarianceLimit)
    return (
      linear("encoder.mu", h, outputs: d),
      linear("encoder.logVariance", h, outputs: d).map { min(max($0, -limit), limit) }
    )
  }

  /// The stored values of a minibatch with the zeros between them; `(n, f)`.
  private func dense(_ minibatch: Minibatch, _ values: [Float]) -> [Double] {
    var x = [Double](repeating: 0, count: minibatch.cellCount * genes)
    for i in 0..<minibatch.cellCount {
      for e in Int(minibatch.starts[i])..<Int(minibatch.starts[i + 1]) {
        x[i * genes + Int(minibatch.genes[e])] = Double(values[e])
      }
    }
    return x
  }

  private func linear(_ name: String, _ x: [Double], outputs: Int, transposed: Bool = false)
    -> [Double]
  {
    let weight = parameters["\(name).weight", default: []]
    let inputs = weight.count / outputs
    let n = x.count / inputs
    let bias = parameters["\(name).bias"] ?? Array(repeating: 0, count: outputs)
    var y: [Double] = []
    for i in 0..<n {
      for o in 0..<outputs {
        var sum = bias[o]
        for k in 0..<inputs {
          sum += x[i * inputs + k] * weight[transposed ? k * outputs + o : o * inputs + k]
        }
        y.append(sum)
      }
    }
    return y
  }

  private func hidden(
    _ name: String, _ x: [Double], units: Int, norm: Normalization, batches: [Int],
    memberships: [Double] = [], residual: Bool, transposed: Bool, dropout: [Float]?
  ) -> [Double] {
    let a = linear(name, x, outputs: units, transposed: transposed)
    let gamma = parameters["\(name).norm.gamma", default: []]
    let beta = parameters["\(name).norm.beta", default: []]
    let groups = norm == .group ? (1...16).last { units % $0 == 0 } ?? 1 : 1
    let u =
      switch norm {
      case .batch:
        batchwiseNormReference(
          a, units: units, batches: batches.map { _ in 0 }, shrinkage: 0, gamma: gamma, beta: beta)
      case .perBatch:
        batchwiseNormReference(
          a, units: units, batches: batches, shrinkage: Double(options.batchShrinkage),
          gamma: gamma, beta: beta)
      case .matched:
        matchedNormReference(
          a, units: units, rows: batches.map { matchedRows[$0] },
          memberships: memberships.isEmpty ? batches.map { _ in 1 } : memberships,
          shrinkage: Double(options.batchShrinkage), gamma: gamma, beta: beta)
      case .layer, .group:
        groupNormReference(a, units: units, groups: groups, gamma: gamma, beta: beta)
      case .none: a
      }
    return u.indices.map {
      (residual ? x[$0] : 0) + max(0, u[$0]) * Double(dropout?[$0] ?? 1)
    }
  }
}
