/// The position of a named tensor in a buffer of many.
struct TensorPlace: Sendable {
  let name: String
  let shape: [Int]
  let range: Range<Int>
}

/// The tensors of one buffer, in order.
///
/// All parameters are in one buffer and all gradients in another of the same layout, so that the
/// optimizer is a single loop.
struct TensorLayout: Sendable {
  private(set) var places: [TensorPlace] = []

  /// The size of the buffer in floats.
  private(set) var count = 0

  /// Appends a tensor.
  ///
  /// Each starts on a cache line, and the gap before it stays zero.
  mutating func add(_ name: String, _ shape: [Int]) -> Range<Int> {
    let size = shape.reduce(1, *)
    let range = count..<count + size
    places.append(TensorPlace(name: name, shape: shape, range: range))
    count = (range.upperBound + 15) / 16 * 16
    return range
  }
}

/// A named tensor, for saving.
package struct NamedTensor: Sendable, Equatable {
  /// The tensor's name, such as `encoder.0.weight`.
  package var name: String

  /// The shape, outermost length first.
  package var shape: [Int]

  /// The numbers, row-major.
  package var values: [Float]

  /// Makes a tensor.
  package init(name: String, shape: [Int], values: [Float]) {
    self.name = name
    self.shape = shape
    self.values = values
  }
}

/// The reason why saved tensors do not fit a network.
package enum TensorError: Error, Equatable, Sendable {
  /// A tensor of the network is missing.
  case missing(name: String)

  /// The network has no tensor of that name.
  case unexpected(name: String)

  /// The tensor's shape differs from the network's.
  case shape(name: String, expected: [Int], found: [Int])
}

extension TensorError: CustomStringConvertible {
  /// One sentence that names the tensor and the mismatch.
  package var description: String {
    switch self {
    case .missing(let name): "the model has no '\(name)'"
    case .unexpected(let name): "the model has a '\(name)' that its options do not require"
    case .shape(let name, let expected, let found):
      "'\(name)' of the model has shape \(found), not \(expected)"
    }
  }
}
