internal import CellFiles
internal import Numerics
package import NeuralNet

/// The space of corrected expression, described by its principal components.
///
/// The KL term makes all latent axes alike, so distances in the latent space have little meaning:
/// coarse types are hardly further apart than fine ones. Therefore `mu` is decoded as every batch
/// of the training in turn. The logarithms of the proportions `rho` are averaged and normalized to
/// sum 1, which gives the cell without a particular batch. The corrected profile `log1p(10⁴ rho)`
/// is described by its principal components. With size factors, `rho` are rates divided by the square
/// root of their sum. With the mse loss the profile is the decoder's output.
package struct DecodedSpace: Sendable {
  /// The maximum number of cells from which the components are computed.
  static let basisCells = 20_000

  /// The maximum number of values of the cells from which components of peaks are computed, 320 MB.
  private static let basisValues = 80_000_000

  /// Returns the maximum number of cells from which components are computed.
  ///
  /// - Parameters:
  ///   - features: The number of features that the model uses.
  ///   - kind: Their kind; more peaks than genes are used, so fewer cells are.
  /// - Returns: The number of cells.
  static func basisCells(features: Int, _ kind: FeatureKind) -> Int {
    kind == .peaks ? min(basisCells, max(2_000, basisValues / max(1, features))) : basisCells
  }

  /// The number of cells decoded at once.
  private static let blockCells = 2048

  /// The components of the corrected profiles.
  let components: PrincipalComponents

  /// Returns phrases for a methods paragraph: the way of decoding, and the resulting profile.
  ///
  /// - Parameters:
  ///   - model: The options of the model. Only some norms of the decoder depend on the batch.
  ///   - batches: The number of batches in the training.
  ///   - protected: `true` if cells are decoded as the batches of their own level. The default is
  ///     `false`.
  ///   - rates: `true` if rates per size factor are decoded. The default is `false`, for proportions.
  ///   - feature: The noun for a feature. The default is `gene`.
  /// - Returns: The two phrases.
  package static func methods(
    _ model: AutoencoderOptions, batches: Int, protected: Bool = false, rates: Bool = false,
    of feature: String = "gene"
  ) -> (decoded: String, profile: String) {
    let isLinear = model.loss == .meanSquaredError
    let profile = isLinear ? "the decoder's output" : "log(1 + 10,000 p)"
    guard model.decoderNorm == .matched || model.decoderNorm == .perBatch, batches > 1 else {
      let outputs = rates ? "rates, divided by the square root of their sum to p" : "proportions p"
      return (isLinear ? "" : " to \(feature) \(outputs)", profile)
    }
    let most = Autoencoder.mostDecodedRows
    let own = " of the cell's own level"
    let turns =
      protected
      ? (batches > most
        ? " as each of up to \(most) batches\(own) in turn" : " as every batch\(own) in turn")
      : batches > most
        ? " as each of up to \(most) batches of the training in turn"
        : " as every batch of the training in turn"
    return isLinear
      ? ("\(turns), the outputs were averaged", "the averages")
      : (
        rates
          ? "\(turns), the logarithms of the \(feature) rates were averaged, and the rates divided by the "
            + "square root of their sum to p"
          : "\(turns), the logarithms of the \(feature) proportions were averaged and rescaled to "
            + "proportions p with sum 1", profile
      )
  }

  /// Computes the components from cells drawn evenly from the batches.
  ///
  /// - Parameters:
  ///   - model: The trained model.
  ///   - latent: The latent means of the cells drawn; `(cells, d)`.
  ///   - batches: The batch of each of them.
  ///   - levels: The levels within which they are decoded as every batch. The default is `nil`.
  ///   - count: The number of components.
  ///   - seed: The seed of the components.
  ///   - pool: The threads to use.
  init(
    of model: Autoencoder, latent: Embedding, batches: [Int32], levels: DecodedLevels? = nil,
    count: Int, seed: UInt64, pool: ThreadPool
  ) {
    let drawn = latent.cellCount
    // In blocks, because decoding needs twice the memory of its result.
    var values: [Float] = []
    values.reserveCapacity(drawn * model.genes)
    for first in stride(from: 0, to: drawn, by: Self.blockCells) {
      let part = Array(first..<min(first + Self.blockCells, drawn))
      values +=
        model.profiles(
          of: Matrix(latent.rows(part)), from: part.map { batches[$0] },
          within: levels?.of(part), pool: pool
        ).values
    }
    let profiles = Matrix(rows: drawn, columns: model.genes, values: values)
    values = []
    components = principalComponents(of: profiles, count: count, seed: seed, pool: pool)
  }

  /// Returns the coordinates of all cells, decoded and projected block by block; `(n, components)`.
  ///
  /// - Parameters:
  ///   - latent: The latent means; `(n, d)`.
  ///   - batches: The batch of each cell, `(n)`; `nil` for new cells.
  ///   - levels: The levels within which cells are decoded as every batch. The default is `nil`.
  ///   - model: The trained model.
  ///   - scaling: The power of each component's standard deviation that divides its coordinates.
  ///   - memory: The memory of the coordinates.
  ///   - pool: The threads to use.
  ///   - progress: Receives the finished share; throws to stop.
  /// - Returns: The coordinates.
  /// - Throws: Errors of `memory` and `progress`.
  func coordinates(
    of latent: Embedding, from batches: [Int32]?, within levels: DecodedLevels? = nil,
    _ model: Autoencoder, scaling: Float, memory: TableMemory, pool: ThreadPool,
    progress: (Double) throws -> Void
  ) throws -> Embedding {
    var all = try EmbeddingWriter(
      cellCount: latent.cellCount, dimensions: components.variances.count, in: memory)
    for first in stride(from: 0, to: latent.cellCount, by: Self.blockCells) {
      let end = min(first + Self.blockCells, latent.cellCount)
      let block = Matrix(
        rows: end - first, columns: latent.dimensions, values: latent.values(ofCells: first..<end))
      var values = model.coordinates(
        of: block, from: batches.map { Array($0[first..<end]) }, along: components,
        within: levels?.of(first..<end), pool: pool
      ).values
      components.scale(&values, power: scaling)
      all.append(values)
      try progress(Double(end) / Double(latent.cellCount))
    }
    return all.finish()
  }

  /// Draws cells, up to an equal number from each batch.
  static func draw(
    _ count: Int, from cells: [Int], batches: [Int32], seed: UInt64
  ) -> [Int] {
    guard cells.count > count else { return cells }
    var generator = Xoshiro256(seed: seed)
    let byBatch = Dictionary(grouping: cells, by: { batches[$0] }).sorted { $0.key < $1.key }
    var drawn: [Int] = []
    // Small batches first: the cells they lack are drawn from larger ones.
    var left = count
    for (index, (_, members)) in byBatch.sorted(by: { $0.value.count < $1.value.count })
      .enumerated()
    {
      let share = left / (byBatch.count - index)
      var members = members
      generator.shuffle(&members)
      drawn += members.prefix(share)
      left -= min(share, members.count)
    }
    return drawn.sorted()
  }
}
