/// The cells of a minibatch grouped by batch, for one norm layer such as
/// ``sourceNorm(_:units:slots:a:gamma:beta:input:gate:moments:into:)``.
///
/// A *slot* is a batch with cells in the minibatch.
package struct NormSlots: Sendable {
  /// The slot of each cell; `(n)`.
  package var slot: [Int32] = []

  /// The row of gamma and beta of each slot; `(slots)`.
  package var affine: [Int32] = []

  /// The number of cells of each slot; `(slots)`.
  package var cells: [Float] = []

  /// The weight of the slot's own moments relative to the mixture's, `n_s / (n_s + kappa)`;
  /// `(slots)`.
  package var own: [Float] = []

  /// The weight of a slot's own cell in addition to its weight in the mixture, `1 / (n_s + kappa)`;
  /// `(slots)`.
  package var ownWeight: [Float] = []

  /// The weight of a cell of the mixture, `kappa / n / (n_s + kappa)`; `(slots)`.
  package var mixtureWeight: [Float] = []

  /// The weight of each cell in each slot's offset at matched composition; `(slots, n)`.
  ///
  /// It is empty for norms that use each slot's own mean.
  package var offsetWeights: [Float] = []

  private var slotOfBatch: [Int32] = []

  package init() {}

  /// The number of slots.
  package var count: Int { cells.count }

  /// Groups the cells by batch, or all into one slot.
  ///
  /// - Parameters:
  ///   - batches: The batch of each cell; `(n)`.
  ///   - batchCount: The number of batches.
  ///   - perBatch: `true` if each batch has its own slot, gamma and beta.
  ///   - shrinkage: `kappa`.
  package mutating func assign(
    _ batches: [Int32], batchCount: Int, perBatch: Bool, shrinkage: Float
  ) {
    slot.removeAll(keepingCapacity: true)
    affine.removeAll(keepingCapacity: true)
    cells.removeAll(keepingCapacity: true)
    own.removeAll(keepingCapacity: true)
    ownWeight.removeAll(keepingCapacity: true)
    mixtureWeight.removeAll(keepingCapacity: true)
    offsetWeights.removeAll(keepingCapacity: true)
    if slotOfBatch.count != batchCount {
      slotOfBatch = Array(repeating: -1, count: batchCount)
    }
    for batch in batches {
      let batch = perBatch ? Int(batch) : 0
      if slotOfBatch[batch] < 0 {
        slotOfBatch[batch] = Int32(cells.count)
        affine.append(Int32(batch))
        cells.append(0)
      }
      let found = slotOfBatch[batch]
      slot.append(found)
      cells[Int(found)] += 1
    }
    for batch in affine { slotOfBatch[Int(batch)] = -1 }
    let n = Float(batches.count)
    for count in cells {
      let pooled = shrinkage.isInfinite
      own.append(pooled ? 0 : count / (count + shrinkage))
      ownWeight.append(pooled ? 0 : 1 / (count + shrinkage))
      mixtureWeight.append(pooled ? 1 / n : shrinkage / n / (count + shrinkage))
    }
  }
}
