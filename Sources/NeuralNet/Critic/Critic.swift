import Numerics

/// The layers of a critic, and the layout of its numbers.
struct Critic: Sendable {
  let batches: Int

  /// All parameters, in the optimizer's layout.
  private(set) var parameters = TensorLayout()

  /// The power iteration vectors of each spectral weight.
  private(set) var vectors = TensorLayout()

  private(set) var hidden: [HiddenLayer] = []
  let output: LinearLayer

  /// The weights that are divided by their spectral norms; empty with layer norm.
  private(set) var spectral: [SpectralWeight] = []

  init(_ options: CriticOptions, latent: Int, batches: Int) {
    precondition(options.norm != .batch, "batch norm leaks what a minibatch is made of")
    precondition(!options.hidden.isEmpty && options.hidden.allSatisfy { $0 >= 1 })
    self.batches = batches
    var parameters = TensorLayout()
    func linear(_ name: String, _ inputs: Int, _ outputs: Int) -> LinearLayer {
      LinearLayer(
        name: name, inputs: inputs, outputs: outputs,
        weight: parameters.add("\(name).weight", [outputs, inputs]),
        bias: parameters.add("\(name).bias", [outputs]))
    }
    var width = latent
    for (index, units) in options.hidden.enumerated() {
      let name = "critic.\(index)"
      let layer = linear(name, width, units)
      let isNormed = options.norm == .layer
      hidden.append(
        HiddenLayer(
          linear: layer, norm: isNormed ? .layer : .none, residual: false,
          gamma: isNormed ? parameters.add("\(name).norm.gamma", [1, units]) : nil,
          beta: isNormed ? parameters.add("\(name).norm.beta", [1, units]) : nil,
          affineRows: 1, groups: 1, mean: nil, variance: nil, updates: nil, offset: nil))
      width = units
    }
    output = linear("critic.output", width, batches)
    self.parameters = parameters
    if options.norm == .spectral {
      for layer in linears {
        spectral.append(
          SpectralWeight(
            layer: layer, left: vectors.add("\(layer.name).left", [layer.outputs]),
            right: vectors.add("\(layer.name).right", [layer.inputs])))
      }
    }
  }

  /// All fully connected layers, the output last.
  var linears: [LinearLayer] { hidden.map(\.linear) + [output] }

  /// Fills the parameters with initial values, as ``Network`` does.
  func initialize(_ values: FloatView, vectors: FloatView, seed: UInt64) {
    let seed = streamSeed(seed, 0x4372_6974_6963)
    for (index, layer) in linears.enumerated() {
      var random = Xoshiro256(seed: seed, purpose: UInt64(index))
      let bound = 1 / Float(layer.inputs).squareRoot()
      for k in layer.weight { values[k] = random.uniformFloat(from: -bound, to: bound) }
      for k in layer.bias ?? 0..<0 { values[k] = random.uniformFloat(from: -bound, to: bound) }
    }
    for gamma in hidden.compactMap(\.gamma) { values[gamma].fill(1) }
    for weight in spectral {
      for k in weight.left { vectors[k] = 1 }
      weight.iterate(SpectralWeight.firstIterations, values, vectors: vectors)
    }
  }
}
