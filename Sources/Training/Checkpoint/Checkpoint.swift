internal import CellFiles
internal import HDF5
internal import Numerics
internal import Support
internal import NeuralNet

/// The state of a training between two steps, which determines all further steps.
///
/// It contains neither the composition of minibatches nor the state of a generator: both follow
/// from the seed and the number of steps taken.
package struct Checkpoint: Equatable, Sendable {
  /// The identity of the training.
  package var identity: TrainingIdentity

  /// The position in the training.
  package var position: TrainingPosition

  /// The losses of the completed epochs.
  var epochs: [EpochRecord]

  /// The losses since the last completed epoch.
  var sums: LossSums

  var parameters: [NamedTensor]
  var statistics: [NamedTensor]
  var optimizerState: [NamedTensor]

  /// The critic's numbers; empty without one.
  var criticState: [NamedTensor]
}

extension Checkpoint {
  private static let formatName = "scharmonize checkpoint"
  private static let formatVersion: Int64 = 2

  // MARK: Writing

  /// Writes the checkpoint; a complete new one replaces the earlier one.
  ///
  /// - Throws: `OutputError`; the earlier checkpoint is then unchanged.
  func write(to path: String) throws {
    try writeHDF5(to: path, permissions: 0o600) { file in
      try file.setAttribute("format", of: "/", to: .string(Self.formatName))
      try file.setAttribute("version", of: "/", to: .integer(Self.formatVersion))
      try file.setAttribute("scharmonize", of: "/", to: .string(scharmonizeVersion))
      let options = identity.options.sorted { $0.key < $1.key }
      try file.write(strings: options.map(\.key), at: "options/names")
      try file.write(strings: options.map(\.value), at: "options/values")
      try file.write(strings: identity.batches, at: "data/sources")
      try file.write(
        [identity.cells, identity.genes, identity.trainedOn], at: "data/counts")
      try file.write(scalar: identity.total, at: "data/total")
      try file.write(identity.digests, at: "data/digests")
      if identity.columns != 0 {
        try file.write([identity.columns], at: "data/columns")
      }
      try file.write([position.step, position.steps], at: "training/position")
      try file.write(
        epochs.flatMap { [Double($0.steps), $0.reconstruction, $0.kl, $0.loss] },
        at: "training/epochs", shape: [epochs.count, 4])
      try file.write(
        [Double(sums.steps), sums.reconstruction, sums.kl, sums.loss], at: "training/sums")
      if !criticState.isEmpty {
        let scores = epochs.map(\.critic)
        try file.write(
          scores.flatMap { [$0 == nil ? 0 : 1, $0?.loss ?? 0, $0?.accuracy ?? 0] },
          at: "training/critic", shape: [scores.count, 3])
        try file.write(
          [Double(sums.judged), sums.critic.loss, sums.critic.accuracy], at: "training/criticSums")
      }
      for (group, tensors) in [
        ("parameters", parameters), ("statistics", statistics), ("optimizer", optimizerState),
        ("critic", criticState),
      ] where group != "critic" || !tensors.isEmpty {
        try file.createGroup("network/\(group)")
        for tensor in tensors {
          try file.write(tensor.values, at: "network/\(group)/\(tensor.name)", shape: tensor.shape)
        }
      }
    }
  }

  // MARK: Reading

  /// Reads a checkpoint.
  ///
  /// - Throws: ``CheckpointError``; `HDF5Error` if it cannot be opened or lacks a part.
  package init(readingAt path: String) throws {
    let file = try File(readingAt: path)
    let reader = CheckedReader {
      CheckpointError.damaged(path: path, object: $0, problem: $1)
    }
    guard try file.attribute("format", of: "/") == .string(Self.formatName) else {
      throw CheckpointError.notACheckpoint(path: path, present: try file.children(of: "/"))
    }
    let writer = try file.attribute("scharmonize", of: "/")?.string ?? "of unknown version"
    guard try file.attribute("version", of: "/") == .integer(Self.formatVersion),
      writer == scharmonizeVersion
    else { throw CheckpointError.otherVersion(path: path, writtenBy: writer) }

    let names = try reader.strings("options/names", of: file)
    let values = try reader.strings("options/values", of: file)
    try reader.require(
      names.count == values.count && Set(names).count == names.count, "options/values",
      "\(values.count) values for \(names.count) names")
    let counts: [Int] = try reader.numbers("data/counts", of: file, shape: [3])
    let digests: [UInt64] = try reader.numbers("data/digests", of: file, shape: [5])
    let total: [Double] = try reader.numbers("data/total", of: file, shape: [])
    identity = TrainingIdentity(
      options: Dictionary(uniqueKeysWithValues: zip(names, values)), cells: counts[0],
      cellNames: digests[0], genes: counts[1], geneNames: digests[1],
      batches: try reader.strings("data/sources", of: file), batchOfCell: digests[2],
      trainedOn: counts[2], trainedCells: digests[3], total: total[0], totals: digests[4])
    if try file.kind(of: "data/columns") != nil {
      let columns: [UInt64] = try reader.numbers("data/columns", of: file, shape: [1])
      identity.columns = columns[0]
    }

    let place: [Int] = try reader.numbers("training/position", of: file, shape: [2])
    try reader.require(
      place[0] >= 0 && place[0] <= place[1], "training/position",
      "step \(place[0]) of \(place[1])")
    position = TrainingPosition(step: place[0], steps: place[1])
    let shape = try file.info(of: "training/epochs").shape
    try reader.require(
      shape.count == 2 && shape[1] == 4, "training/epochs", "its shape is \(shape), not (epochs, 4)"
    )
    let records: [Double] = try reader.numbers("training/epochs", of: file, shape: shape)
    epochs = try (0..<shape[0]).map { epoch in
      let row = records[4 * epoch..<4 * epoch + 4].map(\.self)
      return EpochRecord(
        epoch: epoch + 1, steps: try reader.count(row[0], "training/epochs"),
        reconstruction: row[1], kl: row[2], loss: row[3])
    }
    let since: [Double] = try reader.numbers("training/sums", of: file, shape: [4])
    sums = LossSums(
      reconstruction: since[1], kl: since[2], loss: since[3],
      steps: try reader.count(since[0], "training/sums"))
    parameters = try reader.tensors(in: "network/parameters", of: file)
    statistics = try reader.tensors(in: "network/statistics", of: file)
    optimizerState = try reader.tensors(in: "network/optimizer", of: file)
    criticState = []
    if try file.children(of: "network").contains("critic") {
      try readCritic(from: file, reader)
    }
  }

  /// Reads the parts that only a training with a critic has.
  private mutating func readCritic(from file: borrowing File, _ reader: CheckedReader) throws {
    criticState = try reader.tensors(in: "network/critic", of: file)
    let scores: [Double] = try reader.numbers(
      "training/critic", of: file, shape: [epochs.count, 3])
    for epoch in epochs.indices where scores[3 * epoch] != 0 {
      epochs[epoch].critic = CriticScore(
        loss: scores[3 * epoch + 1], accuracy: scores[3 * epoch + 2])
    }
    let since: [Double] = try reader.numbers("training/criticSums", of: file, shape: [3])
    sums.judged = try reader.count(since[0], "training/criticSums")
    sums.critic = CriticScore(loss: since[1], accuracy: since[2])
  }

  /// Checks that the checkpoint belongs to a training with the same options.
  ///
  /// - Parameters:
  ///   - path: The checkpoint's path in messages.
  ///   - options: The options of the run.
  /// - Throws: ``CheckpointError/otherOptions(path:differences:)``.
  package func check(_ path: String, options: [String: String]) throws {
    var wanted = identity
    wanted.options = options
    let differences = wanted.differentOptions(from: identity.options)
    guard differences.isEmpty else {
      throw CheckpointError.otherOptions(path: path, differences: differences)
    }
  }

  /// Checks that the checkpoint belongs to the given training.
  ///
  /// - Parameters:
  ///   - path: The checkpoint's path in messages.
  ///   - wanted: The training to resume.
  ///   - steps: The total number of steps of the training.
  /// - Throws: ``CheckpointError``.
  func check(_ path: String, identity wanted: TrainingIdentity, steps: Int) throws {
    let differences = wanted.differentData(from: identity)
    guard differences.isEmpty else {
      throw CheckpointError.otherData(path: path, differences: differences)
    }
    guard position.steps == steps else {
      throw CheckpointError.damaged(
        path: path, object: "training/position",
        problem: "it has \(position.steps) steps, not \(steps)")
    }
  }

  /// Restores the numbers in a network that was made with the same options.
  ///
  /// - Throws: ``CheckpointError/damaged(path:object:problem:)``.
  func restore(_ model: inout Autoencoder, from path: String) throws {
    do {
      try model.restore(parameters: parameters, statistics: statistics)
      try model.restore(optimizerState: optimizerState, stepCount: position.step)
      try model.restore(criticState: criticState)
    } catch {
      throw CheckpointError.damaged(path: path, object: "network", problem: "\(error)")
    }
  }
}

extension TrainingIdentity {
  fileprivate var digests: [UInt64] {
    [cellNames, geneNames, batchOfCell, trainedCells, totals]
  }
}

extension CheckedReader {
  /// Returns a whole number that is stored as another type.
  fileprivate func count(_ value: Double, _ object: String) throws -> Int {
    guard let count = Int(exactly: value), count >= 0 else {
      throw damage(object, "\(value) is not a number of steps")
    }
    return count
  }

  /// Reads all tensors of a group, of any shape.
  fileprivate func tensors(in group: String, of file: borrowing File) throws -> [NamedTensor] {
    try file.children(of: group).map { name in
      let shape = try file.info(of: "\(group)/\(name)").shape
      return NamedTensor(
        name: name, shape: shape, values: try numbers("\(group)/\(name)", of: file, shape: shape))
    }
  }
}
