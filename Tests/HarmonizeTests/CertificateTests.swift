import CellFiles
import Foundation
import HDF5
import Numerics
internal import NeuralNet
import Testing
import TestSupport
@testable import CountData
@testable import Integration
@testable import Support
@testable import Training

/// The bound of a model is one, is that of a plain reference, and is about this model only.
@Suite struct CertificateTests {
  static let kinds = ["batch", "batch", "none", "two layers", "residual", "mse"]

  /// A trained model of each kind.
  static func model(_ kind: String) throws -> (Model, CellDataset, IntegrationResult) {
    var options = IntegrationTests.options(visits: 2_000)
    options.components = 4
    var cells = smallCells()
    switch kind {
    case "batch": options.model.encoderNorm = .perBatch
    case "none": options.model.encoderNorm = .none
    case "two layers": options.model.hidden = [16, 8]
    case "residual":
      options.model.hidden = [12, 12, 12]
      options.model.residual = true
      options.model.encoderNorm = .perBatch
    case "mse":
      options.model.loss = .meanSquaredError
      cells = smallCells { dense in dense = dense.map { $0 - 2 } }
    default: break
    }
    let result = try integrate(cells, options: options)
    return (try Model(result, of: cells), cells, result)
  }

  /// Real cells: of the lung cell lines, or of three chemistries.
  static func realModel(_ name: String) throws -> (Model, CellDataset, IntegrationResult) {
    let file = try #require(TestFiles.shared("data/\(name).h5ad")).path
    let cells = try CellDataset(readingAt: [file])
    var options = IntegrationOptions()
    options.training.visits = 6_000
    options.geneCount = 200
    options.model.hidden = [32]
    options.model.latent = 10
    options.components = 5
    let result = try integrate(cells, options: options)
    return (try Model(result, of: cells, labelKey: "cell_type"), cells, result)
  }

  /// The network's inputs of some cells; `(cells, genes)`.
  static func inputs(
    _ cells: CellDataset, _ rows: [Int], of result: IntegrationResult
  ) throws -> [[Double]] {
    let options = result.record.options
    let summary = try CellSummary(
      of: cells, minimumCounts: options.minimumCounts, minimumGenes: options.minimumGenes,
      anyScale: options.model.loss == .meanSquaredError
    ) { _ in }
    let store = try CountStore(
      cells, selected: result.genesUsed, summary: summary, input: result.input
    ) { _ in }
    return rows.map { row in
      var minibatch = Minibatch()
      store.fill(
        &minibatch, with: row..<row + 1, batches: cells.batches.batchOfCell,
        pool: ThreadPool(threads: 1))
      var y = [Double](repeating: 0, count: result.genesUsed.count)
      for (gene, value) in zip(minibatch.genes, minibatch.inputs) { y[Int(gene)] = Double(value) }
      return y
    }
  }

  /// Inputs as a minibatch for the network itself.
  static func minibatch(_ inputs: [[Double]], batch: Int32 = 0) -> Minibatch {
    var minibatch = Minibatch()
    for y in inputs {
      minibatch.genes += (0..<UInt16(y.count))
      minibatch.inputs += y.map { Float($0) }
      minibatch.counts += y.map { _ in 1 }
      minibatch.starts.append(Int32(minibatch.genes.count))
      minibatch.batches.append(batch)
    }
    return minibatch
  }

  static func sum(_ y: [Double], _ direction: [Double], times step: Double) -> [Double] {
    zip(y, direction).map { $0 + step * $1 }
  }

  // MARK: The number

  @Test(arguments: kinds)
  func `L is the product of a plain reference, the largest over the statistics`(kind: String) throws
  {
    let (model, _, _) = try Self.model(kind)
    let certificate = try Certificate(of: model)
    let references = certificate.statistics.indices.map {
      ReferenceEncoder(model.trained.network, row: $0).lipschitz
    }
    let expected = try #require(references.max())
    #expect(abs(certificate.lipschitz / expected - 1) < 1e-6)
    #expect(certificate.digest == model.trained.digest)
    #expect(certificate.input == (kind == "mse" ? "standardized" : "log1p"))
    let norms = kind == "batch" || kind == "residual" ? 3 : 1
    #expect(certificate.layers[0].norms.count == norms && certificate.statistics.count == norms)
    #expect(certificate.layers.map(\.residual).count { $0 } == (kind == "residual" ? 2 : 0))
    #expect(certificate.layers.last?.name == "encoder.mu")
  }

  @Test func `it is the same at any number of threads, and after writing and reading`() throws {
    let folder = try TemporaryFolder()
    let (model, _, _) = try Self.model("residual")
    try model.write(to: folder.path("m.h5"))
    let certificate = try Certificate(of: model)
    for threads in [1, 3] {
      let read = try Model(readingAt: folder.path("m.h5"), threads: threads)
      #expect(try Certificate(of: read) == certificate)
      try certificate.verify(read)
    }
    try certificate.json().write(to: folder.url.appending(path: "c.json"))
    #expect(try Certificate(readingAt: folder.path("c.json")) == certificate)
  }

  // MARK: The bound

  /// Moves inputs along random and along worst directions, near and far.
  ///
  /// - Returns: How much of `L` the largest motion reached.
  private func checkBound(
    _ model: Model, _ inputs: [[Double]], sourceLocation: SourceLocation = #_sourceLocation
  ) throws -> Double {
    let certificate = try Certificate(of: model)
    let network = model.trained.network
    var random = Xoshiro256(seed: 11)
    var reached = 0.0
    for row in certificate.statistics.indices {
      let encoder = ReferenceEncoder(network, row: row)
      let isMixture = row == certificate.statistics.count - 1
      for y in inputs {
        let (mu, jacobian) = encoder.slope(at: y)
        let noise = SpectralNorm.unit(y.map { _ in random.standardNormal() })
        let worst = SpectralNorm.worstDirection(jacobian)
        for direction in [noise, worst, worst.map { -$0 }] {
          for step in [1e-3, 0.1, 3, 100] {
            let moved = Self.sum(y, direction, times: step)
            let motion = SpectralNorm.norm(zip(encoder.mu(moved), mu).map { $0 - $1 })
            #expect(
              motion <= certificate.lipschitz * step * (1 + 1e-7), sourceLocation: sourceLocation)
            reached = max(reached, motion / (certificate.lipschitz * step))
          }
          // The network itself, in single precision.
          let pair = network.latent(
            of: Self.minibatch(
              [y, Self.sum(y, direction, times: 1)], batch: isMixture ? 0 : Int32(row)),
            asMixture: isMixture)
          let motion = SpectralNorm.norm(
            (0..<pair.columns).map { Double(pair[1, $0]) - Double(pair[0, $0]) })
          #expect(motion <= certificate.lipschitz + 1e-3, sourceLocation: sourceLocation)
          let far = zip(mu, pair.values).map { abs($0 - Double($1)) }.max() ?? 0
          #expect(far < 1e-3, "the reference is another function", sourceLocation: sourceLocation)
        }
      }
    }
    return reached
  }

  @Test(arguments: kinds)
  func `nothing moves mu further than L says`(kind: String) throws {
    let (model, cells, result) = try Self.model(kind)
    let inputs = try Self.inputs(cells, Array(0..<12), of: result)
    // The bound is a bound, and not of another order.
    #expect(try checkBound(model, inputs) > 0.02)
  }

  @Test(
    .enabled(if: TestFiles.shared != nil, "the folder of real data is not here"),
    .nightly("trains on real data"),
    arguments: ["lungmix_celseq2_dropseq", "pbmc_10x_3chem_symphony"])
  func `nothing moves mu of real cells further than L says`(name: String) throws {
    let (model, cells, result) = try Self.realModel(name)
    let rows = Array(stride(from: 0, to: cells.count, by: cells.count / 20))
    #expect(try checkBound(model, Self.inputs(cells, rows, of: result)) > 0.02)
  }

  // MARK: Verifying

  /// The model with one number of one of its tensors changed by the last bit.
  private func changed(_ model: Model, _ name: String) throws -> Model {
    var network = model.trained.network
    func change(_ tensors: [NamedTensor]) -> [NamedTensor] {
      tensors.map { tensor in
        guard tensor.name == name else { return tensor }
        var values = tensor.values
        values[0] = Float(bitPattern: values[0].bitPattern ^ 1)
        return NamedTensor(name: name, shape: tensor.shape, values: values)
      }
    }
    try network.restore(
      parameters: change(network.parameters), statistics: change(network.statistics))
    return Model(
      network: TrainedModel(
        genes: model.trained.genes, batches: model.trained.batches, network: network),
      space: nil,
      batchKeys: model.batchKeys, levelsOfBatch: model.levelsOfBatch,
      deviations: model.deviations, meanInputs: model.meanInputs, components: model.components,
      componentScaling: model.componentScaling, alignment: model.alignment,
      alignmentOptions: model.alignmentOptions, reference: model.reference, record: model.record)
  }

  @Test(arguments: [
    "encoder.0.norm.mean", "encoder.0.norm.variance", "encoder.0.weight", "decoder.output.bias",
    "decoder.0.norm.variance",
  ])
  func `one bit of any number is enough to fail, with the file's own digest made to fit`(
    name: String
  ) throws {
    let folder = try TemporaryFolder()
    let (model, _, _) = try Self.model("batch")
    let certificate = try Certificate(of: model)
    let other = try changed(model, name)
    // Writing it writes its own digest: nothing in the file contradicts the rest.
    try other.write(to: folder.path("m.h5"))
    let read = try Model(readingAt: folder.path("m.h5"))
    let error = #expect(throws: CertificateError.self) { try certificate.verify(read) }
    guard case .differs(let differences) = error else {
      Issue.record("\(error as Any)")
      return
    }
    #expect(
      differences[0]
        == "SHA-256 of parameters and statistics: \(other.trained.digest), certified "
        + model.trained.digest)
    #expect(
      error?.description.hasPrefix("the model is not the certified one: SHA-256")
        == true)
    #expect(error.flatMap { failureCategory(of: $0) } == .data)
  }

  @Test func `a certificate whose numbers were changed fails, and says which`() throws {
    let (model, _, _) = try Self.model("two layers")
    let certificate = try Certificate(of: model)
    let text = String(decoding: try certificate.json(), as: UTF8.self)
    let folder = try TemporaryFolder()
    func differences(_ old: String, _ new: String) throws -> [String] {
      #expect(text.contains(old))
      try Data(text.replacing(old, with: new).utf8).write(
        to: folder.url.appending(path: "c.json"))
      let changed = try Certificate(readingAt: folder.path("c.json"))
      let error = #expect(throws: CertificateError.self) { try changed.verify(model) }
      guard case .differs(let differences) = error else { return [] }
      return differences
    }
    let (l, norm) = (certificate.lipschitz, certificate.layers[1].norms[0])
    #expect(
      try differences("\"lipschitz\" : \(l)", "\"lipschitz\" : \(l.nextDown)")
        == ["L: \(l), certified \(l.nextDown)"])
    #expect(
      try differences("\(norm)", "\(norm.nextDown)")
        == ["norm of 'encoder.1': \(norm), certified \(norm.nextDown)"])
  }

  // MARK: Refusals

  @Test(arguments: [Normalization.layer, .group])
  func `layer and group norm are refused`(norm: Normalization) throws {
    let (model, _) = try MappingTests.model(norm: norm)
    #expect(throws: CertificateError.noBound(norm: norm)) { try Certificate(of: model) }
    #expect(
      CertificateError.noBound(norm: norm).description
        == "the model cannot be certified: its encoder has \(norm.rawValue) norm, which divides by "
        + "each cell's own deviation, so no useful bound holds for all cells; train it with "
        + "`encoderNorm = batch`, 'per-batch' or 'none'")
  }

  @Test func `files that are no certificates are refused`() throws {
    let folder = try TemporaryFolder()
    let path = folder.path("c.json")
    func answer(_ text: String?) throws -> String {
      if let text { try Data(text.utf8).write(to: URL(filePath: path)) }
      let error = #expect(throws: CertificateError.self) { try Certificate(readingAt: path) }
      return (error?.description ?? "").replacing(path, with: "c.json")
    }
    #expect(
      try answer(nil) == "cannot read the certificate 'c.json': there is no such file")
    let rest = "; give the file that `Certificate.json` wrote"
    let start = "'c.json' is not a scharmonize certificate: "
    #expect(try answer("{}") == start + "it is not JSON with a 'format'" + rest)
    #expect(
      try answer("{\"format\": 2}")
        == start + "it has format 2, and scharmonize \(scharmonizeVersion) reads format 1" + rest)
    #expect(
      try answer("{\"format\": 1}")
        == start + "fields are missing or have another type" + rest)
  }
}
