import CellFiles
import Foundation
import HDF5
import Numerics
import Testing
import TestSupport
@testable import CountData
@testable import Harmonize
@testable import Integration
@testable import Support
@testable import Training

private struct Stop: Error {}

/// A training that was stopped goes on to the bytes of one that was not.
@Suite struct CheckpointTests {
  let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private var path: String { folder.path("c.checkpoint") }

  private func options(_ visits: Int = 2_000) -> IntegrationOptions {
    var options = IntegrationTests.options(visits: visits)
    options.checkpoint = CheckpointOptions(path: path)
    return options
  }

  /// Runs until so much of the training is done; the run then throws.
  private func stop(
    _ cells: CellDataset, _ options: IntegrationOptions, at fraction: Double
  ) throws {
    #expect(throws: Stop.self) {
      try integrate(cells, options: options) { progress in
        if progress.stage == .training, progress.fraction >= fraction { throw Stop() }
      }
    }
  }

  @Test(
    arguments: [
      "mixed", "rotating", "single", "shuffled", "layer norm", "mse", "residual", "adversary",
      "spectral adversary", "float32",
    ])
  func `stopped twice, the result has the same bytes`(kind: String) throws {
    var options = options()
    var cells = smallCells()
    switch kind {
    case "rotating":
      cells = CellDataset(
        parts: cells.parts, names: cells.names, genes: cells.genes,
        batches: BatchAssignment(
          names: (0..<20).map { "s\($0)" }, batchOfCell: (0..<120).map { Int32($0 % 20) }))
    case "single": options.training.minibatches = .single
    case "shuffled": options.training.minibatches = .shuffled
    case "layer norm":
      options.model.encoderNorm = .layer
      options.model.decoderNorm = .group
      options.model.hidden = [32]
    case "float32": options.training.precision = .float32
    case "mse": options.model.loss = .meanSquaredError
    case "residual":
      options.model.hidden = [16, 16]
      options.model.residual = true
    case "adversary", "spectral adversary":
      options.training.adversary = 3
      options.training.criticNorm = kind == "adversary" ? .layer : .spectral
    default: break
    }
    var plain = options
    plain.checkpoint = nil
    let whole = try integrate(cells, options: plain)

    try stop(cells, options, at: 0.3)
    options.checkpoint?.resumes = true
    options.threads = 3  // the number of threads may change on the way
    try stop(cells, options, at: 0.7)
    let steps = whole.record.steps
    let position = try #require(TrainingPosition(ofCheckpointAt: path))
    #expect(position.steps == steps && position.step >= steps * 7 / 10 && position.step < steps)
    let result = try integrate(cells, options: options)
    #expect(result.record.resumedAtStep == position.step)
    #expect(result.embedding == whole.embedding)
    #expect(result.latent == whole.latent)
    #expect(result.record.epochs == whole.record.epochs)
    #expect(result.model.network.criticState == whole.model.network.criticState)
    #expect(result.model.network.criticState.isEmpty == !kind.hasSuffix("adversary"))
    #expect(result.model.network.parameters == whole.model.network.parameters)
    #expect(result.model.network.statistics == whole.model.network.statistics)
    #expect(try Model(result, of: cells).record == Model(whole, of: cells).record)
    options.checkpoint?.discard()
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.url.path) == [])
  }

  @Test func `resumed with any instruction set, the result has the same bytes`() throws {
    let cells = smallCells(count: 40, genes: 8)
    var options = options(320)
    let whole = try integrate(cells, options: options)
    try stop(cells, options, at: 0.5)
    let saved = try Data(contentsOf: URL(filePath: path))
    options.checkpoint?.resumes = true
    let results = try onEveryInstructionSet { set in
      try saved.write(to: URL(filePath: path))
      let result = try integrate(cells, options: options)
      #expect(result.record.instructionSet == set.rawValue)
      return result
    }
    for result in results {
      #expect(result.record.resumedAtStep != nil && result.record.warnings == whole.record.warnings)
      #expect(result.embedding == whole.embedding)
    }
  }

  @Test func `stopped after any step, also the first and the last`() throws {
    let cells = smallCells(count: 40, genes: 8)
    var options = options(320)
    let whole = try integrate(cells, options: options)
    for step in 1...10 {
      options.checkpoint?.resumes = false
      try stop(cells, options, at: (Double(step) - 0.5) / 10)
      #expect(TrainingPosition(ofCheckpointAt: path) == TrainingPosition(step: step, steps: 10))
      options.checkpoint?.resumes = true
      #expect(try integrate(cells, options: options).embedding == whole.embedding, "\(step)")
    }
  }

  @Test func `saving after each step changes nothing`() throws {
    let cells = smallCells(count: 40, genes: 8)
    var options = options(320)
    let whole = try integrate(cells, options: options)
    #expect(!FileManager.default.fileExists(atPath: path))  // too short to be worth it
    options.checkpoint?.interval = 1e-9
    #expect(try integrate(cells, options: options).embedding == whole.embedding)
    // The last is of the complete training, from which only what follows it is done again.
    #expect(TrainingPosition(ofCheckpointAt: path) == TrainingPosition(step: 10, steps: 10))
    options.checkpoint?.resumes = true
    var trained = false
    let again = try integrate(cells, options: options) {
      trained = trained || $0.stage == .training
    }
    #expect(again.embedding == whole.embedding && !trained)
  }

  @Test func `what comes after the training may be changed on the way`() throws {
    let cells = smallCells()
    var options = options()
    try stop(cells, options, at: 0.5)
    options.checkpoint?.resumes = true
    options.components = 3
    options.alignment = nil
    var plain = options
    plain.checkpoint = nil
    #expect(
      try integrate(cells, options: options).embedding
        == integrate(cells, options: plain).embedding)
  }

  @Test func `cancelling the task saves the training`() async throws {
    let options = options(20_000)
    let path = path
    let task = Task {
      try await onOwnThread {
        try integrate(smallCells(), options: options) { progress in
          if progress.stage == .training, progress.fraction > 0.1 {
            unsafe withUnsafeCurrentTask { unsafe $0?.cancel() }
          }
        }
      }
    }
    await #expect(throws: CancellationError.self) { try await task.value }
    let position = try #require(TrainingPosition(ofCheckpointAt: path))
    #expect(position.step > 0 && position.step < position.steps)
  }

  @Test func `a checkpoint that cannot be written is told, and a run that stops says so`() throws {
    let cells = smallCells()
    let away = folder.path("away")
    try FileManager.default.createDirectory(atPath: away, withIntermediateDirectories: false)
    var options = options()
    options.checkpoint = CheckpointOptions(path: away + "/c")
    options.checkpoint?.interval = 1e-9
    let result = try integrate(cells, options: options) { progress in
      if progress.stage == .training { try? FileManager.default.removeItem(atPath: away) }
    }
    let reason = "cannot create '\(away)/c': there is no folder '\(away)'"
    #expect(
      result.record.warnings.contains(
        "the checkpoint could not be written during training: \(reason)"))

    try FileManager.default.createDirectory(atPath: away, withIntermediateDirectories: false)
    let error = #expect(throws: OutputError.self) {
      try integrate(cells, options: options) { progress in
        guard progress.stage == .training else { return }
        try FileManager.default.removeItem(atPath: away)
        throw Stop()
      }
    }
    #expect(error?.description == reason)
  }
}

/// The answers to checkpoints that a training cannot go on from.
@Suite struct CheckpointErrorTests {
  let folder: TemporaryFolder
  let path: String
  let cells = smallCells()

  init() throws {
    folder = try TemporaryFolder()
    path = folder.path("c")
    #expect(throws: Stop.self) {
      try integrate(cells, options: options(resumes: false)) { progress in
        if progress.stage == .training, progress.fraction > 0.4 { throw Stop() }
      }
    }
  }

  private func options(resumes: Bool = true) -> IntegrationOptions {
    var options = IntegrationTests.options(visits: 640)
    options.checkpoint = CheckpointOptions(path: path)
    options.checkpoint?.resumes = resumes
    return options
  }

  /// Checks what resuming says, to the letter, and that the checkpoint stays.
  private func expect(
    _ message: String, _ category: FailureCategory, cells: CellDataset? = nil,
    options: IntegrationOptions? = nil, sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    let before = try Data(contentsOf: URL(filePath: path))
    let error = #expect(throws: (any Error).self, sourceLocation: sourceLocation) {
      try integrate(cells ?? self.cells, options: options ?? self.options())
    }
    let found = error.map { "\($0)" }?.replacing(path, with: "c")
    #expect(found == message, sourceLocation: sourceLocation)
    #expect(error.flatMap { failureCategory(of: $0) } == category, sourceLocation: sourceLocation)
    #expect(
      try Data(contentsOf: URL(filePath: path)) == before, sourceLocation: sourceLocation)
  }

  private static let remedy = "; give the same data, or leave out `resumes` to start from scratch"

  private static let optionRemedy =
    "; give the same options, or leave out `resumes` to start from scratch"

  @Test func `other options, all of them named`() throws {
    var other = options()
    other.model.latent = 5
    other.training.klWeight = 1
    other.training.precision = .float32
    other.training.visits = nil
    other.seed = 7
    other.geneCount = 20
    try expect(
      "'c' belongs to a training with other options: `geneCount` was 2000 and is now 20; "
        + "`klWeight` was 0.2 and is now 1; `latent` was 4 and is now 5; `precision` was bf16 "
        + "and is now float32; `seed` was 0 and is now 7; `visits` was 640 and is now not given"
        + Self.optionRemedy,
      .usage, options: other)
  }

  @Test func `other cells`() throws {
    try expect(
      "'c' belongs to a training on other data: it had 120 cells, now 60; it used 30 genes, now 12"
        + Self.remedy,
      .data, cells: smallCells(count: 60, genes: 12))
  }

  @Test func `other names, batches and counts`() throws {
    func changed(
      names: [String]? = nil, genes: [String]? = nil, batches: BatchAssignment? = nil,
      seed: UInt64 = 1
    ) -> CellDataset {
      CellDataset(
        parts: smallCells(seed: seed).parts, names: names ?? cells.names,
        genes: genes ?? cells.genes, batches: batches ?? cells.batches)
    }
    let start = "'c' belongs to a training on other data: "
    try expect(
      start + "its cells had other names" + Self.remedy, .data,
      cells: changed(names: cells.names.reversed()))
    try expect(
      start + "it used other genes" + Self.remedy, .data,
      cells: changed(genes: cells.genes.map { $0 + "'" }))
    try expect(
      start + "its batches were 'a', 'b', now 'a', 'c'" + Self.remedy, .data,
      cells: changed(
        batches: BatchAssignment(names: ["a", "c"], batchOfCell: cells.batches.batchOfCell)))
    try expect(
      start + "its cells belonged to other batches" + Self.remedy, .data,
      cells: changed(
        batches: BatchAssignment(
          names: ["a", "b"], batchOfCell: cells.batches.batchOfCell.map { 1 - $0 })))
    let totals = try [cells, smallCells(seed: 2)].map { cells in
      try CellSummary(of: cells, minimumCounts: 1, minimumGenes: 0, anyScale: false) { _ in }
        .totals.reduce(0, +)
    }
    try expect(
      start + "its counts summed to \(totals[0]), now \(totals[1])" + Self.remedy,
      .data, cells: changed(seed: 2))
  }

  @Test func `a file of another kind is neither read nor replaced`() throws {
    let file = try File(creatingAt: path)
    try file.write([1.0], at: "precious")
    try file.close()
    for resumes in [true, false] {
      try expect(
        "'c' is not a scharmonize checkpoint (it holds precious); name another file with "
          + "`checkpoint`",
        .usage, options: options(resumes: resumes))
    }
    try Data("precious".utf8).write(to: URL(filePath: path))
    try expect(
      "'c' is not a scharmonize checkpoint; name another file with `checkpoint`", .usage,
      options: options(resumes: false))
  }

  @Test func `a checkpoint of another version`() throws {
    let file = try File(editingAt: path)
    try file.setAttribute("scharmonize", of: "/", to: .string("7.1.0"))
    try file.close()
    try expect(
      "'c' was written by scharmonize 7.1.0; this is \(scharmonizeVersion), whose steps may "
        + "differ; resume with that version, or leave out `resumes` to start from scratch",
      .data)
  }

  @Test func `a damaged checkpoint`() throws {
    let file = try File(editingAt: path)
    try file.delete("network/optimizer/encoder.mu.bias.mean")
    try file.write([Float(0), .infinity, 0, 0], at: "network/optimizer/encoder.mu.bias.mean")
    try file.close()
    try expect(
      "'network/optimizer/encoder.mu.bias.mean' in the checkpoint 'c' is damaged: value 1 is inf; "
        + "leave out `resumes` to start from scratch",
      .data)
  }

  @Test func `a checkpoint with another critic, or without`() throws {
    var other = options()
    other.training.adversary = 3
    other.training.criticNorm = .spectral
    try expect(
      "'c' belongs to a training with other options: `adversary` was 0 and is now 3; "
        + "`criticNorm` was layer and is now spectral" + Self.optionRemedy,
      .usage, options: other)

    var anew = other
    anew.checkpoint?.resumes = false
    #expect(throws: Stop.self) {
      try integrate(cells, options: anew) { progress in
        if progress.stage == .training, progress.fraction > 0.4 { throw Stop() }
      }
    }
    let file = try File(editingAt: path)
    try file.delete("network/critic/critic.output.left")
    try file.close()
    try expect(
      "'network' in the checkpoint 'c' is damaged: the model has no 'critic.output.left'; leave "
        + "out `resumes` to start from scratch",
      .data, options: other)
  }

  @Test func `a truncated checkpoint is refused, and replaced by a run that starts anew`() throws {
    let whole = try Data(contentsOf: URL(filePath: path))
    try whole.prefix(whole.count / 2).write(to: URL(filePath: path))
    try expect(
      "cannot open 'c': it is truncated: it has \(whole.count / 2) of \(whole.count) bytes",
      .data)
    var anew = options(resumes: false)
    anew.checkpoint?.interval = 1e-9
    _ = try integrate(cells, options: anew)
    #expect(TrainingPosition(ofCheckpointAt: path) == TrainingPosition(step: 20, steps: 20))
  }
}
