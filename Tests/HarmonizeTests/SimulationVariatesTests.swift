import Foundation
import Harmonize
import Numerics
import Testing
@testable import Simulation

/// The mean and the variance of as many numbers.
private func moments(_ numbers: [Double]) -> (mean: Double, variance: Double) {
  let mean = numbers.reduce(0, +) / Double(numbers.count)
  return (mean, numbers.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(numbers.count - 1))
}

@Suite struct `Simulation: random numbers` {
  static let count = 40_000

  @Test(arguments: [0.1, 0.5, 1, 2.5, 40])
  func `gamma numbers have mean and variance equal to the shape`(shape: Double) {
    var random = Xoshiro256(seed: 1)
    let (mean, variance) = moments((0..<Self.count).map { _ in random.gamma(shape: shape) })
    // Five standard errors of the mean; the variance's are wider.
    let error = 5 * (shape / Double(Self.count)).squareRoot()
    #expect(abs(mean - shape) < error)
    #expect(abs(variance / shape - 1) < 0.15)
  }

  @Test(arguments: [0, 0.01, 0.5, 9.9, 10, 11, 50, 800, 1e5])
  func `Poisson numbers have mean and variance equal to the parameter`(mean: Double) {
    var random = Xoshiro256(seed: 2)
    let numbers = (0..<Self.count).map { _ in Double(random.poisson(mean: mean)) }
    let found = moments(numbers)
    #expect(numbers.allSatisfy { $0 >= 0 })
    #expect(abs(found.mean - mean) <= 5 * (mean / Double(Self.count)).squareRoot())
    #expect(mean == 0 || abs(found.variance / mean - 1) < (mean < 0.1 ? 0.3 : 0.05))
  }

  @Test(arguments: [5, 12])
  func `Poisson numbers have their probabilities`(mean: Double) {
    var random = Xoshiro256(seed: 3)
    var found = [Double](repeating: 0, count: 60)
    for _ in 0..<Self.count { found[min(59, random.poisson(mean: mean))] += 1 }
    for k in 0..<40 {
      let expected = exp(Double(k) * log(mean) - mean - lgamma(Double(k) + 1)) * Double(Self.count)
      #expect(abs(found[k] - expected) < 5 * expected.squareRoot() + 3, "\(k)")
    }
  }

  @Test(arguments: [0.05, 1, 20])
  func `logarithmic numbers have their probabilities`(odds: Double) {
    var random = Xoshiro256(seed: 4)
    let p = odds / (1 + odds)
    var found = [Double](repeating: 0, count: 30)
    for _ in 0..<Self.count { found[min(29, random.logarithmic(odds: odds))] += 1 }
    #expect(found[0] == 0)
    for k in 1..<29 {
      let expected = -pow(p, Double(k)) / (Double(k) * log1p(-p)) * Double(Self.count)
      #expect(abs(found[k] - expected) < 5 * expected.squareRoot() + 3, "\(k)")
    }
  }

  /// From genes with hardly a count to one with most of them.
  static let profile = [0.0005, 0.01, 0.04, 0.2, 0.7495]

  @Test(arguments: [0, 0.1, 0.5, 3])
  func `counts of a cell are independent and negative binomial`(dispersion: Double) {
    let sampler = CountSampler(profile: Self.profile, dispersion: dispersion)
    var row = CountRow(genes: 5)
    var random = Xoshiro256(seed: 5)
    let total = 100.0
    let draws = 8_000
    var counts = [[Double]](repeating: [], count: 5)
    var malformed = 0
    for _ in 0..<draws {
      sampler.draw(total: total, into: &row, using: &random)
      var (genes, values) = ([Int32](), [Int32]())
      row.drain(genes: &genes, values: &values)
      let isAscending = zip(genes, genes.dropFirst()).allSatisfy { $0 < $1 }
      if !isAscending || !values.allSatisfy({ $0 > 0 }) { malformed += 1 }
      for gene in counts.indices { counts[gene].append(0) }
      for (gene, value) in zip(genes, values) {
        counts[Int(gene)][counts[Int(gene)].count - 1] = Double(value)
      }
    }
    #expect(malformed == 0)
    let n = Double(draws)
    for (gene, share) in Self.profile.enumerated() {
      let mean = total * share
      let variance = mean + dispersion * mean * mean
      let found = moments(counts[gene])
      #expect(abs(found.mean - mean) < 5 * (variance / n).squareRoot(), "gene \(gene)")
      #expect(abs(found.variance / variance - 1) < 0.15, "gene \(gene)")
      let zeros = dispersion == 0 ? exp(-mean) : pow(1 + dispersion * mean, -1 / dispersion)
      let foundZeros = Double(counts[gene].count { $0 == 0 }) / n
      #expect(abs(foundZeros - zeros) < 5 * (zeros * (1 - zeros) / n).squareRoot() + 1e-4)
    }
    // The two frequent genes: their sum varies as much as both do.
    let sum = moments(zip(counts[3], counts[4]).map { $0 + $1 }).variance
    let both = moments(counts[3]).variance + moments(counts[4]).variance
    #expect(abs(sum / both - 1) < 0.1)
  }
}
