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

  /// The memberships in populations that batches share; `(n, K)`.
  ///
  /// Empty where all cells count as one population, so that batches match as a whole. Only
  /// ``Normalization/matched`` looks at them, in training.
  public var memberships: [Float] = []

  /// Makes an empty minibatch.
  public init() {}

  /// The number of cells, `n`.
  public var cellCount: Int { sources.count }

  /// Makes room for so many cells and counts, whose values the caller then writes.
  package mutating func resize(cells: Int, nonzeros: Int) {
    starts.resize(to: cells + 1)
    sources.resize(to: cells)
    genes.resize(to: nonzeros)
    counts.resize(to: nonzeros)
    inputs.resize(to: nonzeros)
  }

  /// Gives the places of all stored counts to a writer.
  package mutating func withStorage(
    _ body: (
      _ genes: UnsafeMutablePointer<UInt16>, _ counts: UnsafeMutablePointer<Float>,
      _ inputs: UnsafeMutablePointer<Float>
    ) -> Void
  ) {
    unsafe genes.withUnsafeMutableBufferPointer { genes in
      unsafe counts.withUnsafeMutableBufferPointer { counts in
        unsafe inputs.withUnsafeMutableBufferPointer { inputs in
          guard let genes = genes.baseAddress, let counts = counts.baseAddress,
            let inputs = inputs.baseAddress
          else { return }
          unsafe body(genes, counts, inputs)
        }
      }
    }
  }
}

extension Array where Element: ExpressibleByIntegerLiteral {
  /// Drops elements at the end, or adds zeros there; the storage is kept.
  fileprivate mutating func resize(to count: Int) {
    if count < self.count {
      removeLast(self.count - count)
    } else {
      append(contentsOf: repeatElement(0, count: count - self.count))
    }
  }
}
