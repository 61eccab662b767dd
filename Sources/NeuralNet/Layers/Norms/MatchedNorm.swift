import Numerics
import Support

/// A norm over all cells of the minibatch after subtracting each batch's offset at matched
/// composition.
struct MatchedNorm: NormOverCells {
  let isMatched = true

  func affineRows(batches: Int, matchedRows: Int) -> Int { matchedRows }

  func assign(_ slots: inout NormSlots, _ cells: StepCells, _ network: Network) {
    slots.assign(
      cells.batches.map { network.matchedRows[Int($0)] }, batchCount: network.batches,
      perBatch: true, shrinkage: 0)
    slots.offsetWeights = matchedOffsetWeights(
      memberships: cells.memberships, slots: slots, shrinkage: network.options.batchShrinkage)
  }

  /// Updates the offsets of the minibatch's batches, and the common moments.
  func updateStatistics(_ statistics: FloatView, of work: HiddenWorkspace, slots: NormSlots) {
    guard let meanRange = work.layer.mean, let varianceRange = work.layer.variance,
      let updatesRange = work.layer.updates, let offsetRange = work.layer.offset
    else { return }
    let (mean, variance) = (statistics[meanRange], statistics[varianceRange])
    let (updates, offset) = (statistics[updatesRange], statistics[offsetRange])
    let moments = work.moments
    let units = work.layer.units
    let mixture = slots.count * units
    for slot in 0..<slots.count {
      let row = Int(slots.affine[slot])
      updates[row] += 1
      let weight = max(0.1, 1 / updates[row])
      for j in 0..<units {
        let found = moments.mean[slot * units + j] - moments.mean[mixture + j]
        offset[row * units + j] += weight * (found - offset[row * units + j])
      }
    }
    // Every minibatch updates some row, so the largest number of updates is the number of
    // minibatches.
    let most = (0..<updates.count).reduce(Float(1)) { max($0, updates[$1]) }
    let weight = max(0.1, 1 / most)
    for j in 0..<units {
      mean[j] += weight * (moments.mean[mixture + j] - mean[j])
      variance[j] += weight * (moments.variance[mixture + j] - variance[j])
    }
  }

  func description(in options: AutoencoderOptions, comparesPopulations: Bool) -> NormDescription {
    let all = " over all cells of a minibatch"
    let offsets =
      comparesPopulations
      ? "offset at matched composition, estimated by ridge regression (κ = "
        + "\(plain(Double(options.batchShrinkage)))) on the populations that batches share"
      : "offset from the overall mean"
    return NormDescription(
      "batch normalization", .batchNorm,
      rest: (options.batchShrinkage.isInfinite
        ? all : "\(all) after subtraction of each batch's \(offsets)")
        + ", with a scale and a shift for each batch")
  }
}
