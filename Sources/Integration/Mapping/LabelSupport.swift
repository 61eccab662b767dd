internal import CountData
internal import Kernels
internal import NeuralNet

/// How much of what sets a label apart is in a cell's own counts.
///
/// Neighbours alone cannot tell a new type: the network was never shown it, and places its cells
/// among those that it knows, where all neighbours agree. The counts can. With `p_l` the mean
/// proportions of the genes in the reference's cells of label `l`, decoded as no source in
/// particular, and `p` the mean of `p_l` over the labels, the average log-likelihood ratio of a
/// count for the label against any label is
///
///     e_l  = Σ_g p_lg log(p_lg / p_g)
///
/// in a cell that is of the label, since its counts go by `p_l`. In cell `i`, with counts `x`, it is
///
///     support_i = Σ_g x_ig log(p_lg / p_g) / (e_l Σ_g x_ig)
///
/// So support is about 1 for a cell of the label, whatever its depth, about 0 for one that might
/// as well be of any label, and negative for one that has less of what sets the label apart than
/// the average. Genes that a file lacks are left out of the sums and of the proportions.
struct LabelSupport: Sendable {
  /// What is added to proportions, so that a gene that a label lacks does not count without bound.
  static let floor: Float = 1e-5

  /// The fewest nats a count that set a label apart; below, nothing can be asked of a cell.
  static let leastDivergence = 1e-3

  /// The most cells of a label that its proportions are found from, evenly spread.
  static let typicalCells = 500

  /// `p_l`, over all genes of the model; `(labels, f)`.
  let proportions: Matrix

  /// The labels that any cell of the training has.
  private let present: [Int]

  /// Decodes the reference's cells; `nil` where the network decodes no proportions, of
  /// standardized input.
  ///
  /// - Parameters:
  ///   - model: The model.
  ///   - labels: Its labels.
  init?(_ model: Model, _ labels: Model.Labels) {
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
      let logs = network.decode(Matrix(model.reference.latent.rows(chosen)))
      var sums = [Double](repeating: 0, count: genes)
      for row in 0..<count {
        for gene in 0..<genes { sums[gene] += Double(expOf(logs.values[row * genes + gene])) }
      }
      for gene in 0..<genes { values[label * genes + gene] = Float(sums[gene] / Double(count)) }
    }
    proportions = Matrix(rows: labels.names.count, columns: genes, values: values)
    self.present = present
  }

  /// Finds the support of cells of one file.
  ///
  /// - Parameters:
  ///   - store: The counts of the model's genes.
  ///   - cells: The file's cells.
  ///   - missing: The genes that the file lacks, ascending.
  ///   - labels: The label of each cell of the store, −1 for none; `(n)`.
  ///   - pool: The threads to use.
  /// - Returns: One number a cell: 0 of a cell without counts or label, and 1 where nothing sets its
  ///   label apart; `(cells)`.
  func support(
    of store: CountStore, _ cells: Range<Int>, missing: [UInt16], labels: [Int32],
    pool: ThreadPool
  ) -> [Float] {
    let ratios = Ratios(proportions, of: present, without: missing)
    let sources = [Int32](repeating: 0, count: store.cellCount)
    var support: [Float] = []
    support.reserveCapacity(cells.count)
    var minibatch = Minibatch()
    for first in stride(from: cells.lowerBound, to: cells.upperBound, by: 1024) {
      let block = first..<min(first + 1024, cells.upperBound)
      store.fill(&minibatch, with: block, sources: sources, pool: pool)
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

  /// The log ratios among the genes of one file.
  struct Ratios {
    /// `log(p_lg / p_g)`, 0 of a gene that is missing; `(labels, f)`.
    let logs: Matrix

    /// `e_l`; `(labels)`.
    let expected: [Double]

    init(_ proportions: Matrix, of present: [Int], without missing: [UInt16]) {
      let genes = proportions.columns
      var isMissing = [Bool](repeating: false, count: genes)
      for gene in missing { isMissing[Int(gene)] = true }
      // Proportions among the genes that are there.
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
    }

    /// The support of one cell.
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
