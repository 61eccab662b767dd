internal import Kernels

/// How many units of a hidden layer do anything.
public struct LayerActivity: Sendable, Equatable, Codable {
  /// The layer, such as `encoder.0`.
  public var layer: String

  /// The number of its units.
  public var units: Int

  /// How many of them are zero for every cell that was looked at.
  ///
  /// Such a unit has no gradient either: unless its inputs change, it stays so.
  public var dead: Int

  /// ``dead`` as a share of ``units``; 0 to 1.
  public var deadShare: Double { Double(dead) / Double(units) }
}

extension Autoencoder {
  /// Counts the units of every hidden layer whose ReLU gives zero for every one of some cells.
  ///
  /// With the running statistics and without dropout; a residual's way around does not count as
  /// activity. The decoder is given the cells' latent means, as every source in turn.
  ///
  /// - Parameter cells: The cells, as for ``latent(of:asMixture:missing:)``.
  /// - Returns: The layers of the encoder, then those of the decoder.
  public func activity(of cells: Minibatch) -> [LayerActivity] {
    let shards = (cells.cellCount + laneCount - 1) / laneCount
    let encoder = FiredUnits(network.encoder, shards: shards)
    let mu = latent(of: cells, noting: encoder)
    let decoder = FiredUnits(network.decoder, shards: shards)
    forEachShard(of: mu, cells.sources, as: .everySource, noting: decoder) { _, _ in }
    return encoder.activity + decoder.activity
  }
}

/// Which units have given more than zero, shard by shard of sixteen cells.
struct FiredUnits: Sendable {
  private let layers: [HiddenLayer]
  private let shards: Int

  /// One where a unit has; for each layer `(shards, units)`.
  private let fired: [FloatView]

  init(_ layers: [HiddenLayer], shards: Int) {
    (self.layers, self.shards) = (layers, shards)
    fired = layers.map { .zeros(shards * $0.units) }
  }

  /// Notes a layer's rectified values for the cells of a shard; `(n, units)`.
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
  /// Norm, ReLU and the residual, as ``apply(cells:row:rows:a:input:into:)``, and notes what fired.
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
