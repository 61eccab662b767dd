import CellFiles
import Foundation
import Numerics
import Testing
import TestSupport
@testable import Alignment
@testable import CountData
@testable import Integration
@testable import NeuralNet
@testable import Support
@testable import Training

/// A protected factor: what stays, and what is refused.
@Suite struct ProtectionTests {
  let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  /// Cells of two types, two conditions and two donors; a batch is a donor in a condition.
  ///
  /// A condition adds to genes 20 to 24, a donor multiplies every third gene.
  static func samples(count: Int = 320) -> CellDataset {
    let cells = smallCells(count: count) { dense in
      for cell in 0..<count where isTreated(cell) {
        for gene in 20..<25 { dense[cell * 30 + gene] += 25 }
      }
    }
    let names = ["d0 control", "d1 control", "d0 treated", "d1 treated"]
    var made = CellDataset(
      parts: cells.parts, names: cells.names, genes: cells.genes,
      batches: BatchAssignment(
        names: names,
        batchOfCell: (0..<count).map { Int32($0 % 2 + (isTreated($0) ? 2 : 0)) }))
    let conditions: [String?] = (0..<count).map { isTreated($0) ? "treated" : "control" }
    made.setColumn("condition", to: conditions)
    return made
  }

  private static func isTreated(_ cell: Int) -> Bool { cell / 4 % 2 == 1 }

  private static func options(_ protect: String?, visits: Int = 20_000) -> IntegrationOptions {
    var options = IntegrationTests.options(visits: visits)
    options.protect = protect
    return options
  }

  @Test func `donors come together, and conditions stay apart`() throws {
    let cells = Self.samples()
    let plain = try integrate(cells, options: Self.options(nil))
    let kept = try integrate(cells, options: Self.options("condition"))
    func apart(_ result: IntegrationResult, _ group: (Int) -> Bool) -> Float {
      IntegrationTests.separation(result.embedding, of: group)
    }
    #expect(apart(kept, Self.isTreated) > 5 * apart(plain, Self.isTreated))
    #expect(apart(kept, Self.isTreated) > 0.3)
    #expect(apart(kept) { $0 % 2 == 1 } < 0.1)
    #expect(apart(kept) { $0 % 4 < 2 } > 0.5)
    let record = try #require(kept.record.protected)
    #expect(record.column == "condition")
    #expect(
      record.levels == [
        .init(name: "control", cells: 160, batches: 2),
        .init(name: "treated", cells: 160, batches: 2),
      ])
    #expect(plain.record.protected == nil)
    #expect(!String(decoding: try plain.record.json(), as: UTF8.self).contains("protect"))
  }

  @Test func `corrected expression keeps the condition's genes`() throws {
    let cells = Self.samples()
    let kept = try integrate(cells, options: Self.options("condition"))
    let table = kept.correctedExpression(of: 0..<320)
    let changed = kept.genesUsed.indices.filter { (20..<25).contains(kept.genesUsed[$0]) }
    #expect(changed.count == 5)
    func mean(_ isIn: (Int) -> Bool) -> Float {
      let members = (0..<320).filter(isIn)
      return members.reduce(0) { sum, cell in
        sum + changed.reduce(0) { $0 + table.values[cell * table.columns + $1] }
      } / Float(members.count)
    }
    #expect(mean(Self.isTreated) > 3 * mean { !Self.isTreated($0) })
  }

  @Test func `a factor that crosses batches stays as well`() throws {
    var cells = smallCells(count: 240) { dense in
      for cell in 0..<240 where Self.isTreated(cell) {
        for gene in 20..<25 { dense[cell * 30 + gene] += 25 }
      }
    }
    let conditions: [String?] = (0..<240).map { Self.isTreated($0) ? "treated" : "control" }
    cells.setColumn("condition", to: conditions)
    let kept = try integrate(cells, options: Self.options("condition"))
    #expect(IntegrationTests.separation(kept.embedding, of: Self.isTreated) > 0.3)
    #expect(IntegrationTests.separation(kept.embedding) { $0 % 2 == 1 } < 0.1)
  }

  @Test func `levels without cells of their own batches are decoded as all batches`() {
    let options = AutoencoderOptions()
    let model = Autoencoder(genes: 12, batches: 3, options: options, seed: 2)
    let latent = Matrix(rows: 2, columns: options.latent, values: (0..<40).map { Float($0) / 40 })
    let all = model.decode(latent)
    let levels = DecodedLevels(ofCell: [0, 1], batches: [[0, 1, 2], [1]])
    let within = model.decode(latent, within: levels)
    let second = model.decode(latent, as: .batch(1))
    for gene in 0..<12 {
      #expect(abs(within[0, gene] - all[0, gene]) < 1e-5)
      #expect(abs(within[1, gene] - second[1, gene]) < 1e-5)
    }
  }

  /// A network whose decoder has a covariate and two protected levels.
  private static func network(levelColumns: Int) -> (Autoencoder, Matrix) {
    var options = AutoencoderOptions()
    options.latent = 4
    let model = Autoencoder(
      genes: 12, batches: 2, options: options, covariates: 3, levelColumns: levelColumns, seed: 2)
    return (model, Matrix(rows: 2, columns: 4, values: (0..<8).map { Float($0 % 4) / 4 }))
  }

  @Test func `a cell is decoded with its own level, whatever the batch`() {
    let (model, latent) = Self.network(levelColumns: 2)
    let batches = [[0, 1], [0, 1]]
    let apart = model.decode(
      latent, from: [0, 1], within: DecodedLevels(ofCell: [0, 1], batches: batches))
    let together = model.decode(
      latent, from: [0, 1], within: DecodedLevels(ofCell: [1, 1], batches: batches))
    let genes = 0..<12
    // Both cells have the same latent position.
    #expect(genes.allSatisfy { together[0, $0] == together[1, $0] })
    #expect(genes.contains { abs(apart[0, $0] - apart[1, $0]) > 1e-3 })
    #expect(genes.allSatisfy { apart[1, $0] == together[1, $0] })
  }

  @Test func `the pull moves the weights of levels, and no others`() throws {
    var (model, _) = Self.network(levelColumns: 2)
    let before = model.parameters
    try #require(model.state.levelPull).apply(to: model.state.parameters.view, rate: 0.1)
    for (old, new) in zip(before, model.parameters) {
      for (place, value) in old.values.enumerated() {
        // Of seven inputs the first four are latent, and the fifth is the covariate.
        let isLevel = old.name == "decoder.0.weight" && place % 7 >= 5
        #expect(new.values[place] == (isLevel ? (1 - 0.1 * LevelPull.strength) * value : value))
      }
    }
    (model, _) = Self.network(levelColumns: 0)
    #expect(model.state.levelPull == nil)
  }

  @Test func `levels that were mixed and come apart are warned of`() {
    func concern(_ before: Double?, _ after: Double?) -> String? {
      ProtectionRecord(column: "sex", levels: [], mixingBefore: before, mixingAfter: after).concern
    }
    #expect(
      concern(0.98, 0.72)
        == "the levels of the protected 'sex' mix at 0.72 in the embedding and at 0.98 before the "
        + "correction; part of the distance between them may be noise, so compare genes between them "
        + "in the counts")
    #expect(concern(0.98, 0.85) == nil)
    #expect(concern(0.45, 0.1) == nil)
    #expect(concern(nil, 0.1) == nil)
  }

  @Test(
    arguments: [
      (
        "gaps",
        "1 of 320 cells have no level of the protected 'gaps', first 'cell7'; give them one, or remove "
          + "them"
      ),
      (
        "one",
        "the protected 'one' is 'x' in all cells, so it has no differences; leave it out"
      ),
      (
        "sample",
        "no two batches share one of the 4 levels of the protected 'sample', so nothing could be "
          + "corrected; protect a factor with several batches in a level, or give other batches"
      ),
      (
        "absent",
        "the cells have no column 'absent'; they have 'condition', 'gaps', 'one', 'sample'"
      ),
    ])
  func `what cannot be protected is refused before any training`(
    column: String, sentence: String
  ) throws {
    var cells = Self.samples()
    let gaps: [String?] = (0..<320).map { $0 == 7 ? nil : "\($0 / 8 % 2)" }
    cells.setColumn("gaps", to: gaps)
    cells.setColumn("one", to: [String?](repeating: "x", count: 320))
    let samples: [String?] = cells.batches.batchOfCell.map { "s\($0)" }
    cells.setColumn("sample", to: samples)
    let error = #expect(throws: (any Error).self) {
      try integrate(cells, options: Self.options(column)) { _ in Issue.record("it has begun") }
    }
    #expect(error.map { "\($0)" } == sentence)
  }

  @Test(arguments: ["encoder", "decoder", "adversary", "latent"])
  func `options that would remove the differences are refused`(kind: String) throws {
    var options = Self.options("condition")
    let setting: String
    switch kind {
    case "encoder": (options.model.encoderNorm, setting) = (.perBatch, "`encoderNorm = per-batch`")
    case "decoder": (options.model.decoderNorm, setting) = (.perBatch, "`decoderNorm = per-batch`")
    case "adversary": (options.training.adversary, setting) = (3, "`adversary = 3`")
    default: (options.space, setting) = (.latent, "`space = latent`")
    }
    let error = #expect(throws: ProtectionError.self) {
      try integrate(Self.samples(), options: options)
    }
    let start =
      setting + " would remove differences between the levels of the protected 'condition'; "
    #expect(error.map { "\($0)".hasPrefix(start) } == true)
    #expect(error?.category == .usage)
  }

  @Test func `a covariate that goes with the levels is refused or warned of`() throws {
    var cells = Self.samples()
    let doses: [String?] = (0..<320).map { Self.isTreated($0) ? "high" : "none" }
    cells.setColumn("dose", to: doses)
    var options = Self.options("condition")
    options.covariates = ["dose:categorical"]
    // Within each batch it is constant as well, which is found first.
    #expect(throws: CovariateError.isBatch(name: "dose")) { try integrate(cells, options: options) }
    var crossed = smallCells(count: 240)
    let conditions: [String?] = (0..<240).map { Self.isTreated($0) ? "treated" : "control" }
    crossed.setColumn("condition", to: conditions)
    crossed.setColumn("dose", to: (0..<240).map { Self.isTreated($0) ? 2.0 : 0.5 })
    options.covariates = ["dose"]
    #expect(throws: ProtectionError.isCovariate(name: "dose", column: "condition")) {
      try integrate(crossed, options: options)
    }
    crossed.setColumn(
      "dose", to: (0..<240).map { Double($0 % 5) / 5 + (Self.isTreated($0) ? 2 : 0) })
    #expect(
      try GivenColumns(options, of: crossed).diagnostics.warnings == [
        "the covariate 'dose' and the protected 'condition' are confounded (correlation ratio = 0.96); "
          + "removing the one may remove differences of the other"
      ])
  }

  @Test func `batches that share no level are named`() throws {
    var cells = Self.samples()
    let parts: [String?] = cells.batches.batchOfCell.map { $0 < 3 ? "x" : "y" }
    cells.setColumn("part", to: parts)
    #expect(
      try GivenColumns(Self.options("part"), of: cells).diagnostics.warnings == [
        "1 batch shares no level of the protected 'part' with another batch and is not corrected: 'd1 "
          + "treated'"
      ])
  }

  @Test func `a model with a protected factor maps no new cells`() throws {
    let cells = Self.samples()
    let path = folder.path("model.h5")
    try Model(integrate(cells, options: Self.options("condition", visits: 1_000)), of: cells)
      .write(to: path)
    let model = try Model(readingAt: path)
    #expect(model.protectedKey == "condition")
    #expect(throws: MappingError.protects(column: "condition")) { try model.map(cells) }
    #expect(
      MappingError.protects(column: "condition").description
        == "the model protects 'condition', and new cells cannot be compared with it within the "
        + "levels; integrate the new cells together with the others")
  }

  @Test func `the permutation test permutes batches within levels`() throws {
    let cells = Self.samples()
    let levels = try #require(try ProtectedLevels(Self.options("condition"), of: cells))
    let permuted = try cells.permutingBatches(seed: 4, within: levels.ofCell)
    #expect(permuted.batches.batchOfCell != cells.batches.batchOfCell)
    for (batch, level) in zip(permuted.batches.batchOfCell, levels.ofCell) {
      #expect(batch / 2 == level)
    }
    let options = Self.options("condition", visits: 500)
    var result = try integrate(cells, options: options)
    try result.testAgainstNull(cells, options: options)
    #expect(result.record.nullTest != nil)
  }

  @Test func `the bytes are the same for one thread and for four, and after a stop`() throws {
    struct Stop: Error {}
    let cells = Self.samples()
    var options = Self.options("condition", visits: 2_000)
    let one = try integrate(cells, options: options)
    options.threads = 4
    #expect(try integrate(cells, options: options).embedding == one.embedding)
    options.checkpoint = CheckpointOptions(path: folder.path("c.checkpoint"))
    #expect(throws: Stop.self) {
      try integrate(cells, options: options) { progress in
        if progress.stage == .training, progress.fraction >= 0.4 { throw Stop() }
      }
    }
    options.checkpoint?.resumes = true
    var other = options
    other.protect = nil
    #expect(throws: CheckpointError.self) { try integrate(cells, options: other) }
    #expect(try integrate(cells, options: options).embedding == one.embedding)
  }
}
