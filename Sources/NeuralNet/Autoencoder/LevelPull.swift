import Numerics

/// The pull of the weights of protected levels toward 0 in training.
///
/// The decoder receives a cell's level as columns, and decodes it with its own. A weight that
/// follows the noise of a few cells would then set levels apart that do not differ. So after every
/// step each weight of these columns moves
///
///     w ← w − rate · strength · w
///
/// An effect that the counts show at every step is kept, and noise decays.
struct LevelPull: Sendable {
  /// The pull of each weight per step and learning rate.
  ///
  /// With 1, stimulated blood cells kept apart as in their counts, and levels drawn at random were
  /// less far apart than without a pull. With 10 the first lost more than the second gained.
  static let strength: Float = 1

  /// The layer that receives the columns.
  let layer: LinearLayer

  /// The inputs of the layer that are columns of levels.
  let inputs: Range<Int>

  /// Takes the last columns of the decoder's input; `nil` if there are none.
  init?(_ network: Network, columns: Int) {
    guard columns > 0 else { return nil }
    precondition(columns <= network.covariates, "\(columns) of \(network.covariates) columns")
    layer = network.decoder[0].linear
    inputs = layer.inputs - columns..<layer.inputs
  }

  /// Moves the weights.
  func apply(to parameters: FloatView, rate: Float) {
    let weight = parameters[layer.weight]
    let kept = 1 - min(1, rate * Self.strength)
    for unit in 0..<layer.outputs {
      for input in inputs { weight[unit * layer.inputs + input] *= kept }
    }
  }
}
