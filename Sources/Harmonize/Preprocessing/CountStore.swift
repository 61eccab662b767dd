internal import CellFiles
internal import Kernels
internal import NeuralNet

/// The selected genes of all cells, compact, in memory, read in any order.
///
/// A stored value takes two bytes for its gene and, if it is a count, one for the
/// value: 255 stands for a larger count, which is looked up. Other values take four.
struct CountStore: Sendable {
  /// The largest count that a byte holds; the next number marks a larger one.
  static let largestByte: Float = 254

  /// The largest number of genes that two bytes can tell apart.
  static let geneLimit = 65_536

  /// How a stored value becomes the network's input.
  enum Input: Sendable {
    /// `log(1 + 10⁴ x / t)`, with the cell's total `t`.
    case logNormalized

    /// `x / deviation`, with the gene's deviation `(f)`: for values on other scales.
    case standardized(deviations: [Float])
  }

  private enum Values: Sendable {
    case bytes([UInt8], larger: [Int: Float])
    case floats([Float])
  }

  /// The number of cells, `n`: all of the input, also those that were filtered out.
  var cellCount: Int { starts.count - 1 }

  /// The number of selected genes, `f`.
  let geneCount: Int

  private let starts: [Int]
  private let genes: [UInt16]
  private let values: Values
  private let scales: [Float]  // 10⁴ / t; (n)
  private let input: Input

  /// Reads the selected genes of all cells.
  ///
  /// - Parameters:
  ///   - cells: The cells.
  ///   - selected: The selected genes, ascending, of `cells.genes`.
  ///   - summary: What the passes before found out.
  ///   - progress: Is told how many cells have been read.
  /// - Throws: What reading throws.
  init(
    _ cells: Cells, selected: [Int], summary: CellSummary, progress: (Int) throws -> Void
  ) throws {
    precondition(selected.count <= Self.geneLimit, "\(selected.count) genes do not fit two bytes")
    var numbers = [Int32](repeating: -1, count: cells.genes.count)
    for (number, gene) in selected.enumerated() { numbers[gene] = Int32(number) }

    geneCount = selected.count
    var starts = [0]
    starts.reserveCapacity(cells.count + 1)
    var genes: [UInt16] = []
    scales = summary.totals.map { $0 > 0 ? Float(1e4 / $0) : 0 }
    input = Self.input(for: selected, summary)

    var bytes: [UInt8] = []
    var larger: [Int: Float] = [:]
    var floats: [Float] = []
    // The escape costs a look-up in a table, so it has to be the exception.
    let inBytes = summary.kind == .counts && summary.shareOverByte < 0.01
    var entries: [(gene: UInt16, value: Float)] = []
    try cells.forEachRowBlock { part, block, firstCell in
      for row in 0..<block.rowCount {
        entries.removeAll(keepingCapacity: true)
        var ascending = true
        for k in block.starts[row]..<block.starts[row + 1] {
          let shared = part.sharedGenes[Int(block.genes[k])]
          guard shared >= 0, numbers[Int(shared)] >= 0 else { continue }
          let gene = UInt16(numbers[Int(shared)])
          ascending = ascending && (entries.last.map { $0.gene < gene } ?? true)
          entries.append((gene, block.values[k]))
        }
        // Files may order the genes they share differently.
        if !ascending { entries.sort { $0.gene < $1.gene } }
        for (gene, value) in entries {
          if inBytes {
            if value > Self.largestByte { larger[bytes.count] = value }
            bytes.append(UInt8(min(value, Self.largestByte + 1)))
          } else {
            floats.append(value)
          }
          genes.append(gene)
        }
        starts.append(genes.count)
      }
      try progress(firstCell + block.rowCount)
    }
    self.starts = starts
    self.genes = genes
    values = inBytes ? .bytes(bytes, larger: larger) : .floats(floats)
  }

  /// The sum of each cell's values over the selected genes, fractions not rounded; `(n)`.
  func totals() -> [Float] {
    (0..<cellCount).map { cell in
      var sum = 0.0
      for k in starts[cell]..<starts[cell + 1] {
        switch values {
        case .bytes(let bytes, let larger):
          let byte = Float(bytes[k])
          sum += Double(byte > Self.largestByte ? larger[k] ?? byte : byte)
        case .floats(let floats):
          sum += Double(floats[k])
        }
      }
      return Float(sum)
    }
  }

  private static func input(for selected: [Int], _ summary: CellSummary) -> Input {
    guard summary.kind == .logNormalized || summary.kind == .scaled else { return .logNormalized }
    // Only the scale is evened out: the norm behind the first layer takes the mean away anyway,
    // and so zeros stay zeros. The moments are those of the values only where these are not logs.
    guard summary.kind == .scaled else {
      return .standardized(deviations: [Float](repeating: 1, count: selected.count))
    }
    let variances = summary.moments.pooled.variances
    return .standardized(
      deviations: selected.map { variances[$0] > 0 ? Float(variances[$0].squareRoot()) : 1 })
  }

  /// Puts cells into a minibatch, replacing what it held.
  ///
  /// - Parameters:
  ///   - minibatch: Is filled; its storage is reused.
  ///   - cells: The cells, in the order they shall have.
  ///   - sources: The source of every cell of the store; `(n)`.
  func fill(
    _ minibatch: inout Minibatch, with cells: some Sequence<Int>, sources: [Int32]
  ) {
    minibatch.removeAll()
    for cell in cells {
      let range = starts[cell]..<starts[cell + 1]
      let first = minibatch.counts.count
      minibatch.genes.append(contentsOf: genes[range])
      switch values {
      case .bytes(let bytes, let larger):
        for k in range {
          let byte = Float(bytes[k])
          minibatch.counts.append(byte > Self.largestByte ? larger[k] ?? byte : byte)
        }
      case .floats(let floats):
        minibatch.counts.append(contentsOf: floats[range])
      }
      switch input {
      case .logNormalized:
        let scale = scales[cell]
        for k in first..<minibatch.counts.count {
          minibatch.inputs.append(scale * minibatch.counts[k])
        }
      case .standardized(let deviations):
        for k in first..<minibatch.counts.count {
          minibatch.inputs.append(minibatch.counts[k] / deviations[Int(minibatch.genes[k])])
        }
      }
      minibatch.starts.append(Int32(minibatch.genes.count))
      minibatch.sources.append(sources[cell])
    }
    if case .logNormalized = input {
      logOnePlus(&minibatch.inputs)
      // The likelihood is one of counts; the input keeps what rounding would lose.
      if case .floats = values {
        for k in minibatch.counts.indices { minibatch.counts[k].round() }
      }
    }
  }
}
