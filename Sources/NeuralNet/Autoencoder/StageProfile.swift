/// The time per stage of training steps.
package struct StageProfile: Sendable {
  /// A stage of a training step.
  package enum Part: Int, CaseIterable, Sendable {
    case prepare
    case sparseForward
    case smallProducts
    case norm
    case critic
    case output
    case outputWeights
    case sparseBackward
    case gradientNorm
    case adam
    case muon

    /// The name of the stage.
    package var name: String {
      switch self {
      case .prepare: "packing, dispersions"
      case .sparseForward: "noise, sparse forward"
      case .smallProducts: "small products"
      case .norm: "norms"
      case .critic: "critic"
      case .output: "logits, loss, their gradients"
      case .outputWeights: "output weights' gradient"
      case .sparseBackward: "sparse backward"
      case .gradientNorm: "gradient norm"
      case .adam: "Adam, averages"
      case .muon: "Muon"
      }
    }
  }

  private var durations = [Duration](repeating: .zero, count: Part.allCases.count)

  package init() {}

  /// The total time of a stage.
  package subscript(part: Part) -> Duration { durations[part.rawValue] }

  mutating func add(_ duration: Duration, to part: Part) { durations[part.rawValue] += duration }
}
