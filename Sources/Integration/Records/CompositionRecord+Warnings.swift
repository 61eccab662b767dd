internal import Support

extension CompositionRecord {
  /// The maximum number of batches named in a list.
  private static let namedBatches = 5

  /// Returns one sentence for each batch that seems to have other cell types than the others.
  ///
  /// - Parameter handling: The option for handling such batches; `nil` if embeddings of any kind
  ///   are evaluated.
  /// - Returns: The sentences; empty if all batches have the same types.
  func warnings(_ handling: BatchComposition?) -> [String] {
    let apart = filled.filter { $0.frame > 0 }
    var warnings: [String] = []
    if !apart.isEmpty {
      let isAll = apart.count == filled.count - 1
      warnings.append(
        (isAll
          ? "no two batches are found to share cell types, as with sorted samples only"
          : "\(apart.count == 1 ? "batch" : "batches") \(named(apart)) "
            + "\(apart.count == 1 ? "is" : "are") not found to share cell types with the other batches")
          + Self.consequence(handling) + Self.adviceOnApart(handling))
      if isAll { return warnings }
    }
    let different = different.filter { $0.frame == 0 }
    warnings += different.prefix(Self.namedBatches).map { batch in
      "batch '\(batch.batch)' seems to hold other cell types than the others: "
        + "\(percent(batch.lacking)) of the other batches' cells have no counterpart in it, and "
        + "\(percent(batch.alone)) of its own have none in others"
        + Self.consequence(handling) + Self.adviceOnDifferent(handling)
    }
    let rest = different.count - Self.namedBatches
    if rest > 0 {
      warnings.append(
        "\(rest) more \(rest == 1 ? "batch seems" : "batches seem") to hold other cell types than the "
          + "others" + (handling == nil ? "" : ": see 'composition' in the record"))
    }
    return warnings
  }

  private static func consequence(_ handling: BatchComposition?) -> String {
    switch handling {
    case .matched: "; unshared populations are kept separate"
    case .equal: "; `composition = equal` merges different cell types"
    case nil: "; an embedding that mixes such batches completely merges different cell types"
    }
  }

  private static func adviceOnApart(_ handling: BatchComposition?) -> String {
    switch handling {
    case .matched: "; if they share types, give `composition = equal`, or a coarser `batchKey`"
    case .equal: "; leave that option out unless you know that they share types"
    case nil: ""
    }
  }

  private static func adviceOnDifferent(_ handling: BatchComposition?) -> String {
    let key = ", and give all sorted samples of one experiment the same level of `batchKey`"
    return switch handling {
    case .matched: "; check the types with `labelKey`" + key
    case .equal: "; leave that option out, check the types with `labelKey`" + key
    case nil: ""
    }
  }

  /// Returns the names of up to five batches, quoted.
  func named(_ batches: [Batch]) -> String {
    let shown = batches.prefix(Self.namedBatches).map { "'\($0.batch)'" }
    let rest = batches.count - shown.count
    return listed(rest > 0 ? shown + ["\(rest) more"] : shown)
  }
}
