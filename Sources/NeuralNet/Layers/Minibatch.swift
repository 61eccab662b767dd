/// The cells of one training step as compressed rows; its storage is reused.
package struct Minibatch: Sendable {
  /// The start of each cell in ``genes``; `(n + 1)`, beginning with 0.
  package var starts: [Int32] = [0]

  /// The selected gene of each stored count, ascending within a cell; `(nonzeros)`.
  package var genes: [UInt16] = []

  /// The counts `x`; `(nonzeros)`, never zero.
  package var counts: [Float] = []

  /// The network's input `y = log(1 + 10⁴ x / t)`, with the total or size factor `t`; `(nonzeros)`.
  package var inputs: [Float] = []

  /// The batch of each cell; `(n)`.
  package var batches: [Int32] = []

  /// The memberships in shared populations; `(n, K)`.
  ///
  /// It is empty if all cells count as one population, so that batches are matched as a whole. Only
  /// ``Normalization/matched`` uses it, in training.
  package var memberships: [Float] = []

  /// The covariates, centred and scaled; `(n, q)`.
  ///
  /// It is empty if all are at their means, 0. Only the decoder uses it, in training.
  package var covariates: [Float] = []

  /// The size factors, on the scale of the cells' totals; `(n)`.
  ///
  /// Only an autoencoder of rates uses them, in training, and it needs them. They are empty if cells
  /// have none.
  package var sizeFactors: [Float] = []

  /// Makes an empty minibatch.
  package init() {}

  /// The number of cells, `n`.
  package var cellCount: Int { batches.count }

  /// Reserves space for cells and counts, whose values the caller then writes.
  package mutating func resize(cells: Int, nonzeros: Int) {
    starts.resize(to: cells + 1)
    batches.resize(to: cells)
    genes.resize(to: nonzeros)
    counts.resize(to: nonzeros)
    inputs.resize(to: nonzeros)
  }

  /// Calls `body` with pointers to the storage of all counts.
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
  /// Drops elements at the end, or appends zeros; the storage is kept.
  fileprivate mutating func resize(to count: Int) {
    if count < self.count {
      removeLast(self.count - count)
    } else {
      append(contentsOf: repeatElement(0, count: count - self.count))
    }
  }
}
