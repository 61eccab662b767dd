import CellFiles
@testable import Harmonize
import HDF5
import Kernels
import NeuralNet
import TestSupport
import Testing

/// New cells come to lie beside those of a training, which stay where they are.
@Suite struct MappingTests {
  /// A model of small cells, with their planted types as labels.
  static func model(
    _ cells: Cells = smallCells(), norm: Normalization = .batch, aligned: Bool = true
  ) throws -> (Model, Integration) {
    var options = IntegrationTests.options(visits: 3_000)
    options.components = 4
    options.model.encoderNorm = norm
    if norm == .group { options.model.hidden = [32] }
    if !aligned { options.alignment = nil }
    let result = try integrate(cells, options: options)
    return (try Model(result, of: cells), result)
  }

  /// The same cells with other genes in another order, those of `left` left out.
  static func shuffled(_ cells: Cells, leaving left: Set<Int> = []) -> Cells {
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
    return Cells(
      MatrixInMemory(dense: dense, geneCount: genes.count), names: cells.names.map { "new\($0)" },
      genes: genes.map { cells.genes[$0] }, sources: cells.sources)
  }

  @Test(arguments: [Normalization.batch, .source, .layer])
  func `the training's own cells come back where they were, in any order of genes`(
    norm: Normalization
  ) throws {
    let cells = smallCells()
    let (model, result) = try Self.model(cells, norm: norm)
    var options = MappingOptions()
    options.aligns = false
    let mapping = try model.map(Self.shuffled(cells), options: options)
    if norm != .source {
      // A source's own statistics are not used for cells from elsewhere.
      #expect(mapping.latent == result.latent)
    }
    #expect(mapping.embedding == model.coordinates(ofLatent: mapping.latent))
    #expect(mapping.record.genesFound == model.trained.genes.count)
    #expect(mapping.record.statistics == (norm == .layer ? .none : .frozen))
  }

  @Test func `cells of the training's sources are aligned much as in the training`() throws {
    let cells = smallCells()
    let (model, result) = try Self.model(cells)
    let mapping = try model.map(Self.shuffled(cells))
    let plain = model.coordinates(ofLatent: mapping.latent)
    func squares(_ a: Embedding, _ b: Embedding) -> Float {
      zip(a.values, b.values).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
    }
    #expect(squares(mapping.embedding, result.embedding) < 0.5 * squares(plain, result.embedding))
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
      Cells(
        MatrixInMemory(dense: one, geneCount: query.genes.count), names: ["alone"],
        genes: query.genes, sources: Sources(names: ["x"], ofCell: [0])))
    #expect(Array(alone.latent[0]) == Array(all.latent[0]))
    let plain = model.coordinates(ofLatent: alone.latent)
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
        "3 of the model's 30 genes are not in the new cells; their mean stands for them"
      ])
    #expect(some.embedding.values.allSatisfy { $0.isFinite })
    // A gene that counts with its mean disturbs less than one that counts as zero.
    let missing = MissingGenes(genes: [3, 4, 7], meanInputs: model.meanInputs)
    #expect(missing.meanInputs.allSatisfy { $0 > 0 })
    #expect(
      throws: MappingError.tooFewGenes(
        part: "matrix", found: 14, of: 30, missing: ["gene0", "gene1", "gene2"],
        present: ["gene29", "gene28", "gene27"])
    ) { try model.map(Self.shuffled(cells, leaving: Set(0..<16))) }
    #expect(
      MappingError.tooFewGenes(
        part: "q.h5ad", found: 14, of: 30, missing: ["A", "B", "C"], present: ["X", "Y", "Z"]
      ).description
        == "'q.h5ad' has 14 of the model's 30 genes, under half; it lacks 'A', 'B', 'C' and has "
        + "'X', 'Y', 'Z'; give '--gene-names id' or '--gene-names symbol' if it has both, or a "
        + "model that was trained on these genes")
  }

  @Test func `statistics that the model does not have are refused`() throws {
    let (batch, _) = try Self.model()
    let (layer, _) = try Self.model(norm: .layer)
    var options = MappingOptions()
    options.statistics = MappingOptions.Statistics.none
    #expect(
      throws: HarmonizeError.badOption(
        name: "--statistics", value: "none",
        expected: "'frozen' or 'adapted': the model's encoder has batch norm, which normalizes by "
          + "statistics over cells")
    ) { try batch.map(smallCells(), options: options) }
    options.statistics = .adapted
    #expect(
      throws: HarmonizeError.badOption(
        name: "--statistics", value: "adapted",
        expected: "'none': the model's encoder has layer norm, which keeps no statistics")
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
        "120 new cells are called like cells of the training, such as 'cell0'; if they are the "
          + "same, the model has seen them"
      ])
  }
}

@Suite struct QueryAlignmentTests {
  /// Two clusters around two axes, of forty cells each.
  static func clusters(shift: [Float]) -> (Embedding, Alignment) {
    var random = Xoshiro256(seed: 3)
    var values: [Float] = []
    for cell in 0..<80 {
      let center: [Float] = cell % 2 == 0 ? [6, 0, 0] : [0, 6, 0]
      for j in 0..<3 {
        values.append(center[j] + shift[j] + 0.3 * Float(random.standardNormal()))
      }
    }
    var alignment = Alignment(clusterCount: 2, dimensions: 3)
    alignment.centroids = [1, 0, 0, 0, 1, 0]
    alignment.centers = [6, 0, 0, 0, 6, 0]
    return (Embedding(cellCount: 80, dimensions: 3, values: values), alignment)
  }

  @Test func `an offset of all new cells is taken out, and clusters stay apart`() {
    let (query, alignment) = Self.clusters(shift: [1, -0.5, 2])
    let (clean, _) = Self.clusters(shift: [0, 0, 0])
    let aligned = QueryAlignment(alignment: alignment, kappa: 1, lambda: 1).aligned(
      query, sources: Sources(names: ["q"], ofCell: [Int32](repeating: 0, count: 80)),
      pool: ThreadPool(threads: 2))
    for (found, expected) in zip(aligned.values, clean.values) {
      #expect(abs(found - expected) < 0.25)
    }
  }

  @Test func `a few cells move little where the shrinkage is large`() {
    let (query, alignment) = Self.clusters(shift: [1, -0.5, 2])
    let one = query.rows([0])
    let aligned = QueryAlignment(alignment: alignment, kappa: 99, lambda: 99).aligned(
      one, sources: Sources(names: ["q"], ofCell: [0]), pool: ThreadPool(threads: 1))
    for (found, before) in zip(aligned.values, one.values) { #expect(abs(found - before) < 0.1) }
  }
}

@Suite struct LabelTransferTests {
  @Test func `the neighbours' label is taken where enough agree`() {
    // Ten cells of a, ten of b, and two without a label in the midst of a.
    let places: [Float] =
      (0..<10).map { Float($0) / 10 } + (0..<10).map { 5 + Float($0) / 10 } + [0.35, 0.45]
    let reference = Model.Reference(
      names: (0..<22).map { "r\($0)" }, sources: [Int32](repeating: 0, count: 22),
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
