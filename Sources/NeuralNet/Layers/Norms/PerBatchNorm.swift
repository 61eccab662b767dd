import Numerics
import Support

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

  func description(in options: AutoencoderOptions, comparesPopulations: Bool) -> NormDescription {
    let moments =
      switch options.batchShrinkage {
      case .infinity: "the moments of the whole minibatch"
      case 0: "its own moments"
      case let kappa:
        "its own moments, to which the whole minibatch contributes with the weight of "
          + "\(plain(kappa)) cell\(kappa == 1 ? "" : "s")"
      }
    return NormDescription(
      "batch normalization", .batchNorm,
      rest: " of each batch with \(moments), and a scale and a shift for each batch")
  }
}
