internal import Composition

extension Populations {
  /// Returns the findings by the batches' names.
  ///
  /// A batch without a connection to the largest frame counts as different.
  func record(names: [String]) -> CompositionRecord {
    CompositionRecord(
      populations: frame.populationCount,
      batches: names.indices.map { batch in
        let difference = composition.differences[batch]
        let isApart = composition.component[batch] > 0 && composition.batchSizes[batch] > 0
        return CompositionRecord.Batch(
          batch: names[batch], cells: composition.batchSizes[batch],
          frame: composition.component[batch], pool: composition.group[batch],
          lacking: min(1, difference.lacking), alone: min(1, difference.alone),
          isDifferent: isApart || difference.isLarge)
      })
  }
}
