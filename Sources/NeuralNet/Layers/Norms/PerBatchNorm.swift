import Numerics

/// A norm over the cells of each batch, with moments shrunk toward the mixture's.
struct PerBatchNorm: NormOverCells {
  func affineRows(batches: Int, matchedRows: Int) -> Int { batches }

  func statisticsRows(affineRows: Int) -> Int { affineRows + 1 }

  func assign(_ slots: inout NormSlots, _ cells: StepCells, _ network: Network) {
    slots.assign(
      cells.batches, batchCount: network.batches, perBatch: true,
      shrinkage: network.options.batchShrinkage)
  }

  func updateStatistics(_ statistics: FloatView, of work: HiddenWorkspace, slots: NormSlots) {
    for slot in 0..<slots.count {
      fold(slot, into: Int(slots.affine[slot]), of: statistics, work)
    }
    fold(slots.count, into: work.layer.statisticsRows - 1, of: statistics, work)
  }
}
