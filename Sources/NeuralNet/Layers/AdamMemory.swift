import Numerics

/// Trained parameters with their gradient and Adam's moving averages.
struct AdamMemory: Sendable {
  let parameters: FloatBuffer
  let gradient: FloatBuffer

  /// The moving averages of the gradient and of its square.
  let mean: FloatBuffer
  let square: FloatBuffer

  /// Allocates zeros.
  init(count: Int) {
    parameters = FloatBuffer(count: count)
    gradient = FloatBuffer(count: count)
    mean = FloatBuffer(count: count)
    square = FloatBuffer(count: count)
  }

  private init(copying other: AdamMemory) {
    parameters = other.parameters.copy()
    gradient = other.gradient.copy()
    mean = other.mean.copy()
    square = other.square.copy()
  }

  /// Returns the same numbers in new memory.
  func copy() -> AdamMemory { AdamMemory(copying: self) }

  /// Updates a range of the parameters by one step.
  func update(_ range: Range<Int>, by adam: AdamStep) {
    adam.update(
      parameters.view[range], gradient: gradient.view[range], mean: mean.view[range],
      square: square.view[range])
  }

  /// Returns the averages by parameter name, with the suffix `.mean` or `.square`.
  func averages(in layout: TensorLayout) -> [NamedTensor] {
    [("mean", mean), ("square", square)].flatMap { name, buffer in
      layout.tensors(in: buffer.view).map {
        NamedTensor(name: "\($0.name).\(name)", shape: $0.shape, values: $0.values)
      }
    }
  }

  /// Restores the averages; other tensors are ignored.
  ///
  /// - Throws: ``TensorError`` if a tensor is missing, unexpected or has another shape.
  func readAverages(_ tensors: [NamedTensor], in layout: TensorLayout) throws(TensorError) {
    for (name, buffer) in [("mean", mean), ("square", square)] {
      let suffix = ".\(name)"
      let own = tensors.filter { $0.name.hasSuffix(suffix) }.map {
        NamedTensor(
          name: String($0.name.dropLast(suffix.count)), shape: $0.shape, values: $0.values)
      }
      try layout.read(own, into: buffer.view)
    }
  }
}
