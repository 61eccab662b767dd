internal import CountData
internal import NeuralNet
internal import Support

/// Several batch keys as the network models them: side by side, and not only their combinations.
///
/// The norm at matched composition has the levels of the key with the most of them, each with an
/// offset, a scale and a shift. Of every other key the decoder receives centred indicators of the levels.
/// So an effect of a level is estimated from all combinations that have it.
struct AdditiveKeys: Sendable {
  /// The index of the key whose levels the norm has.
  let normKey: Int

  /// The row of each batch in the norm, from 0 without gaps; `(S)`.
  let rows: [Int32]

  /// The number of columns of the other keys.
  let width: Int

  /// The columns of each batch; `(S, width)`.
  let columns: [Float]

  /// Takes the keys of a run's cells; `nil` for one key.
  ///
  /// - Parameters:
  ///   - cells: The cells.
  ///   - kept: The cells of the training.
  init?(_ cells: CellDataset, kept: [Int]) {
    let keys = cells.batchKeys
    guard keys.count > 1, !kept.isEmpty else { return nil }
    var counts = keys.map { [Int](repeating: 0, count: $0.names.count) }
    for cell in kept {
      for (key, batches) in keys.enumerated() { counts[key][Int(batches.batchOfCell[cell])] += 1 }
    }
    let levels = counts.map { $0.count { $0 > 0 } }
    let most = levels.max() ?? 0
    let normKey = levels.firstIndex(of: most) ?? 0
    var levelsOfBatch = [[Int32]?](repeating: nil, count: cells.batches.names.count)
    for (cell, batch) in cells.batches.batchOfCell.enumerated()
    where levelsOfBatch[Int(batch)] == nil {
      levelsOfBatch[Int(batch)] = keys.map { $0.batchOfCell[cell] }
    }
    let own = levelsOfBatch.map { $0?[normKey] ?? 0 }
    let numbers = Dictionary(uniqueKeysWithValues: zip(Set(own).sorted(), Int32(0)...))
    self.normKey = normKey
    rows = own.map { numbers[$0] ?? 0 }
    let n = Float(kept.count)
    let others = keys.indices.filter { $0 != normKey }
    columns = levelsOfBatch.flatMap { levels in
      others.flatMap { key in
        counts[key].enumerated().map { level, count in
          (levels?[key] == Int32(level) ? 1 : 0) - Float(count) / n
        }
      }
    }
    width = others.reduce(0) { $0 + counts[$1].count }
  }
}

extension RunCells {
  /// The columns that the decoder receives of all cells: covariates, levels of further keys, and
  /// protected levels; `nil` without any.
  func decoderColumns(_ keys: AdditiveKeys?) -> CovariateDesign? {
    guard keys != nil || protected != nil else { return covariates }
    let levels = protected?.decoded
    let (q, k, l) = (covariates?.width ?? 0, keys?.width ?? 0, levels?.batches.count ?? 0)
    var values: [Float] = []
    values.reserveCapacity(count * (q + k + l))
    for (cell, batch) in batches.batchOfCell.enumerated() {
      if let covariates { values += covariates.values(ofCell: cell) }
      if let keys { values += keys.columns[Int(batch) * k..<(Int(batch) + 1) * k] }
      if let levels { values += levels.columns(ofCell: cell) }
    }
    return CovariateDesign(width: q + k + l, values: values)
  }
}
