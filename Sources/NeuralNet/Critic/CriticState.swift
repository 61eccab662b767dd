import Kernels

/// The numbers of a critic while it is trained.
final class CriticState: @unchecked Sendable {
  let critic: Critic

  /// In the critic's layout of parameters.
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

  /// The same numbers with memory of their own.
  func copy() -> CriticState { CriticState(copying: self) }

  /// The first tensor whose gradient is not finite, where there is one.
  var gradientThatIsNotFinite: String? {
    guard !sumOfSquares(gradient.view).isFinite else { return nil }
    let tensors = critic.parameters.tensors(in: gradient.view)
    return tensors.first { !$0.values.allSatisfy(\.isFinite) }?.name ?? "the critic"
  }

  /// Changes the parameters by one step, and lets the vectors follow.
  func update(_ adam: AdamStep) {
    trained.update(0..<parameters.count, by: adam)
    for weight in critic.spectral {
      weight.iterate(SpectralWeight.iterations, parameters.view, vectors: vectors.view)
    }
  }
}

extension CriticState {
  /// All numbers by name: parameters, what the optimizer remembers of them, and vectors.
  var tensors: [NamedTensor] {
    critic.parameters.tensors(in: parameters.view) + trained.averages(in: critic.parameters)
      + critic.vectors.tensors(in: vectors.view)
  }

  /// Takes over all numbers.
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
