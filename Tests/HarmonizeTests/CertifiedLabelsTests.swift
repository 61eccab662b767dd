import CellFiles
import Foundation
import Numerics
internal import NeuralNet
import Testing
import TestSupport
@testable import CountData
@testable import Integration
@testable import Support

/// A label holds within its radius, whatever moves the input.
@Suite struct CertifiedLabelsTests {
  /// The model with labels for its own cells.
  static func labelled(_ model: Model, _ names: [String], _ ofCell: [Int32]) -> Model {
    let reference = model.reference
    return Model(
      network: model.network, space: nil, batchKeys: model.batchKeys,
      levelsOfBatch: model.levelsOfBatch,
      deviations: model.deviations, meanInputs: model.meanInputs, components: model.components,
      componentScaling: model.componentScaling, alignment: model.alignment,
      alignmentOptions: model.alignmentOptions,
      reference: Model.Reference(
        names: reference.names, batches: reference.batches, wasTrainedOn: reference.wasTrainedOn,
        embedding: reference.embedding, latent: reference.latent,
        labels: Model.Labels(key: "type", names: names, ofCell: ofCell)),
      record: model.record)
  }

  /// Small cells with their planted types as labels.
  static func smallModel(norm: Normalization = .batch) throws -> (
    Model, CellDataset, IntegrationResult
  ) {
    let cells = smallCells()
    var options = IntegrationTests.options(visits: 4_000)
    options.components = 4
    options.model.encoderNorm = norm
    let result = try integrate(cells, options: options)
    let model = try Model(result, of: cells)
    return (
      labelled(model, ["low", "high"], (0..<120).map { $0 % 4 < 2 ? 1 : 0 }), cells, result
    )
  }

  private static func labels(
    _ latent: Matrix, _ model: Model, neighbours: Int = 30, least: Float = 0.5
  ) throws -> CertifiedLabels {
    CertifiedLabels(
      of: Embedding(cellCount: latent.rows, dimensions: latent.columns, values: latent.values),
      certificate: try Certificate(of: model), from: model.reference,
      try #require(model.reference.labels), neighbours: neighbours, leastConfidence: least,
      pool: ThreadPool(threads: 2))
  }

  /// Moves inputs by nearly their radius: at random, along the worst directions, and straight at the
  /// nearest cells of other labels.
  ///
  /// - Returns: How many had a radius, and how many labels changed when `mu` was moved all the way.
  private func checkRadii(
    _ model: Model, _ inputs: [[Double]], neighbours: Int = 30, least: Float = 0.5,
    sourceLocation: SourceLocation = #_sourceLocation
  ) throws -> (held: Int, changed: Int) {
    let network = model.trained.network
    let mixture = try Certificate(of: model).statistics.count - 1
    let encoder = ReferenceEncoder(network, row: mixture)
    let latent = network.latent(of: CertificateTests.minibatch(inputs), asMixture: true)
    let before = try Self.labels(latent, model, neighbours: neighbours, least: least)
    let known = try #require(model.reference.labels)
    var random = Xoshiro256(seed: 3)
    var moved: [[Double]] = []
    var ofMoved: [Int] = []
    var farther: [[Double]] = []
    var ofFarther: [Int] = []
    for (cell, y) in inputs.enumerated() where before.radius[cell] > 0 {
      let radius = min(before.radius[cell], 1e6)
      let (mu, jacobian) = encoder.slope(at: y)
      let worst = SpectralNorm.worstDirection(jacobian)
      var directions = [worst, worst.map { -$0 }]
      for _ in 0..<3 {
        directions.append(SpectralNorm.unit(y.map { _ in random.standardNormal() }))
      }
      // The nearest cells of other labels, and what would bring this one there.
      let others = known.ofCell.indices.filter {
        known.ofCell[$0] != before.ofCell[cell]
      }
      let motions = others.map { other in
        zip(model.reference.latent[other], mu).map { Double($0) - $1 }
      }.sorted { SpectralNorm.norm($0) < SpectralNorm.norm($1) }
      for motion in motions.prefix(5) {
        let least = SpectralNorm.leastMotion(jacobian, for: motion)
        directions.append(SpectralNorm.unit(least))
        farther.append(CertificateTests.sum(y, least, times: 1.5))
        ofFarther.append(cell)
      }
      for direction in directions {
        moved.append(CertificateTests.sum(y, direction, times: 0.999 * radius))
        ofMoved.append(cell)
      }
    }
    guard !moved.isEmpty else { return (0, 0) }
    let after = try Self.labels(
      network.latent(of: CertificateTests.minibatch(moved), asMixture: true), model,
      neighbours: neighbours, least: least)
    for (number, cell) in ofMoved.enumerated() {
      #expect(
        after.ofCell[number] == before.ofCell[cell], "cell \(cell)",
        sourceLocation: sourceLocation)
    }
    let far = try Self.labels(
      network.latent(of: CertificateTests.minibatch(farther), asMixture: true), model,
      neighbours: neighbours, least: least)
    let changed = ofFarther.indices.count {
      far.ofCell[$0] != before.ofCell[ofFarther[$0]]
    }
    return (before.heldCount, changed)
  }

  @Test(arguments: [30, 7, 1], [Float(0.5), 0.8])
  func `no label changes within its radius`(neighbours: Int, least: Float) throws {
    let (model, cells, result) = try Self.smallModel()
    let inputs = try CertificateTests.inputs(cells, Array(0..<40), of: result)
    let (held, changed) = try checkRadii(model, inputs, neighbours: neighbours, least: least)
    // That says something: many have a radius, and far motions do change labels.
    #expect(held > 20 && changed > 0)
  }

  @Test func `nor where statistics are of batches`() throws {
    let (model, cells, result) = try Self.smallModel(norm: .perBatch)
    let inputs = try CertificateTests.inputs(cells, Array(0..<40), of: result)
    let (held, changed) = try checkRadii(model, inputs)
    #expect(held > 20 && changed > 0)
  }

  @Test(
    .enabled(if: TestFiles.shared != nil, "the folder of real data is not here"),
    .nightly("trains on real data"),
    arguments: ["lungmix_celseq2_dropseq", "pbmc_10x_3chem_symphony"])
  func `no label of a real cell changes within its radius`(name: String) throws {
    let (model, cells, result) = try CertificateTests.realModel(name)
    let rows = Array(stride(from: 0, to: cells.count, by: cells.count / 25))
    let (held, changed) = try checkRadii(
      model, CertificateTests.inputs(cells, rows, of: result))
    #expect(held > 10 && changed > 0)
  }

  // MARK: Counting

  /// Eight cells of a at 0 … 7 and eight of b at 20 … 27, on a line, under an encoder with `L`.
  private static func line(
    at place: Float, neighbours: Int, least: Float = 0.5
  ) throws -> (label: String, gap: Double) {
    let (model, _, _) = try smallModel()
    let places = (0..<8).map(Float.init) + (20..<28).map(Float.init)
    let table = Embedding(cellCount: 16, dimensions: 1, values: places)
    let certificate = try Certificate(of: model)
    let found = CertifiedLabels(
      of: Embedding(cellCount: 1, dimensions: 1, values: [place]), certificate: certificate,
      from: Model.Reference(
        names: (0..<16).map { "r\($0)" }, batches: [Int32](repeating: 0, count: 16),
        wasTrainedOn: [Bool](repeating: true, count: 16), embedding: table, latent: table,
        labels: nil),
      Model.Labels(key: "t", names: ["a", "b"], ofCell: (0..<16).map { $0 < 8 ? 0 : 1 }),
      neighbours: neighbours, leastConfidence: least, pool: ThreadPool(threads: 1))
    return (found.words[0], found.radius[0] * 2 * certificate.lipschitz)
  }

  @Test func `the gap is between the ranks that decide the vote`() throws {
    // Of 3 votes two decide: the second a is 1 away, the second b 21.
    let three = try Self.line(at: 0, neighbours: 3)
    #expect(three.label == "a" && abs(three.gap - 20) < 1e-4 && three.gap <= 20)
    // Of 4 votes three decide, and two of others are enough against it.
    let four = try Self.line(at: 0, neighbours: 4)
    #expect(abs(four.gap - (21 - 2)) < 1e-4)
    // With a least confidence of 0.9 all four have to agree: one other is enough.
    let sure = try Self.line(at: 0, neighbours: 4, least: 0.9)
    #expect(abs(sure.gap - (20 - 3)) < 1e-4)
    let one = try Self.line(at: 27, neighbours: 1)
    #expect(one.label == "b" && abs(one.gap - 20) < 1e-4)
    // More votes than cells: all sixteen vote, eight of each, and nothing holds.
    let all = try Self.line(at: 0, neighbours: 40)
    #expect(all.label == "a" && all.gap == 0)
  }

  @Test func `the label holds everywhere where the others can't outvote it`() throws {
    let (model, cells, result) = try Self.smallModel()
    let few = Self.labelled(
      model, ["low", "high"], (0..<120).map { $0 < 5 ? 0 : 1 })
    let inputs = try CertificateTests.inputs(cells, [3, 50], of: result)
    let latent = few.trained.network.latent(
      of: CertificateTests.minibatch(inputs), asMixture: true)
    #expect(try Self.labels(latent, few).radius == [.infinity, .infinity])
    #expect(CertifiedLabels.votesNeeded(of: 30, leastConfidence: 0.5) == 16)
    #expect(CertifiedLabels.votesNeeded(of: 30, leastConfidence: 0.9) == 27)
    #expect(CertifiedLabels.votesNeeded(of: 5, leastConfidence: 0) == 3)
    #expect(CertifiedLabels.votesNeeded(of: 1, leastConfidence: 1) == 1)
  }

  // MARK: Mapping

  @Test func `mapping gives labels and radii of the latent space when asked to`() throws {
    let (model, cells, _) = try Self.smallModel()
    var options = MappingOptions()
    #expect(try model.map(cells, options: options).certified == nil)
    options.certifiesRadius = true
    let mapping = try model.map(cells, options: options)
    let certified = try #require(mapping.certified)
    #expect(certified.radius.count == 120 && certified.radius.allSatisfy { $0 >= 0 })
    #expect(certified.certificate.digest == mapping.record.modelDigest)
    #expect(mapping.record.certified?.cells == certified.heldCount && certified.heldCount > 60)
    let own = try Self.labels(
      Matrix(rows: 120, columns: 4, values: mapping.latent.values), model)
    #expect(own == certified)
    #expect(String(decoding: try mapping.record.json(), as: UTF8.self).contains("median_radius"))
  }

  @Test func `adapted statistics, no labels, and layer norm are refused`() throws {
    let (model, cells, _) = try Self.smallModel()
    var options = MappingOptions()
    options.certifiesRadius = true
    options.statistics = .adapted
    #expect(
      throws: UsageError(
        "`certifiesRadius` cannot be combined with `statistics = adapted`: the certificate covers "
          + "the encoder with its frozen statistics only; leave one of the two out")
    ) { try model.map(cells, options: options) }
    options.statistics = nil
    let (bare, _) = try MappingTests.model()
    #expect(throws: MappingError.noLabels) { try bare.map(cells, options: options) }
    #expect(
      MappingError.noLabels.description
        == "the model has no labels whose radius could be certified; train it with `labelKey`, or "
        + "leave `certifiesRadius` out")
    let (layer, _) = try MappingTests.model(norm: .layer)
    let labelled = Self.labelled(
      layer, ["low", "high"], (0..<120).map { $0 % 4 < 2 ? 1 : 0 })
    #expect(throws: CertificateError.noBound(norm: .layer)) {
      try labelled.map(cells, options: options)
    }
  }
}
