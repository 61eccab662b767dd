import CellFiles
import Foundation
import HDF5
import Numerics
import Testing
import TestSupport
@testable import Alignment
@testable import CountData
@testable import Integration
@testable import NeuralNet
@testable import Support
@testable import Training

extension CellDataset {
  /// Gives each cell a number, or NaN.
  fileprivate mutating func number(_ name: String, _ value: (Int) -> Double) {
    setColumn(name, to: (0..<count).map(value))
  }

  /// Gives each cell a label.
  fileprivate mutating func label(_ name: String, _ value: (Int) -> String) {
    let labels: [String?] = (0..<count).map(value)
    setColumn(name, to: labels)
  }
}

/// Covariates of a run: what is removed, recorded and refused.
@Suite struct CovariateTests {
  let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  /// Cells of which every third has a programme of five genes, with its columns.
  static func stressedCells(count: Int = 240) -> CellDataset {
    var cells = smallCells(count: count) { dense in
      for cell in stride(from: 0, to: count, by: 3) {
        for gene in 10..<15 { dense[cell * 30 + gene] += 25 }
      }
    }
    cells.label("stressed") { $0 % 3 == 0 ? "yes" : "no" }
    cells.number("score") { score($0, steps: 7) }
    return cells
  }

  private static func score(_ cell: Int, steps: Int) -> Double {
    let base: Double = cell % 3 == 0 ? 2 : 0
    return base + Double(cell % steps) / 20
  }

  private static func options(_ covariates: [CovariateKey]?, visits: Int = 8_000)
    -> IntegrationOptions
  {
    var options = IntegrationTests.options(visits: visits)
    options.covariates = covariates
    return options
  }

  private func isStressed(_ cell: Int) -> Bool { cell % 3 == 0 }

  @Test(arguments: [["stressed"], ["score"], ["stressed", "score"]] as [[CovariateKey]])
  func `a programme in a third of the cells is removed, and types stay apart`(
    keys: [CovariateKey]
  ) throws {
    let cells = Self.stressedCells()
    let plain = try integrate(cells, options: Self.options(nil, visits: 20_000))
    let result = try integrate(cells, options: Self.options(keys, visits: 20_000))
    let before = IntegrationTests.separation(plain.embedding, of: isStressed)
    let after = IntegrationTests.separation(result.embedding, of: isStressed)
    #expect(after < before / 10, "\(before) \(after)")
    #expect(IntegrationTests.separation(result.embedding) { $0 % 4 < 2 } > 2)
    #expect(result.model.network.covariates == (keys.count == 2 ? 3 : keys == ["score"] ? 1 : 2))
    let records = try #require(result.record.covariates)
    #expect(records.map(\.name) == keys.map(\.name))
    for record in records {
      let (start, end) = (try #require(record.explainedBefore), try #require(record.explainedAfter))
      #expect(start > 0.05 && end < start / 5, "\(start) \(end)")
      #expect(record.batchAssociation < 0.1)
    }
    #expect(plain.record.covariates == nil)
    #expect(!String(decoding: try plain.record.json(), as: UTF8.self).contains("covariate"))
  }

  @Test func `the kind is told by the column's type, or forced`() throws {
    var cells = Self.stressedCells()
    cells.number("chemistry") { Double($0 / 2 % 3) }
    func encodings(_ keys: [CovariateKey]) throws -> [CovariateEncoding] {
      try #require(try Covariates(Self.options(keys), of: cells)).encodings
    }
    let found = try encodings(["stressed", "score", "chemistry"])
    #expect(found.map(\.kind) == [.categorical, .continuous, .continuous])
    #expect(found[0].levels == ["no", "yes"])
    #expect(found[0].shares.map { ($0 * 3).rounded() } == [2, 1])
    #expect(try encodings(["chemistry:categorical"])[0].levels == ["0.0", "1.0", "2.0"])
    cells.label("text") { "\($0 % 5)" }
    let text = try encodings(["text:continuous"])[0]
    #expect(text.kind == .continuous && abs(text.mean - 2) < 1e-12)
    #expect(abs(text.deviation - 2.0.squareRoot()) < 1e-12)
    let notices = try #require(try Covariates(Self.options(["chemistry"]), of: cells))
      .diagnostics.notices
    #expect(
      notices == [
        "the covariate 'chemistry' has 3 different numbers and is continuous; give "
          + "`covariates = chemistry:categorical` if they name levels"
      ])
  }

  @Test func `columns are centred, and far numbers count as five deviations`() throws {
    var cells = Self.stressedCells()
    cells.number("far") { $0 == 7 ? 1e6 : Double($0 % 4) }
    let covariates = try #require(
      try Covariates(Self.options(["stressed", "far"]), of: cells))
    #expect(covariates.design.width == 3 && covariates.design.cellCount == 240)
    #expect(covariates.design.values(ofCell: 7).last == 5)
    for column in 0..<2 {
      let sum = (0..<240).reduce(Float(0)) { $0 + covariates.design.values[$1 * 3 + column] }
      #expect(abs(sum) < 1e-3)
    }
  }

  struct Refused: Sendable, CustomTestStringConvertible {
    let keys: [CovariateKey]
    let sentence: String
    var labelKey: String?
    var testDescription: String { keys.map(\.description).joined(separator: ",") }
  }

  static let refused = [
    Refused(
      keys: ["gaps"],
      sentence:
        "2 of 240 cells have no value of the covariate 'gaps', first 'cell5'; give them one, "
        + "or remove them"),
    Refused(
      keys: ["blank"],
      sentence: "1 of 240 cells have no value of the covariate 'blank', first 'cell9'; give them "
        + "one, or remove them"),
    Refused(
      keys: ["stressed:continuous"],
      sentence:
        "the covariate 'stressed' is 'yes' in cell 'cell0', and not a finite number; replace "
        + "it, or give `covariates = stressed:categorical`"),
    Refused(
      keys: ["infinite"],
      sentence:
        "the covariate 'infinite' is 'inf' in cell 'cell3', and not a finite number; replace "
        + "it, or give `covariates = infinite:categorical`"),
    Refused(
      keys: ["one"],
      sentence:
        "the covariate 'one' is 'x' in all cells, so it has no effect to remove; leave it out"),
    Refused(
      keys: ["tenth"],
      sentence:
        "the covariate 'tenth' is '0.1' in all cells, so it has no effect to remove; leave it "
        + "out"),
    Refused(
      keys: ["names"],
      sentence:
        "the covariate 'names' has 240 levels in 240 cells; choose a column whose levels have "
        + "many cells each, or give `covariates = names:continuous` if these are numbers"),
    Refused(
      keys: ["lab"],
      sentence:
        "the covariate 'lab' is the same in all cells of each batch, so its effect cannot be "
        + "told from that of the batches, which is removed anyway; leave it out"),
    Refused(
      keys: ["depth of lab"],
      sentence:
        "the covariate 'depth of lab' is the same in all cells of each batch, so its effect "
        + "cannot be told from that of the batches, which is removed anyway; leave it out"),
    Refused(
      keys: ["stressed", "not stressed"],
      sentence: "the covariate 'not stressed' is determined by 'stressed' and the batches, so its "
        + "effect cannot be told from theirs; leave it out"),
    Refused(
      keys: ["score", "twice"],
      sentence:
        "the covariate 'twice' is determined by 'score' and the batches, so its effect cannot "
        + "be told from theirs; leave it out"),
    Refused(
      keys: ["absent"],
      sentence: "the cells have no column 'absent'; they have 'blank', 'depth of lab', 'gaps', "
        + "'infinite', 'lab', 'names', 'not stressed', 'one', 'score', 'stressed', 'tenth', 'twice'"
    ),
  ]

  @Test(arguments: refused)
  func `what cannot be told apart or is no value is refused before any training`(
    example: Refused
  ) throws {
    var cells = Self.stressedCells()
    cells.number("gaps") { $0 == 5 || $0 == 6 ? .nan : Double($0 % 9) }
    cells.label("blank") { $0 == 9 ? " " : "\($0 % 4)" }
    cells.number("infinite") { $0 == 3 ? .infinity : Double($0 % 5) }
    cells.label("one") { _ in "x" }
    cells.number("tenth") { _ in 0.1 }
    cells.label("names") { "n\($0)" }
    cells.label("lab") { $0 % 2 == 0 ? "left" : "right" }
    cells.number("depth of lab") { $0 % 2 == 0 ? 0.1 : 1e9 }
    cells.label("not stressed") { $0 % 3 == 0 ? "low" : "high" }
    cells.number("twice") { 2 * Self.score($0, steps: 7) + Double($0 % 2) }
    let error = #expect(throws: (any Error).self) {
      try integrate(cells, options: Self.options(example.keys)) { _ in
        Issue.record("it has begun")
      }
    }
    #expect(error.map { "\($0)" } == example.sentence)
    #expect((error as? any CategorizedError)?.category == .data)
  }

  @Test func `a norm that takes each batch's own moments is refused`() throws {
    var options = Self.options(["score"])
    options.model.decoderNorm = .perBatch
    let error = #expect(throws: CovariateError.self) {
      try integrate(Self.stressedCells(), options: options)
    }
    #expect(
      error.map { "\($0)" }
        == "covariates cannot be told apart from batches by `decoderNorm = per-batch`, whose moments "
        + "hold both; give `decoderNorm = matched`, or leave out `covariates`")
    #expect(error?.category == .usage)
  }

  /// A covariate of which one batch has more, with an effect of its own: it must not come back as an
  /// offset of the batch.
  @Test func `a covariate that goes with the batch in part is removed from both`() throws {
    func isHigh(_ cell: Int) -> Bool { cell / 2 % 10 < (cell % 2 == 0 ? 3 : 7) }
    var cells = smallCells(count: 480) { dense in
      for cell in 0..<480 where isHigh(cell) {
        for gene in 10..<15 { dense[cell * 30 + gene] += 25 }
      }
    }
    cells.label("high") { isHigh($0) ? "yes" : "no" }
    let plain = try integrate(cells, options: Self.options(nil, visits: 30_000))
    let result = try integrate(cells, options: Self.options(["high"], visits: 30_000))
    let before = IntegrationTests.separation(plain.embedding, of: isHigh)
    let after = IntegrationTests.separation(result.embedding, of: isHigh)
    #expect(after < before / 5, "\(before) \(after)")
    #expect(IntegrationTests.separation(result.embedding) { $0 % 2 == 1 } < 0.1)
    #expect(IntegrationTests.separation(result.embedding) { $0 % 4 < 2 } > 2)
  }

  @Test func `a covariate twice, or without a name, is a usage error`() {
    for keys in [["a", "a:categorical"], [""], []] as [[CovariateKey]] {
      let error = #expect(throws: OptionError.self) { try Self.options(keys).validate() }
      #expect(error?.option == "covariates")
      #expect(error?.expected == "different columns of 'obs'")
    }
  }

  @Test func `too many levels in all are refused`() throws {
    var cells = smallCells(count: 480)
    for name in ["a", "b"] {
      let factor = name == "a" ? 1 : 7
      cells.label(name) { "\(name)\($0 * factor / 2 % 60)" }
    }
    #expect(throws: CovariateError.tooManyColumns(count: 120, limit: 100)) {
      try Covariates(Self.options(["a", "b"]), of: cells)
    }
  }

  @Test func `strong confounding with the batches is warned of with its number`() throws {
    var cells = Self.stressedCells()
    // Nine of ten cells of batch a, and one of ten of batch b.
    cells.label("mostly a") { ($0 / 2 % 10 == 0) == ($0 % 2 == 0) ? "no" : "yes" }
    cells.number("higher in a") { Double($0 / 2 % 5) / 4 + Double($0 % 2 == 0 ? 3 : 0) }
    cells.label("parts") { $0 % 2 == 0 ? "p\($0 / 2 % 2)" : "q" }
    let covariates = try #require(
      try Covariates(Self.options(["mostly a", "higher in a", "parts"]), of: cells))
    #expect(
      covariates.diagnostics.warnings == [
        "the covariate 'mostly a' and the batches are confounded (Cramér's V = 0.80); their effects "
          + "are told apart only by the cells of one batch that differ in it",
        "the covariate 'higher in a' and the batches are confounded (correlation ratio = 0.97); their "
          + "effects are told apart only by the cells of one batch that differ in it",
        "the covariate 'parts' and the batches are confounded (Cramér's V = 1.00); their effects are "
          + "told apart only by the cells of one batch that differ in it",
        "no batch holds levels of the covariate 'parts' from more than one of these groups: 'p0', "
          + "'p1'; 'q'; differences between the groups cannot be told from those of batches",
      ])
  }

  @Test func `a model keeps its covariates, and new cells lose their effects`() throws {
    let cells = Self.stressedCells()
    let result = try integrate(
      cells, options: Self.options(["stressed", "score"], visits: 20_000))
    let path = folder.path("model.h5")
    try Model(result, of: cells).write(to: path)
    let model = try Model(readingAt: path)
    #expect(model.covariates == result.covariates)
    #expect(model.alignment == result.alignment)
    #expect(model.trained.network.parameters == result.model.network.parameters)
    let again = folder.path("again.h5")
    try model.write(to: again)
    #expect(try Data(contentsOf: URL(filePath: path)) == Data(contentsOf: URL(filePath: again)))

    let mapped = try model.map(cells)
    let apart = IntegrationTests.separation(mapped.embedding, of: isStressed)
    let plain = try integrate(cells, options: Self.options(nil, visits: 20_000))
    #expect(apart < IntegrationTests.separation(plain.embedding, of: isStressed) / 10)
  }

  @Test func `new cells need the covariates of the model, and levels that it knows`() throws {
    let cells = Self.stressedCells()
    let model = try Model(
      integrate(cells, options: Self.options(["stressed"], visits: 1_000)), of: cells)
    let bare = smallCells(count: 40)
    #expect(throws: CountDataError.noSuchColumn(name: "stressed", columns: [])) {
      try model.map(bare)
    }
    var other = bare
    other.label("stressed") { $0 == 3 ? "very" : "no" }
    let error = #expect(throws: CovariateError.self) { try model.map(other) }
    #expect(
      error.map { "\($0)" }
        == "the covariate 'stressed' is 'very' in cell 'cell3', which the model was not trained on; "
        + "it knows 'no', 'yes'")
    // One level is enough for new cells.
    other.label("stressed") { _ in "yes" }
    #expect(try model.map(other).embedding.cellCount == 40)
    // Without the alignment nothing uses them.
    var options = MappingOptions()
    options.aligns = false
    #expect(try model.map(bare, options: options).embedding.cellCount == 40)
  }

  @Test func `a model has the first format that knows its parts`() throws {
    let cells = Self.stressedCells()
    for (keys, precision, version) in [
      (nil, .float32, 2), (["score"], .float32, 3), (nil, .bfloat16, 6), (["score"], .bfloat16, 6),
    ] as [([CovariateKey]?, ProductPrecision, Int64)] {
      let path = folder.path("model\(version).h5")
      var options = Self.options(keys, visits: 500)
      options.training.precision = precision
      try Model(integrate(cells, options: options), of: cells).write(to: path)
      #expect(try versionOfModel(at: path) == version)
    }
  }

  @Test func `cells left out of the training lose the effects as well`() throws {
    let cells = Self.stressedCells()
    var options = Self.options(["stressed"], visits: 20_000)
    options.minimumCounts = 150
    let result = try integrate(cells, options: options)
    #expect(result.cellsUsed.count < 240)
    let rest = Set(0..<240).subtracting(result.cellsUsed).sorted()
    #expect(rest.count > 10)
    #expect(IntegrationTests.separation(result.embedding, of: isStressed) < 0.3)
  }

  @Test func `a training with covariates resumes to the same bytes, and not with others`() throws {
    struct Stop: Error {}
    let cells = Self.stressedCells()
    var options = Self.options(["stressed", "score"], visits: 2_000)
    let whole = try integrate(cells, options: options)
    options.checkpoint = CheckpointOptions(path: folder.path("c.checkpoint"))
    #expect(throws: Stop.self) {
      try integrate(cells, options: options) { progress in
        if progress.stage == .training, progress.fraction >= 0.4 { throw Stop() }
      }
    }
    options.checkpoint?.resumes = true
    var others = options
    others.covariates = ["stressed"]
    let error = #expect(throws: CheckpointError.self) { try integrate(cells, options: others) }
    #expect(
      error.map { "\($0)".contains("`covariates` was stressed,score and is now stressed") } == true)
    var changed = cells
    changed.number("score") { Self.score($0, steps: 5) }
    let data = #expect(throws: CheckpointError.self) { try integrate(changed, options: options) }
    #expect(
      data.map {
        "\($0)".contains("its cells had other covariates, protected levels, labels or sizes")
      }
        == true)
    let resumed = try integrate(cells, options: options)
    #expect(resumed.record.resumedAtStep != nil)
    #expect(resumed.embedding == whole.embedding)
  }

  @Test func `the permutation test keeps each cell's covariates`() throws {
    let cells = Self.stressedCells()
    let options = Self.options(["stressed"], visits: 500)
    var result = try integrate(cells, options: options)
    try result.testAgainstNull(cells, options: options)
    #expect(result.record.nullTest != nil)
  }
}

/// Returns the version of the format of a model's file.
private func versionOfModel(at path: String) throws -> Int64? {
  let file = try File(readingAt: path)
  guard case .integer(let version) = try file.attribute("version", of: "/") else { return nil }
  return version
}
