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

/// Labels in a training: what they match, what wrong ones cost, and what is refused.
@Suite struct TrainingLabelTests {
  let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  static let genes = 160

  /// Cells of planted types: each has twenty genes of its own, and technology 1 scales every third gene.
  struct Planted {
    var cells: CellDataset
    var types: [Int] = []
    var technologies: [Int] = []

    /// Makes cells.
    ///
    /// - Parameters:
    ///   - batches: The technology and the types of each batch.
    ///   - cellsOfType: The number of cells of each type in each batch.
    init(_ batches: [(technology: Int, types: [Int])], cellsOfType: Int = 30) {
      var random = Xoshiro256(seed: 5)
      var (dense, numbers): ([Float], [Int32]) = ([], [])
      for (number, batch) in batches.enumerated() {
        for type in batch.types {
          for _ in 0..<cellsOfType {
            for gene in 0..<genes {
              var mean: Float = gene / 20 == type ? 12 : 2
              if batch.technology == 1, gene % 3 == 0 { mean *= 3 }
              dense.append((mean * 2 * random.uniformFloat()).rounded())
            }
            numbers.append(Int32(number))
            types.append(type)
            technologies.append(batch.technology)
          }
        }
      }
      cells = CellDataset(
        MatrixInMemory(dense: dense, geneCount: genes, rowsPerBlock: 1024),
        names: types.indices.map { "cell\($0)" }, genes: (0..<genes).map { "gene\($0)" },
        batches: BatchAssignment(
          names: batches.indices.map { "batch\($0)" }, batchOfCell: numbers))
      setLabels { _ in true }
    }

    /// Gives cells their types as labels, and the others none.
    mutating func setLabels(_ isLabelled: (Int) -> Bool) {
      let labels = types.enumerated().map { cell, type -> String? in
        isLabelled(cell) ? "t\(type)" : nil
      }
      cells.setColumn("type", to: labels)
    }

    /// Of each cell's ten nearest neighbours, the shares of its own type and, among these, of the other
    /// technology; means over some cells.
    func shares(
      _ embedding: Embedding, of isCounted: (Int) -> Bool = { _ in true }
    ) -> (own: Double, mixed: Double) {
      let (n, values) = (types.count, (0..<types.count).map { Array(embedding[$0]) })
      var (own, mixed, compared) = (0.0, 0.0, 0.0)
      for cell in 0..<n where isCounted(cell) {
        let squares = (0..<n).map { other -> Float in
          var square: Float = 0
          for (a, b) in zip(values[cell], values[other]) { square += (a - b) * (a - b) }
          return square
        }
        let near = (0..<n).filter { $0 != cell }.sorted { squares[$0] < squares[$1] }.prefix(10)
        let same = near.filter { types[$0] == types[cell] }
        own += Double(same.count) / 10
        mixed +=
          Double(same.count { technologies[$0] != technologies[cell] }) / Double(max(1, same.count))
        compared += 1
      }
      return (own / compared, mixed / compared)
    }
  }

  static func options(_ change: (inout IntegrationOptions) -> Void = { _ in })
    -> IntegrationOptions
  {
    var options = IntegrationOptions()
    options.geneCount = genes
    options.model.hidden = [24, 16]
    options.model.latent = 6
    options.components = 6
    options.training.visits = 24_000
    options.threads = 2
    options.trainLabels = "type"
    change(&options)
    return options
  }

  /// Samples sorted by type, of two technologies: expression does not tell which are of one type.
  private static let sorted = Planted(
    [0, 1].flatMap { technology in (0..<3).map { (technology, [$0]) } })

  /// Two whole batches of two technologies.
  private static let whole = Planted([(0, [0, 1, 2]), (1, [0, 1, 2])])

  @Test func `labels match sorted samples of two technologies`() throws {
    let planted = Self.sorted
    let with = try integrate(planted.cells, options: Self.options())
    let without = try integrate(planted.cells, options: Self.options { $0.trainLabels = nil })
    let (found, before) = (planted.shares(with.embedding), planted.shares(without.embedding))
    #expect(found.own > 0.95)
    #expect(found.mixed > 0.3)
    #expect(before.mixed < 0.1)
    let record = try #require(with.record.trainingLabels)
    #expect(record.areUsed && record.agreement > 0.5 && record.doubted <= 2)
    #expect(record.labels.map(\.name) == ["t0", "t1", "t2"])
    #expect(record.labels.allSatisfy { $0.cells == 60 && $0.batches == 2 })
    // Without labels it is the right answer that nothing is found to be shared.
    #expect(without.record.warnings.contains { $0.contains("to share cell types") })
    #expect(!with.record.warnings.contains { $0.contains("share cell types") })
    #expect(
      with.record.notices.contains { $0.hasSuffix("; the labels in 'type' decide instead") })
    #expect(without.record.trainingLabels == nil)
    let json = String(decoding: try without.record.json(), as: UTF8.self)
    #expect(!json.contains("train_labels") && !json.contains("training_labels"))
  }

  @Test func `a type without labels stays apart`() throws {
    var planted = Planted([(0, [0, 1, 2]), (1, [0, 1, 2, 3])])
    let (types, technologies) = (planted.types, planted.technologies)
    planted.setLabels { technologies[$0] == 0 }
    let result = try integrate(planted.cells, options: Self.options())
    let alone = planted.shares(result.embedding) { types[$0] == 3 }
    #expect(alone.own > 0.95)
    let others = planted.shares(result.embedding) { types[$0] != 3 }
    #expect(others.own > 0.95)
    #expect(others.mixed > 0.3)
    #expect(result.record.trainingLabels?.unlabelled == 120)
  }

  @Test func `permuted labels change nothing, and are told`() throws {
    var planted = Self.whole
    var labels: [String?] = planted.types.map { "t\($0)" }
    var random = Xoshiro256(seed: 9)
    random.shuffle(&labels)
    planted.cells.setColumn("type", to: labels)
    let with = try integrate(planted.cells, options: Self.options())
    let without = try integrate(planted.cells, options: Self.options { $0.trainLabels = nil })
    #expect(with.embedding == without.embedding)
    let record = try #require(with.record.trainingLabels)
    #expect(!record.areUsed && record.agreement < 0.1 && record.doubted == 180)
    #expect(
      with.record.warnings.contains(
        "the labels in 'type' agree with the cells' expression hardly better than labels dealt out at "
          + "random (agreement \(hundredths(record.agreement)); at least 0.10 is needed), so they were "
          + "not used"))
  }

  @Test func `wrong labels are found, and right ones are not`() throws {
    var planted = Self.whole
    func isWrong(_ cell: Int) -> Bool { cell % 5 == 0 }
    let labels = planted.types.enumerated().map { cell, type -> String? in
      let other = (type + 1 + cell / 5 % 2) % 3
      return "t\(isWrong(cell) ? other : type)"
    }
    planted.cells.setColumn("type", to: labels)
    let options = Self.options { $0.training.visits = 1_000 }
    let found = try labelled(planted, options)
    for cell in planted.types.indices { #expect((found.ofCell[cell] < 0) == isWrong(cell)) }
    let record = try #require(try integrate(planted.cells, options: options).record.trainingLabels)
    #expect(record.doubted == 36)
  }

  @Test func `few doubted labels are noted, and many warned of`() throws {
    for (period, isMany) in [(20, false), (5, true)] {
      var planted = Self.whole
      let labels = planted.types.enumerated().map { cell, type -> String? in
        let shift = cell % period == 0 ? 1 + cell / period % 2 : 0
        return "t\((type + shift) % 3)"
      }
      planted.cells.setColumn("type", to: labels)
      let record = try integrate(
        planted.cells, options: Self.options { $0.training.visits = 500 }
      ).record
      let sentence =
        "\(180 / period) labels in 'type' (\(100 / period)%) are rare among the labels of cells with "
        + "similar expression, and were not used"
      #expect(record.notices.contains(sentence) == !isMany)
      #expect(record.warnings.contains(sentence + "; check the labels") == isMany)
    }
  }

  /// The labels of planted cells, compared with the populations of a run.
  private func labelled(
    _ planted: Planted, _ options: IntegrationOptions
  ) throws -> LabelledPopulations {
    let labels = try #require(try TrainingLabels(options, of: planted.cells))
    let pool = ThreadPool(threads: 1)
    let context = RunContext(
      pool: pool, seed: 0, memory: nil, scratchFolder: nil, cells: planted.cells.count,
      workload: Workload([:])
    ) { _ in }
    let data = try scan(planted.cells, options.scanRules(for: planted.cells), in: context)
    let populations = try #require(Populations(of: planted.cells, data, seed: 0, pool: pool))
    return LabelledPopulations(
      labels, populations, data.store, cells: data.summary.kept,
      batches: planted.cells.batches.batchOfCell, pool: pool)
  }

  @Test func `the bytes are the same for one thread and for four, and after a stop`() throws {
    struct Stop: Error {}
    var planted = Self.whole
    planted.setLabels { $0 % 2 == 0 }
    var options = Self.options { ($0.training.visits, $0.threads) = (2_000, 1) }
    let one = try integrate(planted.cells, options: options)
    options.threads = 4
    #expect(try integrate(planted.cells, options: options).embedding == one.embedding)
    options.checkpoint = CheckpointOptions(path: folder.path("c.checkpoint"))
    #expect(throws: Stop.self) {
      try integrate(planted.cells, options: options) { progress in
        if progress.stage == .training, progress.fraction >= 0.4 { throw Stop() }
      }
    }
    options.checkpoint?.resumes = true
    var other = options
    other.trainLabels = nil
    #expect(throws: CheckpointError.self) { try integrate(planted.cells, options: other) }
    var relabelled = planted
    relabelled.setLabels { $0 % 3 == 0 }
    #expect(throws: CheckpointError.self) { try integrate(relabelled.cells, options: options) }
    #expect(try integrate(planted.cells, options: options).embedding == one.embedding)
  }

  @Test func `the permutation test, covariates, several keys and maps take labels`() throws {
    var planted = Self.whole
    let phases: [String?] = planted.types.indices.map { $0 % 2 == 0 ? "G1" : "S" }
    planted.cells.setColumn("phase", to: phases)
    let short = Self.options {
      $0.training.visits = 500
      $0.covariates = ["phase"]
    }
    var result = try integrate(planted.cells, options: short)
    try result.testAgainstNull(planted.cells, options: short)
    #expect(result.record.nullTest != nil)
    let keys = [
      BatchAssignment(
        names: ["x", "y"], batchOfCell: planted.types.indices.map { Int32($0 % 2) }),
      planted.cells.batches,
    ]
    let combinations = zip(keys[0].batchOfCell, keys[1].batchOfCell).map { $0 + 2 * $1 }
    var several = CellDataset(
      parts: planted.cells.parts, cellNames: planted.cells.cellNames, genes: planted.cells.genes,
      batches: BatchAssignment(names: ["xa", "ya", "xb", "yb"], batchOfCell: combinations))
    several.batchKeys = keys
    several.columns = planted.cells.columns
    #expect(
      try integrate(several, options: Self.options { $0.training.visits = 500 }).record
        .trainingLabels?.areUsed == true)
    let path = folder.path("model.h5")
    let plain = Self.options { $0.training.visits = 500 }
    try Model(integrate(planted.cells, options: plain), of: planted.cells).write(to: path)
    #expect(try Model(readingAt: path).map(planted.cells).embedding.cellCount == 180)
  }
}
