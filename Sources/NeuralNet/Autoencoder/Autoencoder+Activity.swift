package import Numerics

/// The number of active and dead units of a hidden layer.
package struct LayerActivity: Sendable, Equatable, Codable {
  /// The layer's name, such as `encoder.0`.
  package var layer: String

  /// The number of the layer's units.
  package var units: Int

  /// The number of units that are zero for every cell examined.
  ///
  /// Such a unit has no gradient either, so it stays dead unless its inputs change.
  package var dead: Int

  /// The share of dead units, ``dead`` / ``units``; 0 to 1.
  package var deadShare: Double { Double(dead) / Double(units) }
}

extension Autoencoder {
  /// Counts the units of every hidden layer whose ReLU is zero for all of the given cells.
  ///
  /// It uses the running statistics and no dropout; a residual connection does not count as
  /// activity. The decoder receives the cells' latent means, as each batch in turn.
  ///
  /// - Parameters:
  ///   - cells: The cells, as for ``latent(of:asMixture:missing:pool:)``.
  ///   - pool: The threads to use; results do not depend on them. The default is `nil`, for the
  ///     calling thread only.
  /// - Returns: The layers of the encoder, followed by those of the decoder.
  package func activity(of cells: Minibatch, pool: ThreadPool? = nil) -> [LayerActivity] {
    let shards = (cells.cellCount + laneCount - 1) / laneCount
    let encoder = FiredUnits(network.encoder, shards: shards)
    let mu = latent(of: cells, pool: pool, noting: encoder)
    let decoder = FiredUnits(
      network.decoder, shards: fixedShards(of: mu.rows, size: Self.decodedTogether).count)
    forEachBlock(of: mu, cells.batches, as: .everyBatch, pool: pool, noting: decoder) { _, _ in }
    return encoder.activity + decoder.activity
  }
}

/// A record of the units with nonzero output, by shard of cells.
struct FiredUnits: Sendable {
  private let layers: [HiddenLayer]
  private let shards: Int

  /// One for each unit with nonzero output; `(shards, units)` per layer.
  private let fired: [FloatView]

  init(_ layers: [HiddenLayer], shards: Int) {
    (self.layers, self.shards) = (layers, shards)
    fired = layers.map { .zeros(shards * $0.units) }
  }

  /// Records a layer's output for the cells of a shard; `(n, units)`.
  func note(_ rectified: FloatView, layer: Int, shard: Int) {
    let units = layers[layer].units
    let fired = fired[layer][shard * units..<(shard + 1) * units]
    for k in 0..<rectified.count where rectified[k] > 0 { fired[k % units] = 1 }
  }

  var activity: [LayerActivity] {
    zip(layers, fired).map { layer, fired in
      let dead = (0..<layer.units).count { unit in
        (0..<shards).allSatisfy { fired[$0 * layer.units + unit] == 0 }
      }
      return LayerActivity(layer: layer.linear.name, units: layer.units, dead: dead)
    }
  }
}

extension TrainedNorm {
  /// Applies norm, ReLU and residual like ``apply(cells:row:rows:a:input:into:)``, and records
  /// active units.
  func apply(
    cells n: Int, row: Int, rows: [Int32]?, a: FloatView, input: FloatView?, into out: FloatView,
    noting fired: FiredUnits?, layer index: Int, shard: Int
  ) {
    guard let fired else {
      return apply(cells: n, row: row, rows: rows, a: a, input: input, into: out)
    }
    apply(cells: n, row: row, rows: rows, a: a, input: nil, into: out)
    fired.note(out, layer: index, shard: shard)
    if let input { for k in 0..<out.count { out[k] += input[k] } }
  }
}
