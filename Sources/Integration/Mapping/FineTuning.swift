internal import CountData
internal import Numerics
internal import Support
internal import NeuralNet
internal import Training

/// The result of fine-tuning on one new batch.
package struct FineTuning: Equatable, Sendable, Codable {
  /// The path of the file.
  package var input: String

  /// The name of the batch.
  package var batch: String

  /// The number of its cells in the training.
  package var cells: Int

  /// The mean reconstruction loss per cell in nats, of the first and the last 10% of the steps;
  /// `nil` if there were too few cells.
  package var reconstruction: [Double]?
}

extension Model {
  /// Learns the effect of each batch of a file, and recomputes the latent means of its cells.
  ///
  /// - Parameters:
  ///   - encoder: The network, whose encoder may be adapted to the file.
  ///   - query: The new cells.
  ///   - store: The cells' counts of the model's genes.
  ///   - cells: The file's cells.
  ///   - part: The file's name.
  ///   - missing: The genes that the file lacks.
  ///   - options: The options of the mapping.
  ///   - values: The latent means of all cells so far, in which those of the file are replaced.
  ///   - context: The resources of the mapping.
  ///   - report: Receives the finished share; throws to stop.
  /// - Returns: The result for each batch.
  /// - Throws: ``HarmonizeError/diverged(step:quantity:cells:)``; rethrows errors of `report`.
  func fineTune(
    _ encoder: Autoencoder, on query: QueryCells, _ store: CountStore, cells: Range<Int>,
    ofPart part: String, _ missing: MissingGenes, _ options: MappingOptions,
    replacing values: inout [Float], in context: RunContext,
    _ report: (Double) throws -> Void
  ) throws -> [FineTuning] {
    let names = query.cells.batches.names
    let rowsOfBatch = Dictionary(grouping: cells) { query.cells.batches.batchOfCell[$0] }
      .sorted { $0.key < $1.key }
    let d = encoder.options.latent
    var result: [FineTuning] = []
    var done = 0
    for (batch, rows) in rowsOfBatch {
      // Exclude cells with next to no counts.
      let trainable = rows.filter { store.totals[$0] >= Float(max(1, options.minimumCounts)) }
      var outcome = FineTuning(input: part, batch: names[Int(batch)], cells: trainable.count)
      if trainable.count >= MappingOptions.leastTunedCells {
        let share = Double(rows.count) / Double(cells.count)
        var new = NewBatch(
          in: encoder, cells: trainable.count, shrinkage: options.fineTuningShrinkage,
          missing: missing, seed: context.seed.seed(for: .weights, of: Int(batch)))
        outcome.reconstruction = try train(
          &new, on: trainable, store, query, options,
          seed: context.seed.seed(for: .minibatches, of: Int(batch)), pool: context.pool
        ) {
          try report(Double(done) / Double(cells.count) + share * $0)
        }
        var minibatch = Minibatch()
        let batches = [Int32](repeating: 0, count: store.cellCount)
        for first in stride(from: 0, to: rows.count, by: 1024) {
          let block = Array(rows[first..<min(first + 1024, rows.count)])
          store.fill(&minibatch, with: block, batches: batches, pool: context.pool)
          let latent = new.latent(of: minibatch, pool: context.pool)
          for (row, cell) in block.enumerated() {
            values.replaceSubrange(
              cell * d..<(cell + 1) * d, with: latent.values[row * d..<(row + 1) * d])
          }
        }
      }
      result.append(outcome)
      done += rows.count
    }
    return result
  }

  /// Trains on the cells of a batch.
  ///
  /// - Returns: The mean reconstruction loss of the first and of the last 10% of the steps.
  private func train(
    _ batch: inout NewBatch, on cells: [Int], _ store: CountStore, _ query: QueryCells,
    _ options: MappingOptions, seed: UInt64, pool: ThreadPool,
    _ report: (Double) throws -> Void
  ) throws -> [Double] {
    let batches = [Int32](repeating: 0, count: store.cellCount)
    var minibatches = Minibatches(
      cells: cells, batches: batches, size: 128, seed: seed)
    let steps = max(1, options.fineTuningVisits / minibatches.size)
    let tenth = max(1, steps / 10)
    var losses = [0.0, 0.0]
    var rows: [Int] = []
    var minibatch = Minibatch()
    for step in 0..<steps {
      minibatches.draw(into: &rows)
      store.fill(&minibatch, with: rows, batches: batches, pool: pool)
      do {
        let loss = try batch.train(
          on: minibatch, klWeight: TrainingOptions().klWeight,
          learningRate: 5e-3 * (1 - 0.9 * Float(step) / Float(steps)), pool: pool)
        if step < tenth { losses[0] += loss.reconstruction / Double(tenth) }
        if step >= steps - tenth { losses[1] += loss.reconstruction / Double(tenth) }
      } catch {
        let cells = error.cells.isEmpty ? rows : error.cells.map { rows[$0] }
        throw TrainingError.diverged(
          step: step + 1, quantity: error.quantity, cells: cells.map { query.cells.names[$0] })
      }
      try report(Double(step + 1) / Double(steps))
    }
    return losses
  }
}
