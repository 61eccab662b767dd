internal import Alignment
internal import CellFiles
internal import Foundation
internal import HDF5
internal import Numerics
internal import Support
internal import NeuralNet
internal import Training

extension Model {
  /// Reads a model in the format of ``write(to:)``, and checks all of it.
  ///
  /// - Parameters:
  ///   - path: The file.
  ///   - threads: The number of threads that use the model. The default is `nil`, for one per core.
  /// - Throws: `CategorizedError` if the file cannot be opened, is not a model, has a later format, or
  ///   is damaged.
  public init(readingAt path: String, threads: Int? = nil) throws {
    let file = try File(readingAt: path)
    try Self.checkFormat(of: file)
    let reader = CheckedReader {
      ModelError.damaged(path: path, object: $0, problem: $1)
    }

    let batches = try reader.strings("sources/names", of: file)
    let space = try reader.space(of: file, batches: batches)
    let genes = space == nil ? try reader.strings("genes/names", of: file) : []
    try reader.require(
      space != nil || (1...65_536).contains(genes.count), "genes/names", "\(genes.count) genes")
    try reader.require(!batches.isEmpty, "sources/names", "it has no batches")
    let keyNames = try reader.strings("batch_keys/names", of: file)
    try reader.require(!keyNames.isEmpty, "batch_keys/names", "it has no keys")
    let batchKeys = try keyNames.enumerated().map { number, name in
      BatchKey(name: name, levels: try reader.strings("batch_keys/levels/\(number)", of: file))
    }
    let levels: [Int32] = try reader.numbers(
      "sources/levels", of: file, shape: [batches.count, batchKeys.count])
    covariates = try reader.covariates(of: file)
    protectedKey = try file.attribute("protected_key", of: "/")?.string
    sizeFactorKey = try file.attribute("size_factor", of: "/")?.string
    let columns = covariates.reduce(0) { $0 + $1.width }
    self.threads = threads
    self.space = space
    network =
      space == nil
      ? TrainedModel(
        genes: genes, batches: batches,
        network: try reader.network(
          of: file, genes: genes.count, batches: batches.count, atLeastColumns: columns,
          hasRates: sizeFactorKey != nil)) : nil
    self.batchKeys = batchKeys
    levelsOfBatch = try reader.levels(
      levels, of: batchKeys, at: "sources/levels", lowest: -1)
    deviations =
      try file.kind(of: "genes/deviations") == nil
      ? nil : try reader.numbers("genes/deviations", of: file, shape: [genes.count])
    if try file.kind(of: "genes/peak_weights") != nil {
      let weights: [Float] = try reader.numbers(
        "genes/peak_weights", of: file, shape: [genes.count])
      try reader.require(
        deviations == nil && weights.allSatisfy { $0 >= 0 && $0.isFinite }, "genes/peak_weights",
        "a weight is below zero, or there are deviations as well")
      peakWeights = weights
    }
    meanInputs =
      space == nil ? try reader.numbers("genes/mean_inputs", of: file, shape: [genes.count]) : []
    components = try reader.components(of: file, genes: genes.count)
    componentScaling =
      components == nil ? 0 : Float(try reader.float("scaling", of: "components", in: file))
    let latent = network?.network.options.latent ?? 0
    let dimensions = space?.dimensions ?? components?.components.rows ?? latent
    let aligned = try reader.alignment(
      of: file, dimensions: dimensions, covariates: columns, batchKeys)
    alignment = aligned?.alignment
    alignmentOptions = aligned?.options
    let (digest, written) = (
      network?.digest ?? space?.digest(of: alignment) ?? "",
      try reader.value("digest", of: "/", in: file).string
    )
    try reader.require(
      digest == written, network == nil ? "alignment" : "network",
      "its digest is \(digest), not \(written ?? "the stored one")")
    reference = try reader.reference(
      of: file, batches: batches.count, dimensions: dimensions, latent: latent)
    record = Data(try reader.string("record", of: file).utf8)
  }

  /// Checks that a file is a model of a known format.
  private static func checkFormat(of file: borrowing File) throws {
    guard case .string(formatName) = try file.attribute("format", of: "/"),
      case .integer(let version) = try file.attribute("version", of: "/")
    else {
      throw ModelError.notAModel(path: file.path, present: try file.children(of: "/"))
    }
    guard version <= formatVersion else {
      let writer = try file.attribute("scharmonize", of: "/")?.string ?? "of unknown version"
      throw ModelError.newer(
        path: file.path, version: Int(version), writtenBy: writer, readable: formatVersion)
    }
    guard version >= 1 else {
      throw ModelError.damaged(
        path: file.path, object: "/@version", problem: "format \(version) does not exist")
    }
  }
}

// The parts of a model, each checked against the parts read before.
extension CheckedReader {
  /// Checks and groups indices of levels, one row per batch with one index per key.
  fileprivate func levels(
    _ numbers: [Int32], of keys: [Model.BatchKey], at name: String, lowest: Int32
  ) throws -> [[Int32]] {
    let rows = stride(from: 0, to: numbers.count, by: keys.count).map {
      Array(numbers[$0..<$0 + keys.count])
    }
    for (number, row) in rows.enumerated() {
      for (level, key) in zip(row, keys) {
        try require(
          level >= lowest && Int(level) < key.levels.count, name,
          "row \(number) has the level \(level) of \(key.levels.count)")
      }
    }
    return rows
  }

  /// Reads the space of given coordinates; `nil` for a model of counts.
  fileprivate func space(of file: borrowing File, batches: [String]) throws -> GivenSpace? {
    guard try file.kind(of: "coordinates") != nil else { return nil }
    let shape = try file.info(of: "coordinates/center").shape
    try require(
      shape.count == 1 && shape[0] > 0, "coordinates/center",
      "its shape is \(shape), not (dimensions)")
    return GivenSpace(
      name: try value("name", of: "coordinates", in: file).string ?? "",
      center: try numbers("coordinates/center", of: file, shape: shape), batches: batches)
  }

  fileprivate func network(
    of file: borrowing File, genes: Int, batches: Int, atLeastColumns least: Int,
    hasRates: Bool
  ) throws -> Autoencoder {
    // Beside those of covariates, the levels of further batch keys.
    let covariates =
      try file.attribute("columns", of: "network") == nil
      ? 0 : integer("columns", of: "network", in: file)
    try require(
      covariates >= least && covariates <= 1 << 14, "network@columns",
      "\(covariates) columns for \(least) of covariates")

    let options = try networkOptions(of: file)
    try require(
      !hasRates || options.loss != .meanSquaredError, "/@size_factor",
      "its loss is \(options.loss.rawValue), which has no size factors")
    let padding = try padding(of: file, genes: genes, batches: batches)
    let rows = try normRows(of: file, batches: batches, options)
    let shapes = Autoencoder.tensorShapes(
      genes: genes, batches: batches, options: options, matchedRows: rows,
      covariates: covariates)
    let parameters = try tensors(shapes.parameters, in: "network/parameters", of: file)
    let statistics = try tensors(shapes.statistics, in: "network/statistics", of: file)
    for tensor in statistics where tensor.name.hasSuffix(".variance") {
      try require(
        tensor.values.allSatisfy { $0 >= 0 }, "network/statistics/\(tensor.name)",
        "a variance is below zero")
    }
    var network = Autoencoder(
      genes: genes, batches: batches, options: options, padding: padding, matchedRows: rows,
      covariates: covariates,
      meanRates: hasRates ? [Float](repeating: 1, count: genes) : nil, seed: 0)
    do {
      try network.restore(parameters: parameters, statistics: statistics)
    } catch {
      throw damage("network", "\(error)")
    }
    if try file.attribute("profile_precision", of: "network") != nil {
      network.profilePrecision = try choice(
        "profile_precision", of: "network", in: file, as: ProductPrecision.self)
    }
    return network
  }

  /// Reads the row of each batch in the decoder's norm, if it is a norm at matched composition.
  private func normRows(
    of file: borrowing File, batches: Int, _ options: AutoencoderOptions
  ) throws -> [Int32]? {
    guard options.decoderNorm == .matched else { return nil }
    let rows: [Int32] = try numbers("sources/norm_rows", of: file, shape: [batches])
    try require(
      Set(rows) == Set(0...(rows.max() ?? 0)) && rows.count == batches, "sources/norm_rows",
      "its numbers do not cover the range from 0 to the largest")
    return rows
  }

  private func networkOptions(of file: borrowing File) throws -> AutoencoderOptions {
    let group = "network"
    var options = AutoencoderOptions()
    let hidden = try value("hidden", of: group, in: file).integers ?? []
    options.hidden = hidden.map { Int($0) }
    options.latent = try integer("latent", of: group, in: file)
    options.residual = try boolean("residual", of: group, in: file)
    options.encoderNorm = try choice("encoder_norm", of: group, in: file, as: Normalization.self)
    options.decoderNorm = try choice("decoder_norm", of: group, in: file, as: Normalization.self)
    options.batchShrinkage = Float(try float("source_shrinkage", of: group, in: file))
    options.dropout = Float(try float("dropout", of: group, in: file))
    options.loss = try choice("loss", of: group, in: file, as: ReconstructionLoss.self)
    do {
      try options.validate()
    } catch {
      throw damage("network@\(error.option)", "it is \(error.value), not \(error.expected)")
    }
    return options
  }

  private func padding(of file: borrowing File, genes: Int, batches: Int) throws -> GenePadding? {
    guard try file.kind(of: "genes/missing") != nil else { return nil }
    let starts: [Int] = try numbers("genes/missing_starts", of: file, shape: [batches + 1])
    let count = starts[batches]
    try require(
      starts[0] == 0 && zip(starts, starts.dropFirst()).allSatisfy { $0 <= $1 },
      "genes/missing_starts", "it decreases")
    let missing: [UInt16] = try numbers("genes/missing", of: file, shape: [count])
    let lists = (0..<batches).map { Array(missing[starts[$0]..<starts[$0 + 1]]) }
    for list in lists {
      try require(
        list.allSatisfy { Int($0) < genes } && zip(list, list.dropFirst()).allSatisfy { $0 < $1 },
        "genes/missing", "a batch's genes are not ascending numbers under \(genes)")
    }
    return GenePadding(
      missing: lists,
      meanInputs: try numbers("genes/mean_inputs", of: file, shape: [genes]))
  }

  fileprivate func components(of file: borrowing File, genes: Int) throws -> PrincipalComponents? {
    guard try file.kind(of: "components") != nil else { return nil }
    let shape = try file.info(of: "components/directions").shape
    try require(
      shape.count == 2 && shape[1] == genes, "components/directions",
      "its shape is \(shape), not (components, \(genes))")
    let directions: [Float] = try numbers("components/directions", of: file, shape: shape)
    return PrincipalComponents(
      mean: try numbers("components/mean", of: file, shape: [genes]),
      components: Matrix(rows: shape[0], columns: genes, values: directions),
      variances: try numbers("components/variances", of: file, shape: [shape[0]]),
      totalVariance: try float("total_variance", of: "components", in: file))
  }

  fileprivate func alignment(
    of file: borrowing File, dimensions d: Int, covariates: Int, _ keys: [Model.BatchKey]
  ) throws -> (alignment: Alignment, options: ClusterAlignmentOptions)? {
    let group = "alignment"
    guard try file.kind(of: group) != nil else { return nil }
    let shape = try file.info(of: "alignment/offsets").shape
    try require(
      shape.count == 3 && shape[1] > 0 && shape[2] == d, "alignment/offsets",
      "its shape is \(shape), not (combinations, clusters, \(d))")
    let (combinations, k) = (shape[0], shape[1])
    var options = ClusterAlignmentOptions()
    switch try value("theta", of: group, in: file) {
    case .floats(let values): options.theta = values
    default: throw damage("alignment@theta", "it is not a list of numbers")
    }
    options.sigma = try float("sigma", of: group, in: file)
    options.rounds = try integer("rounds", of: group, in: file)
    options.sweeps = try integer("sweeps", of: group, in: file)
    if try file.attribute("lambda", of: group) != nil {
      options.ridge = try float("lambda", of: group, in: file)
    }
    if try file.attribute("clusters", of: group) != nil {
      options.clusters = try integer("clusters", of: group, in: file)
    }
    do {
      try options.validate()
    } catch {
      throw damage(group, "\(error)")
    }
    var alignment = Alignment(clusterCount: k, dimensions: d)
    alignment.centroids = try numbers("alignment/centroids", of: file, shape: [k, d])
    alignment.centers = try numbers("alignment/centers", of: file, shape: [k, d])
    alignment.offsets = try numbers("alignment/offsets", of: file, shape: shape)
    alignment.masses = try numbers("alignment/masses", of: file, shape: [combinations, k])
    alignment.combinations = try levels(
      numbers("alignment/combinations", of: file, shape: [combinations, keys.count]), of: keys,
      at: "alignment/combinations", lowest: 0)
    if covariates > 0 {
      alignment.effects = try numbers(
        "alignment/effects", of: file, shape: [covariates, k, d])
    }
    alignment.sigma = options.sigma
    let objectives = try file.info(of: "alignment/objectives").shape
    alignment.objectives = try numbers("alignment/objectives", of: file, shape: objectives)
    alignment.hasConverged = try boolean("converged", of: group, in: file)
    return (alignment, options)
  }

  fileprivate func covariates(of file: borrowing File) throws -> [CovariateEncoding] {
    guard try file.kind(of: "covariates") != nil else { return [] }
    let count = try file.children(of: "covariates").count
    return try (0..<count).map { number in
      let group = "covariates/\(number)"
      let kind = try choice("kind", of: group, in: file, as: CovariateKey.Kind.self)
      let levels = kind == .categorical ? try strings("\(group)/levels", of: file) : []
      let encoding = CovariateEncoding(
        name: try value("name", of: group, in: file).string ?? "", kind: kind,
        mean: try float("mean", of: group, in: file),
        deviation: try float("deviation", of: group, in: file), levels: levels,
        shares: kind == .categorical
          ? try numbers("\(group)/shares", of: file, shape: [levels.count]) : [])
      try require(encoding.deviation > 0, "\(group)@deviation", "it is not above 0")
      try require(Set(levels).count == levels.count, "\(group)/levels", "some are equal")
      return encoding
    }
  }

  fileprivate func reference(
    of file: borrowing File, batches: Int, dimensions: Int, latent: Int
  ) throws -> Model.Reference {
    let names = try strings("reference/names", of: file)
    let n = names.count
    let ofCell: [Int32] = try numbers("reference/sources", of: file, shape: [n])
    try require(
      ofCell.allSatisfy { $0 >= 0 && Int($0) < batches }, "reference/sources",
      "a number is not in 0..<\(batches)")
    let info = try file.info(of: "reference/trained_on")
    try require(
      info.shape == [n], "reference/trained_on", "its shape is \(info.shape), not \([n])")
    return Model.Reference(
      names: names, batches: ofCell, wasTrainedOn: try file.booleans("reference/trained_on"),
      embedding: Embedding(
        cellCount: n, dimensions: dimensions,
        values: try numbers("reference/embedding", of: file, shape: [n, dimensions])),
      latent: Embedding(
        cellCount: n, dimensions: latent,
        values: latent == 0 ? [] : try numbers("reference/latent", of: file, shape: [n, latent])),
      labels: try labels(of: file, cells: n))
  }

  private func labels(of file: borrowing File, cells n: Int) throws -> Model.Labels? {
    guard try file.kind(of: "reference/labels") != nil else { return nil }
    let names = try strings("reference/labels/names", of: file)
    let codes: [Int32] = try numbers("reference/labels/codes", of: file, shape: [n])
    try require(
      codes.allSatisfy { $0 >= -1 && Int($0) < names.count }, "reference/labels/codes",
      "a number is not in -1..<\(names.count)")
    return Model.Labels(
      key: try value("label_key", of: "reference", in: file).string ?? "label", names: names,
      ofCell: codes)
  }
}
