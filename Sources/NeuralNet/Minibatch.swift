/// The cells of one training step, as compressed rows; its storage is reused.
public struct Minibatch: Sendable {
  /// Where each cell starts in ``genes``; `(n + 1)`, starts with 0.
  public var starts: [Int32] = [0]

  /// The selected gene of each stored count, ascending within a cell; `(nonzeros)`.
  public var genes: [UInt16] = []

  /// The counts `x`; `(nonzeros)`, never zero.
  public var counts: [Float] = []

  /// The network's input `y = log(1 + 10⁴ x / t)`; `(nonzeros)`.
  public var inputs: [Float] = []

  /// The source of each cell; `(n)`.
  public var sources: [Int32] = []

  /// Makes an empty minibatch.
  public init() {}

  /// The number of cells, `n`.
  public var cellCount: Int { sources.count }

  /// Takes all cells out; the storage is kept.
  public mutating func removeAll() {
    starts.removeAll(keepingCapacity: true)
    starts.append(0)
    genes.removeAll(keepingCapacity: true)
    counts.removeAll(keepingCapacity: true)
    inputs.removeAll(keepingCapacity: true)
    sources.removeAll(keepingCapacity: true)
  }
}
