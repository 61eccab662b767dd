import Numerics

/// The numbers of a critic in training.
final class CriticState: @unchecked Sendable {
  let critic: Critic

  /// The trained numbers, in the critic's layout of parameters.
  let trained: AdamMemory
  var parameters: FloatBuffer { trained.parameters }
  var gradient: FloatBuffer { trained.gradient }

  /// The vectors of power iteration.
  let vectors: FloatBuffer

  init(_ critic: Critic, seed: UInt64) {
    self.critic = critic
    trained = AdamMemory(count: critic.parameters.count)
    vectors = FloatBuffer(count: critic.vectors.count)
    critic.initialize(parameters.view, vectors: vectors.view, seed: seed)
  }

  private init(copying other: CriticState) {
    critic = other.critic
    trained = other.trained.copy()
    vectors = other.vectors.copy()
  }

  /// Returns the same numbers in new memory.
  func copy() -> CriticState { CriticState(copying: self) }

  /// The name of the first tensor whose gradient is not finite, if any.
  var gradientThatIsNotFinite: String? {
    guard !sumOfSquares(gradient.view).isFinite else { return nil }
    let tensors = critic.parameters.tensors(in: gradient.view)
    return tensors.first { !$0.values.allSatisfy(\.isFinite) }?.name ?? "the critic"
  }

  /// Updates the parameters by one step, and then the vectors of power iteration.
  func update(_ adam: AdamStep) {
    trained.update(0..<parameters.count, by: adam)
    for weight in critic.spectral {
      weight.iterate(SpectralWeight.iterations, parameters.view, vectors: vectors.view)
    }
  }
}

extension CriticState {
  /// All numbers by name: parameters, their moving averages, and vectors.
  var tensors: [NamedTensor] {
    critic.parameters.tensors(in: parameters.view) + trained.averages(in: critic.parameters)
      + critic.vectors.tensors(in: vectors.view)
  }

  /// Restores all numbers.
  func read(_ tensors: [NamedTensor]) throws(TensorError) {
    let names = Set(critic.vectors.places.map(\.name))
    let averages = Set(trained.averages(in: critic.parameters).map(\.name))
    try trained.readAverages(tensors, in: critic.parameters)
    try critic.vectors.read(tensors.filter { names.contains($0.name) }, into: vectors.view)
    try critic.parameters.read(
      tensors.filter { !names.contains($0.name) && !averages.contains($0.name) },
      into: parameters.view)
  }
}
