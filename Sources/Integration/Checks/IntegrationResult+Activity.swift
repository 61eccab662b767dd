internal import CountData
internal import Numerics
internal import Support
internal import NeuralNet

/// The maximum number of cells examined for dead units.
private let activityCells = 2048

/// Counts the dead units of a trained model, on cells drawn evenly from those given.
///
/// - Parameters:
///   - model: The model.
///   - store: The selected genes of all cells.
///   - cells: The cells of the training, in order.
///   - batches: The batch of every cell of the store; `(n)`.
///   - pool: The threads that fill the minibatch.
/// - Returns: The layers of the encoder, followed by those of the decoder.
func activity(
  of model: borrowing Autoencoder, _ store: CountStore, cells: [Int], batches: [Int32],
  _ pool: ThreadPool
) -> [LayerActivity] {
  var minibatch = Minibatch()
  store.fill(&minibatch, with: activitySample(of: cells), batches: batches, pool: pool)
  return model.activity(of: minibatch, pool: pool)
}

/// Draws the cells that are examined for dead units, evenly from those given.
func activitySample(of cells: [Int]) -> [Int] {
  let count = min(cells.count, activityCells)
  return (0..<count).map { cells[$0 * cells.count / count] }
}

extension Diagnostics {
  /// Adds a warning about layers in which most units are dead.
  mutating func add(about activity: [LayerActivity]) {
    guard let worst = activity.max(by: { $0.deadShare < $1.deadShare }), worst.deadShare > 0.5
    else { return }
    warnings.append(
      "\(worst.dead) of \(counted(worst.units, "unit")) of the layer '\(worst.layer)' are zero for "
        + "every cell and no longer learn; a norm before the ReLU (`encoderNorm`, "
        + "`decoderNorm`) or a smaller `learningRate` prevents this")
  }
}
