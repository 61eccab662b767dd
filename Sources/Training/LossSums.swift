internal import NeuralNet

/// The sums of losses since the start of an epoch.
struct LossSums: Equatable, Sendable {
  var reconstruction = 0.0
  var kl = 0.0
  var loss = 0.0
  var steps = 0

  /// The critic's sums over the steps with at least two batches.
  var critic = CriticScore(loss: 0, accuracy: 0)
  var judged = 0

  mutating func add(_ step: Autoencoder.StepLoss, klWeight: Float) {
    reconstruction += step.reconstruction
    kl += step.kl
    loss += step.reconstruction + Double(klWeight) * step.kl
    steps += 1
    if let score = step.critic {
      critic.loss += score.loss
      critic.accuracy += score.accuracy
      judged += 1
    }
  }

  func record(epoch: Int, steps done: Int) -> EpochRecord {
    let n = Double(max(steps, 1))
    let visits = Double(judged)
    return EpochRecord(
      epoch: epoch, steps: done, reconstruction: reconstruction / n, kl: kl / n, loss: loss / n,
      critic: judged == 0
        ? nil : CriticScore(loss: critic.loss / visits, accuracy: critic.accuracy / visits))
  }
}
