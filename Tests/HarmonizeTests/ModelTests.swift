import CellFiles
import Foundation
import HDF5
import Numerics
internal import NeuralNet
import Testing
import TestSupport
import Training
@testable import Alignment
@testable import CountData
@testable import Integration
@testable import Support

/// A model in a file has all that the run had, and nothing else is taken for one.
@Suite struct ModelTests {
  let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  /// Cells of two batch keys, whose combinations are the network's batches.
  static func cellsOfTwoKeys() -> CellDataset {
    let cells = smallCells()
    let keys = [
      BatchAssignment(names: ["a", "b"], batchOfCell: (0..<120).map { Int32($0 % 2) }),
      BatchAssignment(names: ["v2", "v3"], batchOfCell: (0..<120).map { Int32($0 / 2 % 2) }),
    ]
    var both = CellDataset(
      parts: cells.parts, names: cells.names, genes: cells.genes,
      batches: BatchAssignment(combining: keys))
    both.batchKeys = keys
    both.batchKey = "lab, chemistry"
    return both
  }

  private func store(of cells: CellDataset, like result: IntegrationResult) throws -> CountStore {
    let options = result.record.options
    let summary = try CellSummary(
      of: cells, minimumCounts: options.minimumCounts, minimumGenes: options.minimumGenes,
      anyScale: options.model.loss == .meanSquaredError
    ) { _ in }
    return try CountStore(cells, selected: result.genesUsed, summary: summary) { _ in }
  }

  @Test(arguments: ["default", "layer norm", "mse", "latent", "residual", "two keys"])
  func `a model that was read does what the run did, to the byte`(kind: String) throws {
    var options = IntegrationTests.options(visits: 1_000)
    options.components = 4
    var cells = smallCells()
    switch kind {
    case "layer norm":
      options.model.encoderNorm = .layer
      options.model.decoderNorm = .none
      options.componentScaling = 0.5
    case "mse":
      options.model.loss = .meanSquaredError
      cells = smallCells { dense in dense = dense.map { $0 - 2 } }
    case "latent":
      options.space = .latent
      options.alignment = nil
      options.training.precision = .float32
    case "residual":
      options.model.hidden = [16, 16]
      options.model.residual = true
      options.model.batchShrinkage = .infinity
    case "two keys":
      cells = Self.cellsOfTwoKeys()
      options.alignment?.theta = [1, 2]
      options.alignment?.ridge = 3
      options.alignment?.clusters = 5
    default: break
    }
    let result = try integrate(cells, options: options)
    let model = try Model(result, of: cells)
    let path = folder.path("model.h5")
    try model.write(to: path)
    let read = try Model(readingAt: path, threads: 3)

    #expect(read.trained.genes == result.genesUsed.map { cells.genes[$0] })
    #expect(read.trained.batches == cells.batches.names)
    #expect(read.trained.network.options == options.model)
    #expect(read.trained.network.profilePrecision == options.training.precision)
    #expect(read.trained.network.parameters == result.model.network.parameters)
    #expect(read.trained.network.statistics == result.model.network.statistics)
    #expect(read.batchKeys == model.batchKeys)
    #expect(read.levelsOfBatch == model.levelsOfBatch)
    #expect(read.deviations == model.deviations)
    #expect((read.deviations == nil) == (kind != "mse"))
    #expect(read.components == result.components)
    #expect(read.componentScaling == options.componentScaling)
    #expect(read.alignment == result.alignment)
    #expect(read.alignmentOptions == options.alignment)
    #expect(read.reference == model.reference)
    #expect(read.reference.embedding == result.embedding)
    #expect(read.record == model.record)

    let latent = try latentMeans(
      of: store(of: cells, like: result), batches: cells.batches.batchOfCell,
      with: read.trained.network, pool: ThreadPool(threads: 2))
    #expect(latent == result.latent)
    let place = try read.coordinates(ofLatent: latent)
    #expect(place == (try model.coordinates(ofLatent: result.latent)))
    if kind == "latent" { #expect(place == result.embedding) }
    let matrix = Matrix(rows: 120, columns: 4, values: latent.values)
    #expect(
      read.trained.network.decode(matrix, as: .mixture)
        == result.model.network.decode(matrix, as: .mixture))
  }

  @Test func `the keys, their levels and the masses of clusters are kept`() throws {
    let cells = Self.cellsOfTwoKeys()
    let model = try Model(
      integrate(cells, options: IntegrationTests.options(visits: 500)), of: cells)
    #expect(model.batchKeys.map(\.name) == ["lab", "chemistry"])
    #expect(model.batchKeys.map(\.levels) == [["a", "b"], ["v2", "v3"]])
    #expect(model.trained.batches == ["a / v2", "a / v3", "b / v2", "b / v3"])
    #expect(model.levelsOfBatch == [[0, 0], [0, 1], [1, 0], [1, 1]])
    let alignment = try #require(model.alignment)
    #expect(alignment.combinations.count == 4)
    #expect(alignment.masses.count == 4 * alignment.clusterCount)
    // Each cell's memberships add to one.
    #expect(abs(alignment.masses.reduce(0, +) - 120) < 1e-3)
    #expect(model.reference.wasTrainedOn == Array(repeating: true, count: 120))
  }

  @Test func `genes that batches lack are kept`() throws {
    let cells = smallCells()
    let result = try integrate(cells, options: IntegrationTests.options(visits: 500))
    let padding = GenePadding(
      missing: [[], [3, 7, 29]], meanInputs: (0..<30).map { Float($0) / 10 })
    var network = Autoencoder(
      genes: 30, batches: 2, options: result.model.network.options, padding: padding, seed: 0)
    try network.restore(
      parameters: result.model.network.parameters, statistics: result.model.network.statistics)
    var padded = result
    padded.model = TrainedModel(
      genes: result.model.genes, batches: result.model.batches, network: network)
    try Model(padded, of: cells).write(to: folder.path("model.h5"))
    let read = try Model(readingAt: folder.path("model.h5"))
    #expect(read.trained.network.padding == padding)
  }

  @Test func `two runs write the same bytes, at any number of threads`() throws {
    let cells = smallCells()
    for threads in 1...2 {
      let options = IntegrationTests.options(visits: 1_000, threads: threads)
      try Model(integrate(cells, options: options), of: cells)
        .write(to: folder.path("\(threads).h5"))
    }
    let first = try Data(contentsOf: folder.url.appending(path: "1.h5"))
    #expect(try Data(contentsOf: folder.url.appending(path: "2.h5")) == first)
    // Writing what was read gives them again.
    try Model(readingAt: folder.path("1.h5")).write(to: folder.path("3.h5"))
    #expect(try Data(contentsOf: folder.url.appending(path: "3.h5")) == first)
  }

  @Test func `a file that was cut off anywhere is refused`() throws {
    let cells = smallCells(count: 40, genes: 6)
    var options = IntegrationTests.options(visits: 200)
    options.model.hidden = [4]
    try Model(integrate(cells, options: options), of: cells).write(to: folder.path("model.h5"))
    let whole = try Data(contentsOf: folder.url.appending(path: "model.h5"))
    let url = folder.url.appending(path: "damaged.h5")
    for length in stride(from: 0, to: whole.count, by: whole.count / 40 + 1) {
      try whole.prefix(length).write(to: url)
      let error = #expect(throws: HDF5Error.self, "\(length)") { try Model(readingAt: url.path) }
      if let error { #expect(failureCategory(of: error) == .data, "\(length): \(error)") }
    }
  }
}

/// The answers to files that are no models.
@Suite struct ModelErrorTests {
  let folder: TemporaryFolder
  let path: String

  init() throws {
    folder = try TemporaryFolder()
    path = folder.path("model.h5")
    let cells = smallCells()
    var options = IntegrationTests.options(visits: 500)
    options.components = 4
    try Model(integrate(cells, options: options), of: cells).write(to: path)
  }

  /// Changes the file, and checks what reading it says, to the letter.
  private func expect(
    _ message: String, sourceLocation: SourceLocation = #_sourceLocation,
    after change: (borrowing File) throws -> Void
  ) throws {
    let file = try File(editingAt: path)
    try change(file)
    try file.close()
    let error = #expect(throws: (any Error).self, sourceLocation: sourceLocation) {
      try Model(readingAt: path)
    }
    let found = error.map { "\($0)" }?.replacing(path, with: "model.h5")
    #expect(found == message, sourceLocation: sourceLocation)
    if let error { #expect(failureCategory(of: error) == .data, sourceLocation: sourceLocation) }
  }

  private static let remedy = "; train the model again, or copy the file again"

  @Test func `a file of a later version`() throws {
    try expect(
      "'model.h5' is a model of format \(Model.formatVersion + 1), written by scharmonize 7.1.0; this is scharmonize "
        + "\(scharmonizeVersion), which reads formats up to \(Model.formatVersion); use the newer one"
    ) { file in
      try file.setAttribute("version", of: "/", to: .integer(Int64(Model.formatVersion + 1)))
      try file.setAttribute("scharmonize", of: "/", to: .string("7.1.0"))
    }
  }

  @Test func `HDF5 of another kind`() throws {
    let file = try File(creatingAt: path)
    try file.write([1.0], at: "weights")
    try file.close()
    try expect(
      "'model.h5' is HDF5, but not a scharmonize model; at its root are: weights; give the file "
        + "that `Model` wrote"
    ) { _ in }
  }

  @Test func `a parameter of another shape`() throws {
    try expect(
      "'network/parameters/encoder.mu.weight' in the model 'model.h5' is damaged: its shape is "
        + "[2, 2], not [4, 16]" + Self.remedy
    ) { file in
      try file.delete("network/parameters/encoder.mu.weight")
      try file.write(
        [Float](repeating: 0, count: 4), at: "network/parameters/encoder.mu.weight", shape: [2, 2])
    }
  }

  @Test func `a parameter that is missing`() throws {
    let error = #expect(throws: HDF5Error.self) {
      let file = try File(editingAt: path)
      try file.delete("network/parameters/encoder.mu.weight")
      try file.close()
      _ = try Model(readingAt: path)
    }
    guard case .noSuchObject("network/parameters/encoder.mu.weight", _, _) = error else {
      Issue.record("\(error as Any)")
      return
    }
  }

  @Test func `a parameter that the options do not call for`() throws {
    try expect(
      "'network/parameters/encoder.7.weight' in the model 'model.h5' is damaged: the options of "
        + "the network do not require it" + Self.remedy
    ) { file in try file.write([1.0], at: "network/parameters/encoder.7.weight") }
  }

  @Test func `parameters that are not finite`() throws {
    try expect(
      "'network/parameters/encoder.mu.bias' in the model 'model.h5' is damaged: value 2 is nan"
        + Self.remedy
    ) { file in
      try file.delete("network/parameters/encoder.mu.bias")
      try file.write([Float(0), 0, .nan, 0], at: "network/parameters/encoder.mu.bias")
    }
  }

  @Test func `a parameter that was changed`() throws {
    let digest = try Model(readingAt: path).trained.digest
    let error = #expect(throws: ModelError.self) {
      let file = try File(editingAt: path)
      try file.delete("network/parameters/encoder.mu.bias")
      try file.write([Float(0), 1, 2, 3], at: "network/parameters/encoder.mu.bias")
      try file.close()
      _ = try Model(readingAt: path)
    }
    guard case .damaged(path, "network", let problem) = error else {
      Issue.record("\(error as Any)")
      return
    }
    #expect(problem.hasSuffix(", not \(digest)"))
  }

  @Test func `a variance below zero`() throws {
    let name = "network/statistics/encoder.0.norm.variance"
    try expect(
      "'\(name)' in the model 'model.h5' is damaged: a variance is below zero" + Self.remedy
    ) { file in
      try file.delete(name)
      try file.write([Float](repeating: -1, count: 16), at: name, shape: [1, 16])
    }
  }

  @Test func `an option that there is not`() throws {
    try expect(
      "'network@encoder_norm' in the model 'model.h5' is damaged: it is 'weight', not one of "
        + "'batch', 'source', 'matched', 'layer', 'group', 'none'" + Self.remedy
    ) { try $0.setAttribute("encoder_norm", of: "network", to: .string("weight")) }
  }

  @Test func `options of a network that no file holds`() throws {
    try expect(
      "'network/parameters/encoder.0.weight' in the model 'model.h5' is damaged: its shape is "
        + "[30, 16], not [30, 16384]" + Self.remedy
    ) { try $0.setAttribute("hidden", of: "network", to: .integers([16_384, 16_384, 16_384])) }
  }

  @Test func `levels that no key has`() throws {
    try expect(
      "'sources/levels' in the model 'model.h5' is damaged: row 1 has the level 9 of 2"
        + Self.remedy
    ) { file in
      try file.delete("sources/levels")
      try file.write([Int32(0), 9], at: "sources/levels", shape: [2, 1])
    }
  }

  @Test func `a reference of another size`() throws {
    try expect(
      "'reference/latent' in the model 'model.h5' is damaged: its shape is [1, 4], not [120, 4]"
        + Self.remedy
    ) { file in
      try file.delete("reference/latent")
      try file.write([Float](repeating: 0, count: 4), at: "reference/latent", shape: [1, 4])
    }
  }

  @Test func `a truncated file`() throws {
    let whole = try Data(contentsOf: URL(filePath: path))
    try whole.prefix(whole.count / 2).write(to: URL(filePath: path))
    #expect(
      throws: HDF5Error.cannotOpen(
        path: path, reason: .truncated(bytes: whole.count / 2, expected: whole.count))
    ) { try Model(readingAt: path) }
  }
}
