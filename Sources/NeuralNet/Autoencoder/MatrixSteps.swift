import Numerics

/// The parts of the parameters that Muon and Adam change, and Muon's memory.
///
/// Muon moves the matrices between hidden layers and of the output. The first layer is sparse, and its
/// rows have gradients as rare as their genes; those of the latent space are narrow, as others may be.
struct MatrixSteps: Sendable {
  /// The number of training steps whose gradients make one movement.
  ///
  /// The movement costs about as much as a training step. With 6 and 8 scores are lower.
  static let interval = 4

  /// The decay of the average of gradients per step.
  private static let decay: Float = 0.95

  /// The movement of a matrix's numbers in learning rates.
  ///
  /// With 1 and 2, scores are the same within the spread of seeds.
  private static let movement: Float = 1.5

  /// The shorter side up to which a matrix is Adam's.
  ///
  /// There is little to gain, and in a stack of fifty narrow layers units died.
  static let narrowSide = 64

  private struct Moved: Sendable {
    var range: Range<Int>
    var step: OrthogonalStep
  }

  /// A range of parameters that one thread processes together.
  private struct Block: Sendable {
    var range: Range<Int>
    var isMatrix: Bool
  }

  private let matrices: [Moved]
  private let blocks: [Block]

  /// Makes the parts of a network's parameters.
  ///
  /// - Parameters:
  ///   - network: The network.
  ///   - optimizer: With ``Optimizer/adam`` no matrix is Muon's.
  ///   - precision: The precision of the products with a matrix.
  ///   - size: The number of parameters that one thread processes together.
  init(
    _ network: Network, optimizer: Optimizer, precision: ProductPrecision, block size: Int
  ) {
    let layers = optimizer == .muon ? Self.layers(of: network) : []
    matrices = layers.map {
      Moved(
        range: $0.weight,
        step: OrthogonalStep(
          rows: $0.outputs, columns: $0.inputs, inBfloat: precision == .bfloat16))
    }
    var blocks: [Block] = []
    func add(_ range: Range<Int>, isMatrix: Bool) {
      blocks += fixedShards(of: range.count, size: size).map {
        let start = range.lowerBound + $0.lowerBound
        return Block(range: start..<start + $0.count, isMatrix: isMatrix)
      }
    }
    var end = 0
    for range in layers.map(\.weight).sorted(by: { $0.lowerBound < $1.lowerBound }) {
      add(end..<range.lowerBound, isMatrix: false)
      add(range, isMatrix: true)
      end = range.upperBound
    }
    add(end..<network.parameters.count, isMatrix: false)
    self.blocks = blocks
  }

  /// The layers whose matrices Muon moves.
  private static func layers(of network: Network) -> [LinearLayer] {
    let layers =
      (network.encoder.dropFirst() + network.decoder.dropFirst()).map(\.linear) + [network.output]
    return layers.filter { min($0.inputs, $0.outputs) > narrowSide }
  }

  /// A flag that is true if the steps of all matrices are Adam's.
  var isEmpty: Bool { matrices.isEmpty }

  /// Takes one step with all parameters.
  ///
  /// - Parameters:
  ///   - memory: The parameters, their gradient and its averages.
  ///   - adam: The step of Adam, whose number, rate and clipping are also Muon's.
  ///   - number: The number of the step, counted from 1.
  ///   - step: The training step, for its threads and its profile.
  /// - Returns: `true` if Muon's matrices moved.
  func update(
    _ memory: AdamMemory, by adam: AdamStep, number: Int, _ step: TrainingStep
  ) -> Bool {
    step.stage(.adam, blocks.count) { [blocks] index in
      let block = blocks[index]
      if block.isMatrix {
        OrthogonalStep.average(
          memory.mean.view[block.range], gradient: memory.gradient.view[block.range],
          clip: adam.clip, decay: Self.decay)
      } else {
        memory.update(block.range, by: adam)
      }
    }
    guard !isEmpty, number.isMultiple(of: Self.interval) else { return false }
    for matrix in matrices {
      matrix.step.move(
        memory.parameters.view[matrix.range], against: memory.mean.view[matrix.range],
        by: adam.rate * Self.movement
      ) { shards, body in step.stage(.muon, shards, body) }
    }
    return true
  }
}
