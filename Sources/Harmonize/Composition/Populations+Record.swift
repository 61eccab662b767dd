internal import Composition

extension Populations {
  /// The largest number of batches that a warning names.
  private static let namedBatches = 5

  /// What was found, by the batches' names.
  func record(names: [String]) -> CompositionRecord {
    CompositionRecord(
      populations: frame.populationCount,
      batches: names.indices.map { batch in
        CompositionRecord.Batch(
          batch: names[batch], frame: composition.component[batch], pool: composition.group[batch],
          lacking: composition.differences[batch].lacking,
          alone: composition.differences[batch].alone,
          isDifferent: isApart(batch) || composition.differences[batch].isLarge)
      })
  }

  /// Whether nothing connects a batch with the largest frame.
  private func isApart(_ batch: Int) -> Bool {
    composition.component[batch] > 0 && composition.batchSizes[batch] > 0
  }

  /// One sentence for each batch that seems to hold other populations than the others.
  ///
  /// - Parameters:
  ///   - names: The batches.
  ///   - handling: The option that decides what is done about it.
  /// - Returns: The sentences; none where all batches hold the same.
  func warnings(names: [String], _ handling: BatchComposition) -> [String] {
    let apart = names.indices.filter { isApart($0) }
    var warnings: [String] = []
    if !apart.isEmpty {
      let filled = composition.batchSizes.count { $0 > 0 }
      let isAll = apart.count == filled - 1
      warnings.append(
        (isAll
          ? "nothing shows that any two batches share cell types, as with sorted samples only"
          : "nothing shows that \(listed(apart, names)) \(apart.count == 1 ? "shares" : "share") cell "
            + "types with the other batches")
          + consequence(handling)
          + "; if they do, give '--composition equal', or a coarser '--batch-key'")
      if isAll { return warnings }
    }
    let different = names.indices.filter { batch in
      !isApart(batch) && composition.differences[batch].isLarge
    }
    for batch in different.prefix(Self.namedBatches) {
      let difference = composition.differences[batch]
      let lacking =
        "\(percent(difference.lacking)) of the other batches' cells have no counterpart in it"
      let alone = "\(percent(difference.alone)) of its own have none in others"
      warnings.append(
        "batch '\(names[batch])' seems to hold other cell types than the others: \(lacking), and "
          + alone + consequence(handling)
          + "; check the types with '--label-key', and give sorted samples of one experiment one level "
          + "of '--batch-key'")
    }
    if different.count > Self.namedBatches {
      let rest = different.count - Self.namedBatches
      warnings.append(
        "\(rest) more \(rest == 1 ? "batch seems" : "batches seem") to hold other cell types than the "
          + "others: see 'composition' in the record")
    }
    return warnings
  }

  private func consequence(_ handling: BatchComposition) -> String {
    switch handling {
    case .matched: "; what is not shared is kept apart"
    case .equal: "; '--composition equal' mixes it all the same"
    }
  }

  private func listed(_ batches: [Int], _ names: [String]) -> String {
    let shown = batches.prefix(Self.namedBatches).map { "'\(names[$0])'" }.joined(separator: ", ")
    let more = batches.count > Self.namedBatches ? ", …" : ""
    return (batches.count == 1 ? "batch " : "batches ") + shown + more
  }

  private func percent(_ share: Double) -> String { "\(Int((100 * share).rounded()))%" }
}
