/// Where a named tensor lies in a buffer that holds many.
struct TensorPlace: Sendable {
  let name: String
  let shape: [Int]
  let range: Range<Int>
}

/// The tensors of one buffer, in order.
///
/// All parameters lie in one buffer and all their gradients in another of the
/// same layout, so that the optimizer is a single loop.
struct TensorLayout: Sendable {
  private(set) var places: [TensorPlace] = []

  /// The floats that the buffer needs.
  private(set) var count = 0

  /// Appends a tensor; each starts on a cache line, and the gap before it stays zero.
  mutating func add(_ name: String, _ shape: [Int]) -> Range<Int> {
    let size = shape.reduce(1, *)
    let range = count..<count + size
    places.append(TensorPlace(name: name, shape: shape, range: range))
    count = (range.upperBound + 15) / 16 * 16
    return range
  }
}

/// Numbers with a name and a shape, as they are saved.
public struct NamedTensor: Sendable, Equatable {
  /// Such as `encoder.0.weight`.
  public var name: String

  /// The extent, outermost first.
  public var shape: [Int]

  /// The numbers, row-major.
  public var values: [Float]

  /// Makes a tensor.
  public init(name: String, shape: [Int], values: [Float]) {
    self.name = name
    self.shape = shape
    self.values = values
  }
}

/// Why saved tensors do not fit a network.
public enum TensorError: Error, Equatable, Sendable {
  /// The network has a tensor that was not given.
  case missing(name: String)

  /// The network has no tensor of that name.
  case unexpected(name: String)

  /// The tensor's extent is not the network's.
  case shape(name: String, expected: [Int], found: [Int])
}

extension TensorError: CustomStringConvertible {
  /// One sentence that names the tensor and what does not fit.
  public var description: String {
    switch self {
    case .missing(let name): "the model has no '\(name)'"
    case .unexpected(let name): "the model has a '\(name)' that its options do not call for"
    case .shape(let name, let expected, let found):
      "'\(name)' of the model has shape \(found), not \(expected)"
    }
  }
}
