internal import CellFiles
public import CountData
internal import Foundation
internal import Numerics
public import Support

extension Destination {
  /// Checks, before any work is done, whether the requested output can be written.
  ///
  /// - Parameter options: The options of the mapping.
  /// - Throws: ``HarmonizeError/unsuitable(_:)`` if radii are requested for a table.
  package func check(_ options: MappingOptions) throws(UsageError) {
    guard options.certifiesRadius, !format.holdsCells else { return }
    throw UsageError(
      "`certifiesRadius` is written to 'obs', which '\(path)' does not have; name an output that ends "
        + "in .h5ad")
  }

  /// Checks whether the output can hold the reference cells, too.
  ///
  /// - Parameter hasReference: `true` if they are to be written.
  /// - Throws: `UsageError` for a copy of a zarr store.
  package func checkHoldsReference(_ hasReference: Bool) throws(UsageError) {
    guard hasReference, format == .zarr else { return }
    throw UsageError(
      "a .zarr output is a copy of the new cells and cannot hold the reference; give "
        + "`path = FILE.h5ad`")
  }

  /// Writes a mapping of new cells; the file appears under its name when it is complete.
  ///
  /// An `.h5ad` gets `obsm/X_scharmonize`, `obsm/X_scharmonize_latent`, `uns/scharmonize`, and with
  /// labels the columns `scharmonize_label`, `scharmonize_confidence`, `scharmonize_distance` and
  /// `scharmonize_support`; with
  /// ``MappingOptions/certifiesRadius`` also `scharmonize_mu_label` and `scharmonize_radius`.
  ///
  /// - Parameters:
  ///   - mapping: The mapping.
  ///   - query: The new cells, which must come from files.
  ///   - model: The model, to write the cells of the training before the new ones: to a table, or
  ///     to an `.h5ad` without expression. The default is `nil`, for the new cells only.
  ///   - progress: Receives the progress of writing; throws to stop. The default does nothing.
  /// - Throws: `CategorizedError` if writing fails; errors of reading the inputs and of
  ///   `progress`.
  public func write(
    _ mapping: Mapping, of query: CellDataset, after model: Model? = nil,
    progress: ProgressHandler = { _ in }
  ) throws {
    let meter = ProgressMeter(Workload([.writing: 1]))
    try progress(meter.progress(.writing, 0))
    try write(mapping, query, model)
    try progress(meter.progress(.writing, 1))
  }

  private func write(_ mapping: Mapping, _ query: CellDataset, _ model: Model?) throws {
    guard let joined = query.joined else {
      throw UsageError(
        "cells in memory cannot be written as a copy of a file")
    }
    try checkHoldsReference(model != nil)
    switch format {
    case .table(let format):
      let reference = model?.reference
      var names = reference.map { CellNames($0.names) } ?? query.cellNames
      if reference != nil { for name in query.cellNames { names.append(name) } }
      try writeTable(
        to: path, cellNames: names,
        table: DenseTable(reference?.embedding, followedBy: DenseTable(mapping.embedding)),
        format: format)
    case .h5ad, .zarr:
      if let model { return try writeJoint(mapping, query, model) }
      try checkInputs(of: joined)
      if joined.isOneAnnData || format == .zarr {
        var additions = mapping.additions
        additions.add(joined.files[0].addedColumns)
        if let genes = mapping.genes {
          additions.markGenes(of: joined) { genes.contains(joined.genes[$0].name) }
        }
        try writeCopy(of: joined.files[0], adding: additions)
      } else {
        try writeJoined(
          to: path, cells: joined,
          usedGenes: mapping.genes.map { genes in joined.genes.map { genes.contains($0.name) } },
          includesExpression: !embeddingOnly, adding: mapping.additions)
      }
    }
  }

  /// Writes the cells of the training followed by the new ones, without expression.
  private func writeJoint(_ mapping: Mapping, _ query: CellDataset, _ model: Model) throws {
    let reference = model.reference
    let n = reference.names.count
    let known = Set(reference.names)
    var cells = DataFrame(
      names: reference.names + query.names.map { known.contains($0) ? "\($0)-query" : $0 })
    cells["batch"] = .strings(
      reference.batches.map { model.batches[Int($0)] }
        + query.batches.batchOfCell.map { query.batches.names[Int($0)] })
    cells["is_reference"] = .booleans(
      [Bool](repeating: true, count: n) + [Bool](repeating: false, count: query.count))
    if let labels = reference.labels {
      cells[labels.key] = .strings(
        labels.ofCell.map { $0 < 0 ? nil : labels.names[Int($0)] }
          + [String?](repeating: nil, count: query.count))
    }
    var additions = mapping.additions
    for (name, column) in additions.obs {
      cells[name] = column.following(absent: n)
      additions.obs[name] = nil
    }
    for (key, first) in [
      ("X_scharmonize", reference.embedding), ("X_scharmonize_latent", reference.latent),
    ] {
      guard let own = additions.obsm[key] else { continue }
      additions.obsm[key] = DenseTable(first, followedBy: own)
    }
    try writeAnnData(
      to: path, cells: cells, genes: DataFrame(names: model.genes), matrix: nil,
      storedAs: Float.self, adding: additions)
  }
}

extension DenseTable {
  /// Makes a table of the cells of the training, if they are wanted, and of new cells after them.
  fileprivate init(_ reference: Embedding?, followedBy new: DenseTable) {
    guard let reference else {
      self = new
      return
    }
    let n = reference.cellCount
    self.init(rows: n + new.rows, columns: new.columns) { rows in
      let (first, last) = (min(rows.lowerBound, n), min(rows.upperBound, n))
      return reference.values(ofCells: first..<last)
        + new.values(ofRows: rows.lowerBound - first..<rows.upperBound - last)
    }
  }
}

extension Column {
  /// Returns the column with `count` missing values in front.
  fileprivate func following(absent count: Int) -> Column {
    switch self {
    case .strings(let values): .strings([String?](repeating: nil, count: count) + values)
    case .categorical(let codes, let categories, let ordered):
      .categorical(
        codes: [Int32](repeating: -1, count: count) + codes, categories: categories,
        ordered: ordered)
    case .integers(let values): .integers([Int64?](repeating: nil, count: count) + values)
    case .floats(let values): .floats([Double](repeating: .nan, count: count) + values)
    case .booleans(let values): .booleans([Bool?](repeating: nil, count: count) + values)
    }
  }
}

extension Mapping {
  /// The additions to an AnnData file of the new cells.
  fileprivate var additions: AnnDataAdditions {
    var additions = AnnDataAdditions()
    additions.obsm["X_scharmonize"] = DenseTable(embedding)
    if latent.dimensions > 0 { additions.obsm["X_scharmonize_latent"] = DenseTable(latent) }
    if let labels {
      additions.obs["scharmonize_label"] = labelColumn(labels.ofCell, labels.names)
      additions.obs["scharmonize_confidence"] = .floats(labels.confidence.map(Double.init))
      additions.obs["scharmonize_distance"] = .floats(labels.distance.map(Double.init))
      if let support = labels.support {
        additions.obs["scharmonize_support"] = .floats(support.map(Double.init))
      }
    }
    if let certified {
      additions.obs["scharmonize_mu_label"] = labelColumn(certified.ofCell, certified.names)
      additions.obs["scharmonize_radius"] = .floats(certified.radius)
    }
    additions.uns["scharmonize"] = record.unsValue
    return additions
  }
}

/// Returns the labels of new cells as a column, with *unknown* as the last category.
private func labelColumn(_ ofCell: [Int32], _ names: [String]) -> Column {
  .categorical(
    codes: ofCell.map { $0 < 0 ? Int32(names.count) : $0 },
    categories: names + [TransferredLabels.unknown], ordered: false)
}

extension MappingRecord {
  /// The record as stored in `uns/scharmonize`, without fields that differ between equal runs.
  fileprivate var unsValue: UnsValue {
    var value: [String: UnsValue] = [
      "version": .string(version), "mapped": true, "model_digest": .string(modelDigest),
      "statistics": .string(statistics.rawValue),
      "inputs": .strings(inputs.map(\.path)),
      "batches": .strings(batches.map(\.name)), "cells_of_batch": .integers(batches.map(\.cells)),
      "genes": .integer(genes), "genes_found": .integer(genesFound),
      "warnings": .strings(warnings), "notices": .strings(notices),
    ]
    if let name = options.fromEmbedding {
      (value["genes"], value["genes_found"], value["statistics"]) = (nil, nil, nil)
      value["from_embedding"] = .string(name)
    }
    if let certified { value["lipschitz"] = .double(certified.lipschitz) }
    return .dictionary(value.merging(options.unsValues) { own, _ in own })
  }
}
