internal import CountData
internal import Numerics
internal import NeuralNet

/// The support of labels by a cell's own counts.
///
/// Neighbours alone cannot reveal a new type: the network does not know it, and places its cells
/// among known cells, where all neighbours agree. The counts can reveal it. Let `p_l` be the mean
/// gene proportions in the reference's cells of label `l`, decoded without a particular batch, and
/// `p` the mean of `p_l` over the labels. The average log-likelihood ratio of a count, for the
/// label against any label, is
///
///     e_l  = Σ_g p_lg log(p_lg / p_g)
///
/// in a cell of the label, whose counts follow `p_l`. The support of cell `i`, with counts `x`, is
///
///     support_i = Σ_g x_ig log(p_lg / p_g) / (e_l Σ_g x_ig)
///
/// Support is about 1 for a cell of the label, independent of its depth. It is about 0 for a cell
/// that could have any label, and negative for a cell with less of the label's characteristic genes
/// than average. Genes that a file lacks are excluded from the sums and the proportions.
struct LabelSupport: Sendable {
  /// The number added to proportions, which bounds the weight of a gene that a label lacks.
  static let floor: Float = 1e-5

  /// The minimum divergence of a label in nats per count; below it, support is not meaningful.
  static let leastDivergence = 1e-3

  /// The maximum number of cells of a label for computing its proportions, evenly spread.
  static let typicalCells = 500

  /// `p_l`, over all genes of the model; `(labels, f)`.
  let proportions: Matrix

  /// The labels that occur in the training.
  private let present: [Int]

  /// Decodes the reference's cells; `nil` if the network has standardized input and decodes no
  /// proportions.
  ///
  /// - Parameters:
  ///   - model: The model.
  ///   - labels: The model's labels.
  ///   - pool: The threads to use; the result does not depend on them.
  init?(_ model: Model, _ labels: Model.Labels, pool: ThreadPool) {
    let network = model.trained.network
    guard network.options.loss != .meanSquaredError else { return nil }
    let genes = network.genes
    var values = [Float](repeating: 0, count: labels.names.count * genes)
    var present: [Int] = []
    for label in labels.names.indices {
      let cells = labels.ofCell.indices.filter {
        labels.ofCell[$0] == Int32(label) && model.reference.wasTrainedOn[$0]
      }
      guard !cells.isEmpty else { continue }
      present.append(label)
      let count = min(Self.typicalCells, cells.count)
      let chosen = (0..<count).map { cells[$0 * cells.count / count] }
      let logs = network.decode(Matrix(model.reference.latent.rows(chosen)), pool: pool)
      var sums = [Double](repeating: 0, count: genes)
      for row in 0..<count {
        for gene in 0..<genes { sums[gene] += Double(exponential(logs.values[row * genes + gene])) }
      }
      for gene in 0..<genes { values[label * genes + gene] = Float(sums[gene] / Double(count)) }
    }
    proportions = Matrix(rows: labels.names.count, columns: genes, values: values)
    self.present = present
  }

  /// Computes the support of cells of one file.
  ///
  /// - Parameters:
  ///   - store: The counts of the model's genes.
  ///   - cells: The file's cells.
  ///   - missing: The genes that the file lacks, ascending.
  ///   - labels: The label of each cell of the store, −1 for none; `(n)`.
  ///   - pool: The threads to use.
  /// - Returns: One number per cell: 0 for a cell without counts or label, and 1 if nothing
  ///   distinguishes its label; `(cells)`.
  func support(
    of store: CountStore, _ cells: Range<Int>, missing: [UInt16], labels: [Int32],
    pool: ThreadPool
  ) -> [Float] {
    let ratios = ratios(without: missing)
    let batches = [Int32](repeating: 0, count: store.cellCount)
    var support: [Float] = []
    support.reserveCapacity(cells.count)
    var minibatch = Minibatch()
    for first in stride(from: cells.lowerBound, to: cells.upperBound, by: 1024) {
      let block = first..<min(first + 1024, cells.upperBound)
      store.fill(&minibatch, with: block, batches: batches, pool: pool)
      for (row, cell) in block.enumerated() {
        let stored = Int(minibatch.starts[row])..<Int(minibatch.starts[row + 1])
        support.append(
          ratios.support(
            of: Int(labels[cell]), genes: minibatch.genes[stored], counts: minibatch.counts[stored])
        )
      }
    }
    return support
  }

  /// Computes the log ratios among the genes of one file.
  ///
  /// - Parameters:
  ///   - missing: The genes that the file lacks, ascending.
  ///   - offset: The logarithm of a factor for each gene, `(f)`. The default is `nil`, for none.
  /// - Returns: The ratios.
  func ratios(without missing: [UInt16], offset: [Double]? = nil) -> Ratios {
    var shifted = proportions
    if let offset {
      for (gene, offset) in offset.enumerated() {
        let factor = Float(exponential(offset))
        for label in 0..<shifted.rows { shifted.values[label * shifted.columns + gene] *= factor }
      }
    }
    return Ratios(shifted, of: present, without: missing)
  }

  /// The log ratios among the genes of one file.
  struct Ratios: Sendable {
    /// `log(p_lg / p_g)`, 0 for a missing gene; `(labels, f)`.
    let logs: Matrix

    /// `e_l`; `(labels)`.
    let expected: [Double]

    /// The mean of `e_l` over the labels that occur.
    let meanDivergence: Double

    init(_ proportions: Matrix, of present: [Int], without missing: [UInt16]) {
      let genes = proportions.columns
      var isMissing = [Bool](repeating: false, count: genes)
      for gene in missing { isMissing[Int(gene)] = true }
      // Proportions among the genes of the file.
      var own = [[Float]](repeating: [], count: proportions.rows)
      var mean = [Float](repeating: 0, count: genes)
      for label in present {
        var row = Array(proportions.values[label * genes..<(label + 1) * genes])
        for gene in 0..<genes where isMissing[gene] { row[gene] = 0 }
        let total = row.reduce(0, +)
        for gene in 0..<genes {
          row[gene] = total > 0 ? row[gene] / total : 0
          mean[gene] += row[gene] / Float(present.count)
        }
        own[label] = row
      }
      var logs = [Float](repeating: 0, count: proportions.rows * genes)
      var expected = [Double](repeating: 0, count: proportions.rows)
      for label in present {
        for gene in 0..<genes where !isMissing[gene] {
          let p = own[label][gene]
          let ratio = logarithm(
            Double(p + LabelSupport.floor) / Double(mean[gene] + LabelSupport.floor))
          logs[label * genes + gene] = Float(ratio)
          expected[label] += Double(p) * ratio
        }
      }
      self.logs = Matrix(rows: proportions.rows, columns: genes, values: logs)
      self.expected = expected
      meanDivergence =
        present.reduce(0) { $0 + expected[$1] } / Double(max(1, present.count))
    }

    /// Returns the support of one cell.
    func support(of label: Int, genes: ArraySlice<UInt16>, counts: ArraySlice<Float>) -> Float {
      guard label >= 0 else { return 0 }
      guard expected[label] >= LabelSupport.leastDivergence else { return 1 }
      var (sum, total) = (0.0, 0.0)
      for (gene, count) in zip(genes, counts) {
        sum += Double(count) * Double(logs.values[label * logs.columns + Int(gene)])
        total += Double(count)
      }
      return total > 0 ? Float(sum / (total * expected[label])) : 0
    }
  }
}
