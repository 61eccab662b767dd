package import Numerics
package import NeuralNet

extension CountStore {
  /// The number of cells that one thread adds to a minibatch at a time.
  private static let shardCells = 16

  /// Fills a minibatch with cells, replacing its old contents.
  ///
  /// Nothing is allocated if the minibatch's storage is large enough.
  ///
  /// - Parameters:
  ///   - minibatch: The minibatch; its storage is reused.
  ///   - cells: The cells, in the order of the minibatch.
  ///   - batches: The batch of every cell of the store; `(n)`.
  ///   - pool: The threads to use. The default is `nil`, for the calling thread only.
  package func fill(
    _ minibatch: inout Minibatch, with cells: some RandomAccessCollection<Int> & Sendable,
    batches: [Int32], pool: ThreadPool? = nil
  ) {
    minibatch.resize(cells: cells.count, nonzeros: cells.reduce(0) { $0 + valueCount(of: $1) })
    var end: Int32 = 0
    for (row, cell) in cells.enumerated() {
      end += Int32(valueCount(of: cell))
      minibatch.starts[row + 1] = end
      minibatch.batches[row] = batches[cell]
    }
    minibatch.sizeFactors.removeAll(keepingCapacity: true)
    if let sizeFactors { for cell in cells { minibatch.sizeFactors.append(sizeFactors[cell]) } }
    let starts = minibatch.starts
    unsafe minibatch.withStorage { genes, counts, inputs in
      let rows = unsafe Rows(genes: genes, counts: counts, inputs: inputs)
      let fillShard = { @Sendable (shard: Int) in
        let part = shard * Self.shardCells..<min((shard + 1) * Self.shardCells, cells.count)
        for row in part {
          let cell = cells[cells.index(cells.startIndex, offsetBy: row)]
          fill(rows, from: Int(starts[row]), with: cell)
        }
        if takesLogarithms {
          // One call for many cells, because the kernel is fastest with long rows.
          let range = Int(starts[part.lowerBound])..<Int(starts[part.upperBound])
          let view = unsafe FloatView(base: rows.inputs + range.lowerBound, count: range.count)
          logarithms(view, into: view)
        }
        if case .termFrequency(let weights) = input {
          for row in part { weigh(rows, Int(starts[row])..<Int(starts[row + 1]), weights) }
        }
      }
      let shards = (cells.count + Self.shardCells - 1) / Self.shardCells
      if let pool {
        pool.parallel(shards, fillShard)
      } else {
        for shard in 0..<shards { fillShard(shard) }
      }
    }
  }

  /// A flag that is true if the input is a logarithm, perhaps with a weight.
  private var takesLogarithms: Bool {
    switch input {
    case .logNormalized, .termFrequency: true
    case .standardized: false
    }
  }

  /// The length of the inputs of a cell of peaks, about that of log-normalized genes.
  private static let inputLength = 100.0

  /// Multiplies the inputs of a cell by the weights of its peaks, and then by one number, so that every cell
  /// has inputs of the same length.
  ///
  /// A deep cell has more accessible peaks than a shallow one, and their sum would tell the network its
  /// depth.
  private func weigh(_ rows: Rows, _ range: Range<Int>, _ weights: [Float]) {
    var square = 0.0
    for k in range {
      let input = unsafe rows.inputs[k] * weights[Int(rows.genes[k])]
      unsafe rows.inputs[k] = input
      square += Double(input) * Double(input)
    }
    guard square > 0 else { return }
    let scale = Float(Self.inputLength / square.squareRoot())
    for k in range { unsafe rows.inputs[k] *= scale }
  }

  /// Asks the system to read cells that are needed soon, if they are in a scratch file.
  package func willNeed(_ cells: [Int]) {
    guard bytes.place != .memory else { return }
    for cell in cells where offsets[cell] >= 0 {
      bytes.willNeed(offsets[cell], count: (inBytes ? 3 : 6) * valueCount(of: cell))
    }
  }

  /// The destinations of a minibatch's values; each thread writes to different rows.
  @safe
  private struct Rows: @unchecked Sendable {
    let genes: UnsafeMutablePointer<UInt16>
    let counts: UnsafeMutablePointer<Float>
    let inputs: UnsafeMutablePointer<Float>
  }

  /// Decodes a cell's record; for logarithmic inputs, `counts` receives their inverse.
  private func fill(_ rows: Rows, from start: Int, with cell: Int) {
    let m = valueCount(of: cell)
    guard m > 0 else { return }
    let record = unsafe bytes.record(at: offsets[cell])
    let (genes, counts, inputs) = unsafe (
      rows.genes + start, rows.counts + start, rows.inputs + start
    )
    if inBytes {
      unsafe UnsafeMutableRawPointer(genes).copyMemory(from: record, byteCount: 2 * m)
      let values = unsafe (record + 2 * m).assumingMemoryBound(to: UInt8.self)
      for k in 0..<m { unsafe counts[k] = Float(values[k]) }
      if hasLargerCounts(cell) {
        var next = unsafe record + 3 * m
        for k in 0..<m where unsafe values[k] == UInt8.max {
          unsafe counts[k] = unsafe next.loadUnaligned(as: Float.self)
          unsafe next += 4
        }
      }
    } else {
      unsafe UnsafeMutableRawPointer(counts).copyMemory(from: record, byteCount: 4 * m)
      unsafe UnsafeMutableRawPointer(genes).copyMemory(from: record + 4 * m, byteCount: 2 * m)
    }
    switch input {
    case .logNormalized, .termFrequency:
      let scale = scales[cell]
      for k in 0..<m { unsafe inputs[k] = scale * counts[k] + 1 }
      // The likelihood needs whole counts; the input keeps the fractions.
      if !inBytes { for k in 0..<m { unsafe counts[k].round() } }
    case .standardized(let deviations):
      for k in 0..<m { unsafe inputs[k] = counts[k] / deviations[Int(genes[k])] }
    }
  }
}
