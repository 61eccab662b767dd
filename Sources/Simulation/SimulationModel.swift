internal import Foundation
internal import Numerics

/// The types and batches: the part of a simulation that does not depend on the number of cells.
///
/// The profiles of a batch's types are computed when they are needed, because those of thousands of
/// batches exceed the memory of most machines.
struct SimulationModel: Sendable {
  /// The share of each type in each batch, with sum 1 per row; `(batches, types)`.
  let composition: [[Double]]

  /// The factor of all counts of a batch; `[batches]`.
  let depth: [Double]

  /// The share of a cell's counts from the batch's ambient RNA; `[batches]`.
  let ambient: [Double]

  private let options: SimulationOptions
  private let expression: [Double]
  private let programs: [[Double]]

  /// The purposes of the streams of random numbers.
  private enum Purpose {
    static let base: UInt64 = 1
    static let programs: UInt64 = 2
    static let batches: UInt64 = 3
  }

  /// Draws a model.
  ///
  /// - Parameter options: Valid options.
  init(_ options: SimulationOptions) {
    self.options = options
    expression = Self.baseExpression(options)
    programs = Self.programs(options)
    let batches = (0..<options.batches).map { Self.batch($0, options) }
    composition = batches.map(\.shares)
    depth = batches.map(\.depth)
    ambient = batches.map(\.ambient)
  }

  /// Returns the share of each gene in the counts of a cell of a batch, with sum 1; `(types, genes)`.
  func profiles(ofBatch batch: Int) -> [[Double]] {
    var (shares, _, ambient, random) = Self.batch(batch, options)
    let strength = options.batchStrength
    let scaling = (0..<options.genes).map { _ in 0.4 * strength * random.standardNormal() }
    let own = programs.map { program in
      normalized((0..<options.genes).map { exp(expression[$0] + program[$0] + scaling[$0]) })
    }
    return mixed(own, shares: shares, ambient: ambient)
  }

  /// Draws what a batch has besides its scaling of genes, which the generator returned draws next.
  private static func batch(
    _ batch: Int, _ options: SimulationOptions
  ) -> (shares: [Double], depth: Double, ambient: Double, random: Xoshiro256) {
    // Each batch has its own stream, so further batches do not change the others.
    let seed = streamSeed(streamSeed(options.seed, Purpose.batches), UInt64(batch))
    var random = Xoshiro256(seed: seed)
    let depth = exp(0.3 * options.batchStrength * random.standardNormal())
    let soup = 0.1 * options.batchStrength * random.uniformDouble()
    let shares = composition(options, using: &random)
    return (shares, depth, soup / (1 + soup), random)
  }

  /// Returns the log expression that all types share; `[genes]`.
  private static func baseExpression(_ options: SimulationOptions) -> [Double] {
    var random = Xoshiro256(seed: streamSeed(options.seed, Purpose.base))
    // Peaks are open or closed, so they differ less than genes do.
    let spread = options.peaks ? 1.0 : 2.0
    return (0..<options.genes).map { _ in spread * random.standardNormal() }
  }

  /// Returns by how much each type raises each gene, in log expression; `(types, genes)`.
  private static func programs(_ options: SimulationOptions) -> [[Double]] {
    func program(_ number: Int, share: Double, raise: Double) -> [Double] {
      let seed = streamSeed(streamSeed(options.seed, Purpose.programs), UInt64(number))
      var random = Xoshiro256(seed: seed)
      return (0..<options.genes).map { _ in
        let isMember = random.uniformDouble() < share
        let spread = 1 + 0.5 * random.standardNormal()
        return isMember ? options.programStrength * raise * spread : 0
      }
    }
    // Even numbers are for lineages, odd ones for types.
    return (0..<options.cellTypes).map { type in
      let lineage = program(type / 2 * 2, share: 0.1, raise: 1.5)
      let own = program(type * 2 + 1, share: 0.05, raise: 1)
      return zip(lineage, own).map { $0 + $1 }
    }
  }

  /// Returns the shares of the types in one batch.
  private static func composition(
    _ options: SimulationOptions, using random: inout Xoshiro256
  ) -> [Double] {
    let common = normalized((1...options.cellTypes).map { pow(Double($0), -0.7) })
    let own = normalized((1...options.cellTypes).map { _ in random.gamma(shape: 0.5) })
    let c = options.compositionDifference
    return zip(common, own).map { (1 - c) * $0 + c * $1 }
  }
}

/// Returns the values divided by their sum.
private func normalized(_ values: [Double]) -> [Double] {
  let sum = values.reduce(0, +)
  return values.map { $0 / sum }
}

/// Mixes every profile with a share of the batch's ambient RNA, the mean of all its cells.
private func mixed(_ profiles: [[Double]], shares: [Double], ambient: Double) -> [[Double]] {
  guard ambient > 0 else { return profiles }
  var soup = [Double](repeating: 0, count: profiles[0].count)
  for (profile, share) in zip(profiles, shares) {
    for gene in soup.indices { soup[gene] += share * profile[gene] }
  }
  return profiles.map { profile in
    zip(profile, soup).map { (1 - ambient) * $0 + ambient * $1 }
  }
}
