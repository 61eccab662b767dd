import Numerics

extension Autoencoder {
  /// Returns the names and shapes of a network's tensors without allocating memory for them.
  ///
  /// - Parameters:
  ///   - genes: The number of genes, `f`; 1 to 65,536.
  ///   - batches: The number of batches; at least 1.
  ///   - options: The network's shape; valid.
  ///   - matchedRows: The row of each batch in a norm at matched composition. The default is `nil`,
  ///     for one row per batch.
  ///   - covariates: The number of columns of covariates. The default is 0.
  /// - Returns: Those of ``parameters`` and of ``statistics``, in the same order.
  package static func tensorShapes(
    genes: Int, batches: Int, options: AutoencoderOptions, matchedRows: [Int32]? = nil,
    covariates: Int = 0
  ) -> (parameters: [(name: String, shape: [Int])], statistics: [(name: String, shape: [Int])]) {
    let network = Network(
      genes: genes, batches: batches, options: options, padding: nil, matchedRows: matchedRows,
      covariates: covariates)
    return (
      network.parameters.places.map { ($0.name, $0.shape) },
      network.statistics.places.map { ($0.name, $0.shape) }
    )
  }

  /// All parameters by name, in a fixed order.
  ///
  /// Weights are `(outputs, inputs)`, but `encoder.0.weight` is `(genes, units)`.
  package var parameters: [NamedTensor] {
    network.parameters.tensors(in: state.parameters.view)
  }

  /// All running statistics by name, in a fixed order.
  ///
  /// Means and variances are `(batches + 1, units)` with the mixture's last, or `(1, units)` if all
  /// cells are normalized together. At matched composition the offsets of batches, `(rows, units)`,
  /// are included.
  package var statistics: [NamedTensor] {
    network.statistics.tensors(in: state.statistics.view)
  }

  /// The optimizer's moving averages by name, for resuming the training.
  package var optimizerState: [NamedTensor] {
    state.trained.averages(in: network.parameters)
  }

  /// All numbers of the critic by name, for resuming the training.
  ///
  /// Empty without a critic.
  package var criticState: [NamedTensor] { state.critic?.tensors ?? [] }

  /// Restores the critic's numbers, so that resumed training gives the same bytes.
  ///
  /// - Parameter criticState: All of ``criticState``, in any order.
  /// - Throws: ``TensorError`` if a tensor is missing, unexpected or has another shape; the network
  ///   is then unchanged.
  package mutating func restore(criticState: [NamedTensor]) throws(TensorError) {
    let restored = state.copy()
    if let critic = restored.critic {
      try critic.read(criticState)
    } else if let stranger = criticState.first {
      throw .unexpected(name: stranger.name)
    }
    state = restored
  }

  /// Restores saved parameters and statistics.
  ///
  /// - Parameters:
  ///   - parameters: All of ``parameters``, in any order.
  ///   - statistics: All of ``statistics``, in any order.
  /// - Throws: ``TensorError`` if a tensor is missing, unexpected or has another shape; the network
  ///   is then unchanged.
  package mutating func restore(
    parameters: [NamedTensor], statistics: [NamedTensor]
  ) throws(TensorError) {
    let restored = state.copy()
    try network.parameters.read(parameters, into: restored.parameters.view)
    try network.statistics.read(statistics, into: restored.statistics.view)
    state = restored
  }

  /// Restores the optimizer's state, so that resumed training gives the same bytes.
  ///
  /// - Parameters:
  ///   - optimizerState: All of ``optimizerState``, in any order.
  ///   - stepCount: The number of steps already taken.
  /// - Throws: ``TensorError`` if a tensor is missing, unexpected or has another shape; the network
  ///   is then unchanged.
  package mutating func restore(
    optimizerState: [NamedTensor], stepCount: Int
  ) throws(TensorError) {
    let restored = state.copy()
    try restored.trained.readAverages(optimizerState, in: network.parameters)
    restored.steps = stepCount
    state = restored
  }
}

extension TensorLayout {
  /// Returns the tensors of a buffer.
  func tensors(in buffer: FloatView) -> [NamedTensor] {
    places.map { NamedTensor(name: $0.name, shape: $0.shape, values: buffer[$0.range].values) }
  }

  /// Copies tensors into a buffer.
  func read(_ tensors: [NamedTensor], into buffer: FloatView) throws(TensorError) {
    let known = Set(places.map(\.name))
    if let stranger = tensors.first(where: { !known.contains($0.name) }) {
      throw .unexpected(name: stranger.name)
    }
    for place in places {
      guard let tensor = tensors.first(where: { $0.name == place.name }) else {
        throw .missing(name: place.name)
      }
      guard tensor.shape == place.shape, tensor.values.count == place.range.count else {
        throw .shape(name: place.name, expected: place.shape, found: tensor.shape)
      }
      buffer[place.range].copy(from: tensor.values)
    }
  }
}
