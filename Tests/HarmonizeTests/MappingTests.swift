import CellFiles
import HDF5
import Numerics
import NeuralNet
import Testing
import TestSupport
@testable import Alignment
@testable import CountData
@testable import Integration
@testable import Support

/// New cells come to lie beside those of a training, which stay where they are.
@Suite struct MappingTests {
  /// A model of small cells, with their planted types as labels.
  static func model(
    _ cells: CellDataset = smallCells(), norm: Normalization = .batch, aligned: Bool = true
  ) throws -> (Model, IntegrationResult) {
    var options = IntegrationTests.options(visits: 3_000)
    options.components = 4
    options.model.encoderNorm = norm
    if norm == .group { options.model.hidden = [32] }
    if !aligned { options.alignment = nil }
    let result = try integrate(cells, options: options)
    return (try Model(result, of: cells), result)
  }

  /// The same cells with other genes in another order, those of `left` left out.
  static func shuffled(_ cells: CellDataset, leaving left: Set<Int> = []) -> CellDataset {
    let genes = cells.genes.indices.filter { !left.contains($0) }.reversed()
    var dense: [Float] = []
    try? cells.parts[0].matrix.forEachRowBlock(as: Float.self) { block in
      for row in 0..<block.rowCount {
        var values = [Float](repeating: 0, count: cells.genes.count)
        for k in block.starts[row]..<block.starts[row + 1] {
          values[Int(block.genes[k])] = block.values[k]
        }
        dense += genes.map { values[$0] }
      }
    }
    return CellDataset(
      MatrixInMemory(dense: dense, geneCount: genes.count), names: cells.names.map { "new\($0)" },
      genes: genes.map { cells.genes[$0] }, batches: cells.batches)
  }

  @Test(arguments: [Normalization.batch, .perBatch, .layer])
  func `the training's own cells come back where they were, in any order of genes`(
    norm: Normalization
  ) throws {
    let cells = smallCells()
    let (model, result) = try Self.model(cells, norm: norm)
    var options = MappingOptions()
    options.aligns = false
    let mapping = try model.map(Self.shuffled(cells), options: options)
    if norm != .perBatch {
      // A batch's own statistics are not used for cells from elsewhere.
      #expect(mapping.latent == result.latent)
    }
    #expect(mapping.embedding == (try model.coordinates(ofLatent: mapping.latent)))
    #expect(mapping.record.genesFound == model.trained.genes.count)
    #expect(mapping.record.statistics == (norm == .layer ? .none : .frozen))
  }

  @Test func `cells of the training's batches come nearer to where the training put them`() throws {
    func squares(_ a: Embedding, _ b: Embedding) -> Float {
      zip(a.values, b.values).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
    }
    // With 120 cells in a set, chance decides: of the squared distance 0.3 to 2.9 were left.
    var (aligned, unaligned): (Float, Float) = (0, 0)
    for seed: UInt64 in 1...3 {
      let cells = smallCells(count: 1_200, seed: seed)
      let (model, result) = try Self.model(cells)
      let mapping = try model.map(Self.shuffled(cells))
      aligned += squares(mapping.embedding, result.embedding)
      unaligned += squares(try model.coordinates(ofLatent: mapping.latent), result.embedding)
    }
    #expect(aligned < 0.8 * unaligned)
  }

  @Test func `the reference's numbers are no part of what a mapping changes`() throws {
    let (model, _) = try Self.model()
    let before = model.reference
    _ = try model.map(Self.shuffled(smallCells(seed: 9)))
    #expect(model.reference == before)
  }

  @Test func `one cell alone is placed as among others, but for the offset of these`() throws {
    let (model, _) = try Self.model()
    let query = Self.shuffled(smallCells(seed: 9))
    let all = try model.map(query)
    var one: [Float] = []
    try query.parts[0].matrix.forEachRowBlock(as: Float.self) { block in
      guard block.firstRow == 0 else { return }
      var values = [Float](repeating: 0, count: query.genes.count)
      for k in block.starts[0]..<block.starts[1] { values[Int(block.genes[k])] = block.values[k] }
      one = values
    }
    let alone = try model.map(
      CellDataset(
        MatrixInMemory(dense: one, geneCount: query.genes.count), names: ["alone"],
        genes: query.genes, batches: BatchAssignment(names: ["x"], batchOfCell: [0])))
    #expect(Array(alone.latent[0]) == Array(all.latent[0]))
    let plain = try model.coordinates(ofLatent: alone.latent)
    #expect(alone.embedding.values.allSatisfy { $0.isFinite })
    let moved = zip(alone.embedding.values, plain.values).map { abs($0 - $1) }.max() ?? 0
    let far = plain.values.map(abs).max() ?? 0
    #expect(moved < 0.5 * far)
  }

  @Test func `missing genes have their mean, and too many are refused by name`() throws {
    let (model, _) = try Self.model()
    let cells = smallCells()
    let some = try model.map(Self.shuffled(cells, leaving: [3, 4, 7]))
    #expect(some.record.genesFound == 27)
    #expect(
      some.record.notices == [
        "3 of the model's 30 genes are missing in the new cells; their mean is used instead"
      ])
    #expect(some.embedding.values.allSatisfy { $0.isFinite })
    // A gene that counts with its mean disturbs less than one that counts as zero.
    let missing = MissingGenes(genes: [3, 4, 7], meanInputs: model.meanInputs)
    #expect(missing.meanInputs.allSatisfy { $0 > 0 })
    #expect(
      throws: MappingError.tooFewGenes(
        part: "matrix", found: 14, of: 30, missing: ["gene0", "gene1", "gene10"],
        present: ["gene29", "gene28", "gene27"])
    ) { try model.map(Self.shuffled(cells, leaving: Set(0..<16))) }
    #expect(
      MappingError.tooFewGenes(
        part: "q.h5ad", found: 14, of: 30, missing: ["A", "B", "C"], present: ["X", "Y", "Z"]
      ).description
        == "'q.h5ad' has 14 of the model's 30 genes, less than half; it lacks 'A', 'B', 'C' and "
        + "has 'X', 'Y', 'Z'; give `geneNaming = id` or `geneNaming = symbol` if it has both, "
        + "or a model that was trained on these genes")
  }

  @Test func `statistics that the model does not have are refused`() throws {
    let (batch, _) = try Self.model()
    let (layer, _) = try Self.model(norm: .layer)
    var options = MappingOptions()
    options.statistics = MappingOptions.Statistics.none
    #expect(
      throws: OptionError(
        option: "statistics", value: "none",
        expected: "'frozen' or 'adapted': the model's encoder has batch norm, which normalizes by "
          + "statistics over cells")
    ) { try batch.map(smallCells(), options: options) }
    options.statistics = .adapted
    #expect(
      throws: OptionError(
        option: "statistics", value: "adapted",
        expected: "'none': the model's encoder has layer norm, which has no statistics")
    ) { try layer.map(smallCells(), options: options) }
  }

  @Test func `adapted statistics take a scaling of all genes out that frozen ones leave in`() throws
  {
    let cells = smallCells()
    let (model, result) = try Self.model(cells, aligned: false)
    // Every third gene is measured three times as well in the new lab.
    let query = smallCells { dense in
      for k in stride(from: 0, to: dense.count, by: 3) { dense[k] *= 3 }
    }
    func distance(_ statistics: MappingOptions.Statistics, _ shrinkage: Float) throws -> Float {
      var options = MappingOptions()
      options.statistics = statistics
      options.shrinkage = shrinkage
      let latent = try model.map(query, options: options).latent
      return zip(latent.values, result.latent.values).reduce(0) {
        $0 + ($1.0 - $1.1) * ($1.0 - $1.1)
      }
    }
    let (frozen, adapted) = (try distance(.frozen, 0), try distance(.adapted, 0))
    #expect(adapted < frozen)
    let leaning = try distance(.adapted, 1e9)
    #expect(abs(leaning - frozen) < 1e-3 * frozen)
  }

  @Test func `the bytes are the same at any number of threads`() throws {
    let cells = smallCells()
    let (model, _) = try Self.model(cells)
    let folder = try TemporaryFolder()
    try model.write(to: folder.path("m.h5"))
    var options = MappingOptions()
    options.statistics = .adapted
    let query = Self.shuffled(smallCells(seed: 4))
    let one = try Model(readingAt: folder.path("m.h5"), threads: 1).map(query, options: options)
    let three = try Model(readingAt: folder.path("m.h5"), threads: 3).map(query, options: options)
    #expect(one.embedding == three.embedding)
    #expect(one.latent == three.latent)
  }

  @Test func `cells that the model has seen are warned of`() throws {
    let (model, _) = try Self.model()
    let mapping = try model.map(smallCells())
    #expect(
      mapping.record.warnings == [
        "120 new cells have the names of training cells, such as 'cell0'; if they are the same "
          + "cells, the model was trained on them"
      ])
  }
}

/// Laws of what is taken off new batches.
@Suite struct QueryAlignmentTests {
  /// Three types around three of four axes, in four dimensions.
  static let axes: [[Float]] = [[6, 0, 0, 0], [0, 6, 0, 0], [0, 0, 6, 0]]

  /// Cells of types, so many of each, scattered by 0.3 about their centre and then moved.
  static func cells(
    _ centers: [[Float]], each count: Int = 60, shift: [Float] = [0, 0, 0, 0], seed: UInt64
  ) -> Embedding {
    var random = Xoshiro256(seed: seed)
    var values: [Float] = []
    for center in centers {
      for _ in 0..<count {
        for j in 0..<4 {
          values.append(center[j] + shift[j] + 0.3 * Float(random.standardNormal()))
        }
      }
    }
    return Embedding(cellCount: centers.count * count, dimensions: 4, values: values)
  }

  static let reference = cells(axes, each: 200, seed: 1)

  /// The reference's clusters, one around each of the first three axes.
  static func clusters(threads: Int = 2) -> ReferenceClusters {
    var alignment = Alignment(clusterCount: 3, dimensions: 4)
    alignment.centroids = [1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0]
    alignment.centers = axes.flatMap(\.self)
    return ReferenceClusters(alignment, of: reference, pool: ThreadPool(threads: threads))
  }

  static func aligned(
    _ query: Embedding, kappa: Double = 100, threads: Int = 2
  ) throws -> Embedding {
    try QueryAlignment(clusters: clusters(threads: threads), kappa: kappa, lambda: 5).aligned(
      query,
      batches: BatchAssignment(
        names: ["q"], batchOfCell: [Int32](repeating: 0, count: query.cellCount)),
      pool: ThreadPool(threads: threads))
  }

  /// The distance between the means of the same rows of two embeddings.
  static func distance(_ a: Embedding, _ b: Embedding, rows: Range<Int>) -> Float {
    var square: Float = 0
    for j in 0..<4 {
      var gap: Float = 0
      for row in rows { gap += a.values[row * 4 + j] - b.values[row * 4 + j] }
      square += (gap / Float(rows.count)) * (gap / Float(rows.count))
    }
    return square.squareRoot()
  }

  @Test func `the reference's clusters have the mean and the radius of its cells`() {
    let clusters = Self.clusters()
    for k in 0..<3 {
      for j in 0..<4 { #expect(abs(clusters.centers[k * 4 + j] - Self.axes[k][j]) < 0.1) }
      #expect(abs(clusters.squaredRadii[k] - 4 * 0.09) < 0.06)
    }
    // Three points at 6 along three axes: 36 · 2/3.
    #expect(abs(clusters.spread - 24) < 0.5)
  }

  @Test func `a query that is the reference stays where it is`() throws {
    let found = try Self.aligned(Self.reference)
    for (a, b) in zip(found.values, Self.reference.values) { #expect(abs(a - b) < 0.03) }
  }

  @Test(arguments: [[0.2, -0.1, 0.2, 0.1], [1, -0.5, 1.5, 1]] as [[Float]])
  func `a moved copy of all types comes back, however far it is off`(shift: [Float]) throws {
    let query = Self.cells(Self.axes, shift: shift, seed: 2)
    let clean = Self.cells(Self.axes, seed: 2)
    let found = try Self.aligned(query)
    for type in 0..<3 {
      let rows = type * 60..<(type + 1) * 60
      #expect(
        Self.distance(found, clean, rows: rows) < 0.3 * Self.distance(query, clean, rows: rows))
    }
  }

  @Test func `a type that the reference lacks is not pulled, while shared types are`() throws {
    let absent: [Float] = [4.5, 0, 0, 2.5]
    let shift: [Float] = [0.2, 0.2, -0.2, 0.2]
    let query = Self.cells(Self.axes + [absent], shift: shift, seed: 3)
    let clean = Self.cells(Self.axes + [absent], seed: 3)
    let found = try Self.aligned(query)
    for type in 0..<4 {
      let rows = type * 60..<(type + 1) * 60
      #expect(Self.distance(found, clean, rows: rows) < 0.2, "type \(type)")
    }
  }

  @Test func `a type that the reference lacks is not pulled where it is all of the query`() throws {
    let query = Self.cells([[4.5, 0, 0, 2.5]], each: 200, seed: 4)
    let found = try Self.aligned(query)
    #expect(Self.distance(found, query, rows: 0..<200) < 0.1)
  }

  @Test func `a sorted sample moves onto its type, whatever the others do`() throws {
    let query = Self.cells([Self.axes[1]], each: 200, shift: [0.2, 0, 0.1, 0.2], seed: 5)
    let clean = Self.cells([Self.axes[1]], each: 200, seed: 5)
    let found = try Self.aligned(query)
    #expect(
      Self.distance(found, clean, rows: 0..<200)
        < 0.5 * Self.distance(query, clean, rows: 0..<200))
  }

  @Test func `one cell moves hardly at all`() throws {
    let query = Self.cells([Self.axes[0]], each: 1, shift: [0.3, 0.2, 0, 0.3], seed: 6)
    let found = try Self.aligned(query)
    for (a, b) in zip(found.values, query.values) { #expect(abs(a - b) < 0.15) }
    let held = try Self.aligned(query, kappa: 1e9)
    #expect(Self.distance(held, query, rows: 0..<1) <= Self.distance(found, query, rows: 0..<1))
  }

  @Test func `batches of one query are placed each by itself, at any number of threads`() throws {
    let first = Self.cells(Self.axes, shift: [0.2, 0, 0, 0.2], seed: 7)
    let second = Self.cells([[4.5, 0, 0, 2.5]], each: 90, seed: 8)
    let n = first.cellCount + second.cellCount
    let both = Embedding(cellCount: n, dimensions: 4, values: first.values + second.values)
    let batches = BatchAssignment(
      names: ["a", "b"], batchOfCell: (0..<n).map { $0 < first.cellCount ? 0 : 1 })
    let found = try QueryAlignment(clusters: Self.clusters(), kappa: 100, lambda: 5).aligned(
      both, batches: batches, pool: ThreadPool(threads: 3))
    let alone = try [Self.aligned(first, threads: 1), Self.aligned(second, threads: 1)]
    #expect(found.values == alone[0].values + alone[1].values)
  }

  @Test func `many cells are grouped from a sample, each with the nearest`() throws {
    let cells = Self.cells(Self.axes, each: 200, seed: 9)
    let groups = QueryGroups(of: cells, pool: ThreadPool(threads: 2), limit: 150)
    #expect(groups.count == 24)
    #expect(groups.sizes.reduce(0, +) == 600)
    for group in 0..<groups.count {
      let members = groups.ofCell.indices.filter { groups.ofCell[$0] == group }
      #expect(Set(members.map { $0 / 200 }).count <= 1)
    }
  }
}

@Suite struct LabelTransferTests {
  @Test func `the neighbours' label is taken where enough agree`() {
    // Ten cells of a, ten of b, and two without a label in the midst of a.
    let places: [Float] =
      (0..<10).map { Float($0) / 10 } + (0..<10).map { 5 + Float($0) / 10 } + [0.35, 0.45]
    let reference = Model.Reference(
      names: (0..<22).map { "r\($0)" }, batches: [Int32](repeating: 0, count: 22),
      wasTrainedOn: [Bool](repeating: true, count: 22),
      embedding: Embedding(cellCount: 22, dimensions: 1, values: places),
      latent: Embedding(cellCount: 22, dimensions: 1, values: places), labels: nil)
    let labels = Model.Labels(
      key: "type", names: ["a", "b"],
      ofCell: [Int32](repeating: 0, count: 10) + [Int32](repeating: 1, count: 10) + [-1, -1])
    let found = TransferredLabels(
      to: Embedding(cellCount: 3, dimensions: 1, values: [0.4, 5.4, 2.95]), from: reference, labels,
      neighbours: 4, leastConfidence: 0.75, pool: ThreadPool(threads: 1))
    #expect(found.words == ["a", "b", "unknown"])
    #expect(found.confidence == [1, 1, 0.5])
    #expect(found.unknownCount == 1)
    #expect(found.distance[0] < 1.5 && found.distance[2] > 5)
  }
}
