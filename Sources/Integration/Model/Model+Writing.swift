internal import Alignment
internal import CellFiles
internal import Foundation
internal import HDF5
internal import Numerics
internal import Support
internal import NeuralNet

extension Model {
  /// The attribute `format` of a model's file.
  static let formatName = "scharmonize model"

  /// The version of the format that is written, and the latest that can be read.
  package static let formatVersion = 6

  /// The version that is written: the first that knows all parts of the model, for the sake of older
  /// programs.
  ///
  /// Version 3 added columns of the decoder and protected levels, version 4 the weights of peaks,
  /// version 5 size factors, and version 6 the precision of decoded profiles.
  private var writtenVersion: Int {
    guard network?.network.profilePrecision != .bfloat16 else { return 6 }
    guard sizeFactorKey == nil else { return 5 }
    guard peakWeights == nil else { return 4 }
    return network?.network.covariates == 0 && protectedKey == nil ? 2 : 3
  }

  /// Writes the model as an HDF5 file; it appears under its name when it is complete.
  ///
  /// Each part has a descriptive name and a separate dataset:
  ///
  ///     /                   format, version, scharmonize, digest, protected_key, size_factor
  ///                         (attributes)
  ///     genes/              names; deviations; peak_weights; missing, missing_starts, mean_inputs
  ///     batches/            names, levels (S, keys); norm_rows, of a norm at matched composition
  ///     batch_keys/         names; levels/0, levels/1, …
  ///     network/            the options (attributes); parameters/…, statistics/…
  ///     coordinates/        center; name (attribute); instead of genes, network and components, of
  ///                         given coordinates
  ///     components/         mean, directions, variances; total_variance, scaling (attributes)
  ///     alignment/          centroids, centers, offsets, combinations, masses, and effects of
  ///                         covariates (q, K, d); options (attributes)
  ///     covariates/0, …     name, kind, mean, deviation (attributes); levels, shares
  ///     reference/          names, batches, trained_on, embedding, latent; labels/names,
  ///                         labels/codes; label_key (attribute)
  ///     record              the run's record, JSON
  ///
  /// Two runs with the same result write the same bytes.
  ///
  /// - Parameter path: The file to create or replace.
  /// - Throws: `CategorizedError` if writing fails; a failure leaves no partial file.
  public func write(to path: String) throws {
    try writeHDF5(to: path) { file in
      try file.setAttribute("format", of: "/", to: .string(Self.formatName))
      try file.setAttribute("version", of: "/", to: .integer(Int64(writtenVersion)))
      try file.setAttribute("scharmonize", of: "/", to: .string(scharmonizeVersion))
      try file.setAttribute("digest", of: "/", to: .string(digest))
      if let protectedKey {
        try file.setAttribute("protected_key", of: "/", to: .string(protectedKey))
      }
      if let sizeFactorKey {
        try file.setAttribute("size_factor", of: "/", to: .string(sizeFactorKey))
      }
      if let space {
        try file.write(space.center, at: "coordinates/center")
        try file.setAttribute("name", of: "coordinates", to: .string(space.name))
      }
      if let network { try writeGenes(of: network, to: file) }
      try writeBatches(to: file)
      if let network { try writeNetwork(network.network, to: file) }
      try writeSpace(to: file)
      try writeCovariates(to: file)
      try writeReference(to: file)
      try file.write(string: String(decoding: record, as: UTF8.self), at: "record")
    }
  }

  /// Checks, before any work is done, whether a model can be written.
  ///
  /// - Parameters:
  ///   - path: The file to write.
  ///   - inputs: The input files. The default is empty.
  ///   - outputs: The other output files. The default is empty.
  /// - Throws: ``HarmonizeError/unsuitable(_:)`` if the path is one of these; `OutputError` if the
  ///   folder is missing or not writable.
  package static func checkWritable(
    _ path: String, inputs: [String] = [], outputs: [String] = []
  ) throws {
    try checkOutput(path, of: "Model", inputs: inputs, outputs: outputs)
  }

  private func writeGenes(
    of trained: TrainedModel, to file: borrowing File
  ) throws(HDF5Error) {
    try file.write(strings: trained.genes, at: "genes/names")
    if let deviations { try file.write(deviations, at: "genes/deviations") }
    if let peakWeights { try file.write(peakWeights, at: "genes/peak_weights") }
    if let padding = trained.network.padding {
      let starts = padding.missing.reduce(into: [0]) { $0.append($0[$0.count - 1] + $1.count) }
      try file.write(padding.missing.flatMap(\.self), at: "genes/missing")
      try file.write(starts, at: "genes/missing_starts")
    }
    try file.write(meanInputs, at: "genes/mean_inputs")
  }

  private func writeBatches(to file: borrowing File) throws(HDF5Error) {
    try file.write(strings: batches, at: "sources/names")
    if let network = network?.network, network.options.decoderNorm == .matched {
      try file.write(network.matchedRows, at: "sources/norm_rows")
    }
    try file.write(
      levelsOfBatch.flatMap(\.self), at: "sources/levels",
      shape: [levelsOfBatch.count, batchKeys.count])
    try file.write(strings: batchKeys.map(\.name), at: "batch_keys/names")
    for (number, key) in batchKeys.enumerated() {
      try file.write(strings: key.levels, at: "batch_keys/levels/\(number)")
    }
  }

  private func writeNetwork(
    _ network: Autoencoder, to file: borrowing File
  ) throws(HDF5Error) {
    let options = network.options
    try file.createGroup("network")
    let values: [(String, AttributeValue)] = [
      ("hidden", .integers(options.hidden.map(Int64.init))),
      ("latent", .integer(Int64(options.latent))),
      ("residual", .boolean(options.residual)),
      ("encoder_norm", .string(options.encoderNorm.rawValue)),
      ("decoder_norm", .string(options.decoderNorm.rawValue)),
      ("source_shrinkage", .float(Double(options.batchShrinkage))),
      ("dropout", .float(Double(options.dropout))),
      ("loss", .string(options.loss.rawValue)),
    ]
    for (name, value) in values { try file.setAttribute(name, of: "network", to: value) }
    if trained.network.covariates > 0 {
      try file.setAttribute(
        "columns", of: "network", to: .integer(Int64(trained.network.covariates)))
    }
    // An absent attribute means float32.
    if network.profilePrecision != .float32 {
      try file.setAttribute(
        "profile_precision", of: "network", to: .string(network.profilePrecision.rawValue))
    }
    try file.createGroup("network/parameters")
    try file.createGroup("network/statistics")
    for tensor in network.parameters {
      try file.write(tensor.values, at: "network/parameters/\(tensor.name)", shape: tensor.shape)
    }
    for tensor in network.statistics {
      try file.write(tensor.values, at: "network/statistics/\(tensor.name)", shape: tensor.shape)
    }
  }

  private func writeSpace(to file: borrowing File) throws(HDF5Error) {
    if let components {
      try file.write(components.mean, at: "components/mean")
      try file.write(
        components.components.values, at: "components/directions",
        shape: [components.components.rows, components.components.columns])
      try file.write(components.variances, at: "components/variances")
      try file.setAttribute(
        "total_variance", of: "components", to: .float(components.totalVariance))
      try file.setAttribute("scaling", of: "components", to: .float(Double(componentScaling)))
    }
    guard let alignment, let options = alignmentOptions else { return }
    let (k, d) = (alignment.clusterCount, alignment.dimensions)
    let combinations = alignment.combinations.count
    try file.write(alignment.centroids, at: "alignment/centroids", shape: [k, d])
    try file.write(alignment.centers, at: "alignment/centers", shape: [k, d])
    try file.write(alignment.offsets, at: "alignment/offsets", shape: [combinations, k, d])
    try file.write(alignment.masses, at: "alignment/masses", shape: [combinations, k])
    try file.write(
      alignment.combinations.flatMap(\.self), at: "alignment/combinations",
      shape: [combinations, batchKeys.count])
    if alignment.covariateCount > 0 {
      try file.write(
        alignment.effects, at: "alignment/effects", shape: [alignment.covariateCount, k, d])
    }
    try file.write(alignment.objectives, at: "alignment/objectives")
    var values: [(String, AttributeValue)] = [
      ("converged", .boolean(alignment.hasConverged)),
      ("theta", .floats(options.theta)),
      ("sigma", .float(alignment.sigma)),
      ("rounds", .integer(Int64(options.rounds))),
      ("sweeps", .integer(Int64(options.sweeps))),
    ]
    // An absent attribute means that the data determines the value.
    if let ridge = options.ridge { values.append(("lambda", .float(ridge))) }
    if let clusters = options.clusters { values.append(("clusters", .integer(Int64(clusters)))) }
    for (name, value) in values { try file.setAttribute(name, of: "alignment", to: value) }
  }

  private func writeCovariates(to file: borrowing File) throws(HDF5Error) {
    guard !covariates.isEmpty else { return }
    try file.createGroup("covariates")
    for (number, covariate) in covariates.enumerated() {
      let group = "covariates/\(number)"
      try file.createGroup(group)
      try file.setAttribute("name", of: group, to: .string(covariate.name))
      try file.setAttribute("kind", of: group, to: .string(covariate.kind.rawValue))
      try file.setAttribute("mean", of: group, to: .float(covariate.mean))
      try file.setAttribute("deviation", of: group, to: .float(covariate.deviation))
      guard covariate.kind == .categorical else { continue }
      try file.write(strings: covariate.levels, at: "\(group)/levels")
      try file.write(covariate.shares, at: "\(group)/shares")
    }
  }

  private func writeReference(to file: borrowing File) throws(HDF5Error) {
    try file.write(strings: reference.names, at: "reference/names")
    try file.write(reference.batches, at: "reference/sources")
    try file.write(booleans: reference.wasTrainedOn, at: "reference/trained_on")
    for (name, table) in [("embedding", reference.embedding), ("latent", reference.latent)]
    where table.dimensions > 0 {
      try file.write(DenseTable(table), at: "reference/\(name)")
    }
    if let labels = reference.labels {
      try file.write(strings: labels.names, at: "reference/labels/names")
      try file.write(labels.ofCell, at: "reference/labels/codes")
      try file.setAttribute("label_key", of: "reference", to: .string(labels.key))
    }
  }
}
