internal import CellFiles
internal import CountData
internal import Evaluation
internal import NeuralNet
package import Support

/// The covariates of a run's cells, checked for what cannot be told apart.
package struct Covariates: Sendable {
  /// The largest number of columns of all covariates.
  static let columnLimit = 100

  /// The columns of each covariate.
  package let encodings: [CovariateEncoding]

  /// The values of all cells, column after column of each covariate; `(n, q)`.
  package let design: CovariateDesign

  /// The part of the record about each covariate.
  var records: [CovariateRecord]

  /// Warnings about strong confounding, and notices.
  package private(set) var diagnostics = Diagnostics()

  /// Reads and checks the covariates of a run; `nil` if the options name none.
  ///
  /// - Parameters:
  ///   - options: The options of the run, with the covariates and the column of labels.
  ///   - cells: The cells.
  /// - Throws: ``CovariateError``; errors of reading the columns.
  init?(_ options: IntegrationOptions, of cells: CellDataset) throws {
    guard let keys = options.covariates, !keys.isEmpty else { return nil }
    guard options.model.decoderNorm != .perBatch else { throw CovariateError.unsupportedNorm }
    let batchKeys =
      [cells.batchKey ?? ""] + (cells.batchKey ?? "").split(separator: ",").map(\.trimmed)
    for key in keys {
      if batchKeys.contains(key.name) { throw CovariateError.isBatch(name: key.name) }
      if let labelKey = options.labelKey, labelKey == key.name {
        throw CovariateError.isLabel(name: key.name, labelKey: labelKey)
      }
    }
    encodings = try keys.map { try CovariateEncoding($0, of: cells) }
    let q = encodings.reduce(0) { $0 + $1.width }
    guard q <= Self.columnLimit else {
      throw CovariateError.tooManyColumns(count: q, limit: Self.columnLimit)
    }
    let columns = try encodings.map { try $0.columns(of: cells) }
    design = CovariateDesign(joining: columns, widths: encodings.map(\.width))
    let batches = cells.batches
    var association = GroupAssociation(
      design, encodings, groups: batches.batchOfCell, groupCount: batches.names.count)
    records = encodings.enumerated().map { index, encoding in
      CovariateRecord(encoding, cells: cells.count, batchAssociation: association.strengths[index])
    }
    for (record, share) in zip(records, association.sharesWithin) where share < 1e-9 {
      throw CovariateError.isBatch(name: record.name)
    }
    if let place = association.determined() {
      throw CovariateError.determined(
        name: encodings[place].name, by: encodings[..<place].map(\.name))
    }
    if let labelKey = options.labelKey, let labels = try cells.labels(labelKey) {
      try compare(with: labels, labelKey)
    }
    for record in records { warn(about: record) }
    for (encoding, columns) in zip(encodings, columns) where encoding.kind == .categorical {
      warnOfSeparateLevels(encoding, columns, batches)
    }
    noteWholeNumbers(keys, columns)
  }

  /// Compares covariates with labels, which must not be removed with them.
  private mutating func compare(
    with labels: (names: [String], ofCell: [Int32]), _ labelKey: String
  ) throws {
    let labelled = labels.ofCell.indices.filter { labels.ofCell[$0] >= 0 }
    guard !labelled.isEmpty else { return }
    let association = GroupAssociation(
      design.rows(labelled), encodings, groups: labelled.map { labels.ofCell[$0] },
      groupCount: labels.names.count)
    for index in records.indices {
      if association.sharesWithin[index] < 1e-9 {
        throw CovariateError.isLabel(name: records[index].name, labelKey: labelKey)
      }
      records[index].labelAssociation = association.strengths[index]
    }
  }

  private mutating func warn(about record: CovariateRecord) {
    if record.batchAssociation >= record.kind.strongAssociation {
      diagnostics.warnings.append(
        "the covariate '\(record.name)' and the batches are confounded ("
          + record.association(record.batchAssociation)
          + "); their effects are told apart only by the cells of one batch that differ in it")
    }
    if let association = record.labelAssociation, association >= record.kind.strongAssociation {
      diagnostics.warnings.append(
        "the covariate '\(record.name)' and the labels are confounded ("
          + record.association(association)
          + "); removing its effect may remove differences between cell types")
    }
  }

  /// Warns of levels that no batch links with the others, directly or through other levels.
  private mutating func warnOfSeparateLevels(
    _ encoding: CovariateEncoding, _ columns: [Float], _ batches: BatchAssignment
  ) {
    let count = encoding.width
    var group = Array(0..<count)
    func root(_ level: Int) -> Int {
      var level = level
      while group[level] != level { level = group[level] }
      return level
    }
    var levelOfBatch = [Int?](repeating: nil, count: batches.names.count)
    for (cell, batch) in batches.batchOfCell.enumerated() {
      guard let level = (0..<count).first(where: { columns[cell * count + $0] > 0 }) else {
        continue
      }
      if let other = levelOfBatch[Int(batch)] {
        let (a, b) = (root(level), root(other))
        group[max(a, b)] = min(a, b)
      } else {
        levelOfBatch[Int(batch)] = level
      }
    }
    let parts = Dictionary(grouping: 0..<count, by: root).sorted { $0.key < $1.key }.map(\.value)
    guard parts.count > 1 else { return }
    let named = parts.map { part in
      part.prefix(3).map { "'\(encoding.levels[$0])'" }.joined(separator: ", ")
        + (part.count > 3 ? ", …" : "")
    }
    diagnostics.warnings.append(
      "no batch holds levels of the covariate '\(encoding.name)' from more than one of these groups: "
        + named.joined(separator: "; ")
        + "; differences between the groups cannot be told from those of batches")
  }

  /// Tells of whole numbers that may be meant as levels.
  private mutating func noteWholeNumbers(_ keys: [CovariateKey], _ columns: [[Float]]) {
    for (key, (encoding, values)) in zip(keys, zip(encodings, columns))
    where key.kind == nil && encoding.kind == .continuous {
      let distinct = Set(values.prefix(100_000))
      guard distinct.count <= 10 else { continue }
      diagnostics.notices.append(
        "the covariate '\(key.name)' has \(distinct.count) different numbers and is continuous; give "
          + "`covariates = \(key.name):categorical` if they name levels")
    }
  }
}

extension CovariateDesign {
  /// Joins the columns of several covariates.
  init(joining columns: [[Float]], widths: [Int]) {
    let n = (columns.first?.count ?? 0) / max(1, widths.first ?? 1)
    var values: [Float] = []
    values.reserveCapacity(n * widths.reduce(0, +))
    for cell in 0..<n {
      for (column, width) in zip(columns, widths) {
        values += column[cell * width..<(cell + 1) * width]
      }
    }
    self.init(width: widths.reduce(0, +), values: values)
  }
}
