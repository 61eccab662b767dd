package import CountData
internal import Numerics
package import NeuralNet
package import Support

/// The training of a model on minibatches that mix the batches.
package struct Trainer {
  /// The trained model with the course of its loss.
  package struct Result {
    package var model: Autoencoder
    package var epochs: [EpochRecord]
    package var steps: Int
    package var minibatchSize: Int

    /// The step at which a checkpoint was resumed.
    package var resumedAtStep: Int?

    /// The reason why the training could not be saved on the way, if any.
    package var savingFailure: String?
  }

  /// Trains a new model.
  ///
  /// - Parameters:
  ///   - model: The untrained model.
  ///   - store: The selected genes of all cells.
  ///   - cells: The cells of the training.
  ///   - batches: The batch of every cell of the store; `(n)`.
  ///   - options: The options of the training.
  ///   - name: Returns the name of a cell, for messages.
  ///   - addMemberships: Adds the memberships of a minibatch's cells, which it also receives, in
  ///     populations, for a norm at matched composition. The default is `nil`, for one population of all cells.
  ///   - covariates: The covariates of all cells of the store, which the decoder receives. The
  ///     default is `nil`, for a model without covariates.
  ///   - saving: The options for saving the training. The default is `nil`, for no checkpoint.
  ///   - context: The resources of the run; its stage is ``Stage/training``.
  /// - Returns: The trained model with its record.
  /// - Throws: ``TrainingError/diverged(step:quantity:cells:)``; errors of the
  ///   progress receiver; ``CheckpointError`` if the training cannot be resumed from the checkpoint; `OutputError` if
  ///   it has to stop and cannot be saved.
  package static func train(
    _ model: consuming Autoencoder, on store: CountStore, cells: [Int], batches: [Int32],
    options: TrainingOptions, name: (Int) -> String,
    addMemberships: ((inout Minibatch, [Int]) -> Void)? = nil, covariates: CovariateDesign? = nil,
    saving: Saving? = nil,
    in context: RunContext
  ) throws -> Result {
    var model = model
    model.precision = options.precision
    model.optimizer = options.optimizer(forCells: cells.count)
    let schedule = Self.schedule(
      of: cells, batches: batches, options: options, seed: context.seed)
    var minibatches = schedule.minibatches
    let steps = schedule.steps

    var epochs: [EpochRecord] = []
    var sums = LossSums()
    var rows: [Int] = []
    var nextRows: [Int] = []
    var minibatch = Minibatch()
    var visited = 0
    minibatches.draw(into: &nextRows)
    let writer = saving.map { CheckpointWriter($0.options) }
    let first = saving?.checkpoint?.position.step ?? 0
    if let saving, let checkpoint = saving.checkpoint {
      try checkpoint.check(saving.options.path, identity: saving.identity, steps: steps)
      try checkpoint.restore(&model, from: saving.options.path)
      (epochs, sums) = (checkpoint.epochs, checkpoint.sums)
      for _ in 0..<first {
        visited += nextRows.count
        minibatches.draw(into: &nextRows)
      }
    }
    func checkpoint(after step: Int, _ identity: TrainingIdentity) -> Checkpoint {
      Checkpoint(
        identity: identity, position: TrainingPosition(step: step + 1, steps: steps),
        epochs: epochs, sums: sums, parameters: model.parameters, statistics: model.statistics,
        optimizerState: model.optimizerState, criticState: model.criticState)
    }
    for step in first..<steps {
      swap(&rows, &nextRows)
      store.fill(&minibatch, with: rows, batches: batches, pool: context.pool)
      addMemberships?(&minibatch, rows)
      if let covariates { minibatch.covariates = covariates.values(ofCells: rows) }
      // Draw one step ahead, so that a disk has the time of this step to read the cells.
      minibatches.draw(into: &nextRows)
      store.willNeed(nextRows)
      let klWeight = options.klWeight(step: step, of: steps)
      let loss: Autoencoder.StepLoss
      do {
        loss = try model.train(
          on: minibatch, klWeight: klWeight,
          adversary: options.adversaryWeight(step: step, of: steps),
          learningRate: options.learningRate(step: step, of: steps),
          pool: context.pool)
      } catch {
        let cells = error.cells.isEmpty ? rows : error.cells.map { rows[$0] }
        throw TrainingError.diverged(
          step: step + 1, quantity: error.quantity, cells: cells.map(name))
      }
      sums.add(loss, klWeight: klWeight)
      visited += rows.count
      if visited >= cells.count * (epochs.count + 1) || step == steps - 1 {
        epochs.append(sums.record(epoch: epochs.count + 1, steps: step + 1))
        sums = LossSums()
      }
      do {
        try context.report(.training, Double(step + 1) / Double(steps))
      } catch {
        if let saving { try writer?.save(checkpoint(after: step, saving.identity)) }
        throw error
      }
      if let saving, step < steps - 1 {
        writer?.saveWhenDue { checkpoint(after: step, saving.identity) }
      }
    }
    if let saving, first < steps {
      writer?.saveAtEnd { checkpoint(after: steps - 1, saving.identity) }
    }
    model.precision = .float32
    model.profilePrecision = options.precision
    return Result(
      model: model, epochs: epochs, steps: steps, minibatchSize: minibatches.size,
      resumedAtStep: saving?.checkpoint?.position.step,
      savingFailure: writer?.failure)
  }

  /// Returns the minibatches of a training and the number of its steps, which are known before it.
  ///
  /// - Parameters:
  ///   - cells: The cells of the training.
  ///   - batches: The batch of every cell.
  ///   - options: The options of the training.
  ///   - seed: The seed of the run.
  /// - Returns: The minibatches from the first on, and the number of steps.
  package static func schedule(
    of cells: [Int], batches: [Int32], options: TrainingOptions, seed: UInt64
  ) -> (minibatches: Minibatches, steps: Int) {
    let minibatches = Minibatches(
      cells: cells, batches: batches, size: options.minibatchSize, makeup: options.minibatches,
      seed: seed.seed(for: .minibatches))
    return (
      minibatches, options.steps(forCells: cells.count, minibatchSize: minibatches.size)
    )
  }

  /// The checkpoint options of a training, and the checkpoint to resume.
  package struct Saving {
    var options: CheckpointOptions
    var identity: TrainingIdentity
    var checkpoint: Checkpoint?

    /// Takes where the training is saved, what it is, and the checkpoint to resume, if any.
    package init(options: CheckpointOptions, identity: TrainingIdentity, checkpoint: Checkpoint?) {
      self.options = options
      self.identity = identity
      self.checkpoint = checkpoint
    }
  }
}
