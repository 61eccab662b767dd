/// Where the time of training steps goes.
package struct StageProfile: Sendable {
  /// A part of a step.
  package enum Part: String, CaseIterable, Sendable {
    case prepare
    case sparseForward = "noise, sparse forward"
    case smallProducts = "small products"
    case norm
    case output = "logits, loss, their gradients"
    case outputWeights = "output weights' gradient"
    case sparseBackward = "sparse backward"
    case gradientNorm = "gradient norm"
    case adam
  }

  /// The time of each part so far.
  package private(set) var durations: [Part: Duration] = [:]

  package init() {}

  mutating func add(_ duration: Duration, to part: Part) {
    durations[part, default: .zero] += duration
  }
}
