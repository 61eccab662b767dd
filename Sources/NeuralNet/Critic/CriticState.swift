import Kernels

/// The numbers of a critic while it is trained.
final class CriticState: @unchecked Sendable {
  let critic: Critic

  /// In the critic's layout of parameters, as are the three after it.
  let parameters: FloatBuffer
  let gradient: FloatBuffer
  let mean: FloatBuffer
  let square: FloatBuffer

  /// The vectors of power iteration.
  let vectors: FloatBuffer

  init(_ critic: Critic, seed: UInt64) {
    self.critic = critic
    let count = critic.parameters.count
    parameters = FloatBuffer(count: count)
    gradient = FloatBuffer(count: count)
    mean = FloatBuffer(count: count)
    square = FloatBuffer(count: count)
    vectors = FloatBuffer(count: critic.vectors.count)
    critic.initialize(parameters.view, vectors: vectors.view, seed: seed)
  }

  private init(copying other: CriticState) {
    critic = other.critic
    parameters = other.parameters.copy()
    gradient = other.gradient.copy()
    mean = other.mean.copy()
    square = other.square.copy()
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
    adam.update(
      parameters.view, gradient: gradient.view, mean: mean.view, square: square.view)
    for weight in critic.spectral {
      weight.iterate(SpectralWeight.iterations, parameters.view, vectors: vectors.view)
    }
  }
}

extension CriticState {
  /// All numbers by name: parameters, what the optimizer remembers of them, and vectors.
  var tensors: [NamedTensor] {
    let moments = [("mean", mean), ("square", square)].flatMap { name, buffer in
      critic.parameters.tensors(in: buffer.view).map {
        NamedTensor(name: "\($0.name).\(name)", shape: $0.shape, values: $0.values)
      }
    }
    return critic.parameters.tensors(in: parameters.view) + moments
      + critic.vectors.tensors(in: vectors.view)
  }

  /// Takes over all numbers.
  func read(_ tensors: [NamedTensor]) throws(TensorError) {
    var rest = tensors
    for (suffix, buffer) in [(".mean", mean), (".square", square)] {
      let found = rest.filter { $0.name.hasSuffix(suffix) }
      rest.removeAll { $0.name.hasSuffix(suffix) }
      try critic.parameters.read(
        found.map {
          NamedTensor(
            name: String($0.name.dropLast(suffix.count)), shape: $0.shape, values: $0.values)
        }, into: buffer.view)
    }
    let names = Set(critic.vectors.places.map(\.name))
    try critic.vectors.read(rest.filter { names.contains($0.name) }, into: vectors.view)
    try critic.parameters.read(rest.filter { !names.contains($0.name) }, into: parameters.view)
  }
}
