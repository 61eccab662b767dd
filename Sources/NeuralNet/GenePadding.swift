import Kernels

/// The genes that some sources never measured.
///
/// A gene that a source lacks stays out of that source's softmax and loss.
/// In the encoder it counts with the mean input that it has elsewhere, since
/// a missing input is not a zero.
public struct GenePadding: Sendable, Equatable {
  /// The genes that each source lacks, ascending; one list a source.
  public var missing: [[UInt16]]

  /// The mean input `y` of each gene over the sources that have it; `(f)`.
  public var meanInputs: [Float]

  /// Notes the missing genes.
  ///
  /// - Parameters:
  ///   - missing: The genes that each source lacks, ascending; one list a source.
  ///   - meanInputs: The mean input of each gene over the sources that have it; `(f)`.
  public init(missing: [[UInt16]], meanInputs: [Float]) {
    self.missing = missing
    self.meanInputs = meanInputs
  }

  /// The sources as cells whose missing genes have their mean input.
  var rows: SparseRows {
    var starts: [Int32] = [0]
    for genes in missing { starts.append(starts[starts.count - 1] + Int32(genes.count)) }
    let genes = missing.flatMap(\.self)
    return SparseRows(
      starts: starts, columns: genes, values: genes.map { meanInputs[Int($0)] },
      width: meanInputs.count)
  }
}

/// Genes that cells from elsewhere lack, and the mean inputs that stand for them.
public struct MissingGenes: Sendable, Equatable {
  /// The genes, ascending.
  public var genes: [UInt16]

  /// The mean input `y` of each of the network's genes in its training; `(f)`.
  public var meanInputs: [Float]

  /// Notes the missing genes.
  public init(genes: [UInt16], meanInputs: [Float]) {
    self.genes = genes
    self.meanInputs = meanInputs
  }
}
