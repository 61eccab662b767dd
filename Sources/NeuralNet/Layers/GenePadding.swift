import Numerics

/// The genes that some batches never measured.
///
/// A gene that a batch lacks is excluded from that batch's softmax and loss. The encoder uses the
/// gene's mean input of the other batches, since a missing input is not a zero.
package struct GenePadding: Sendable, Equatable {
  /// The genes that each batch lacks, ascending; one list per batch.
  package var missing: [[UInt16]]

  /// The mean input `y` of each gene over the batches that have it; `(f)`.
  package var meanInputs: [Float]

  /// Makes a value from the missing genes.
  ///
  /// - Parameters:
  ///   - missing: The genes that each batch lacks, ascending; one list per batch.
  ///   - meanInputs: The mean input of each gene over the batches that have it; `(f)`.
  package init(missing: [[UInt16]], meanInputs: [Float]) {
    self.missing = missing
    self.meanInputs = meanInputs
  }

  /// The batches as cells whose missing genes have their mean input.
  var rows: SparseRows {
    var starts: [Int32] = [0]
    for genes in missing { starts.append(starts[starts.count - 1] + Int32(genes.count)) }
    let genes = missing.flatMap(\.self)
    return SparseRows(
      starts: starts, columns: genes, values: genes.map { meanInputs[Int($0)] },
      width: meanInputs.count)
  }
}

/// The genes that new cells lack, and the mean inputs used instead.
package struct MissingGenes: Sendable, Equatable {
  /// The genes, ascending.
  package var genes: [UInt16]

  /// The mean input `y` of each of the network's genes in its training; `(f)`.
  package var meanInputs: [Float]

  /// Makes a value from the missing genes.
  package init(genes: [UInt16], meanInputs: [Float]) {
    self.genes = genes
    self.meanInputs = meanInputs
  }
}
