internal import CellFiles
internal import CountData
internal import Support
internal import NeuralNet

extension Diagnostics {
  /// The ratio of two batches' median counts above which a notice reports their depths.
  private static let depthRatio = 5.0

  /// The minimum number of cells of a batch for reporting its median depth.
  private static let fewestDepths = 10

  /// The share of very poor cells in a batch above which they are reported.
  private static let poorShare = 0.05

  /// The maximum number of batches named in a sentence.
  private static let named = 5

  /// Reports batches with fractions, normalized values, or values of another kind than the rest.
  mutating func add(
    aboutScale summary: CellSummary, of cells: CellDataset, _ options: IntegrationOptions
  ) {
    func names(_ belongs: (BatchScale) -> Bool) -> (text: String, areAll: Bool) {
      let found = summary.batchScales.filter(belongs)
      let isFound = Set(found.map(\.batch))
      let all = Set(summary.batchScales.map(\.batch))
      return (
        list(isFound.sorted().map { "'\(cells.batches.names[$0])'" }),
        found.count == summary.batchScales.count || isFound == all
      )
    }
    if options.model.loss == .meanSquaredError {
      if summary.kind == .logNormalized || summary.kind == .scaled {
        notices.append("found \(summary.kind.rawValue), which are used unchanged")
      }
      let kinds = Set(summary.batchScales.map(\.kind))
      if kinds.count > 1, !kinds.isDisjoint(with: [.logNormalized, .scaled]) {
        let each = [ValueKind.counts, .fractionalCounts, .logNormalized, .scaled]
          .filter(kinds.contains).map { kind in
            "\(kind.rawValue) in \(names { $0.kind == kind }.text)"
          }
        warnings.append(
          "batches hold values of different kinds: \(each.joined(separator: ", ")); give values "
            + "that were computed in the same way")
      }
      return
    }
    guard summary.kind == .fractionalCounts else { return }
    let fractional = names { $0.kind == .fractionalCounts }
    let areSmall = summary.batchScales.contains {
      $0.kind == .fractionalCounts && $0.scale.maximum < ValueAudit.logMaximum
        && 2 * $0.scale.fractional > $0.scale.stored
    }
    notices.append(
      "some values are fractions" + (fractional.areAll ? "" : ", in \(fractional.text)")
        + (areSmall ? ", as in counts corrected for ambient RNA" : "")
        + "; the loss uses them rounded")
    let normalized = summary.batchScales.filter {
      $0.kind == .fractionalCounts && $0.scale.areDivided
    }
    if let first = normalized.first {
      let isMeant = Set(normalized.map(\.batch))
      let meant = names { isMeant.contains($0.batch) }
      warnings.append(
        "the values\(meant.areAll ? "" : " of \(meant.text)") are not counts: in every cell they "
          + (first.scale.commonSum.map { "sum to \(shortened($0))" }
            ?? "are multiples of the smallest")
          + ", so they were divided by the cell's total; give counts, which the loss requires")
    }
  }

  /// Reports the median depths of batches that differ strongly.
  mutating func add(aboutDepth summary: CellSummary, of cells: CellDataset) {
    guard summary.kind == .counts || summary.kind == .fractionalCounts else { return }
    let medians = summary.totalsOfBatch(of: cells).enumerated()
      .filter { $0.element.count >= Self.fewestDepths }
      .map { (name: cells.batches.names[$0.offset], counts: $0.element[$0.element.count / 2]) }
      .sorted { $0.counts < $1.counts }
    guard let least = medians.first, let most = medians.last,
      most.counts >= Self.depthRatio * Swift.max(least.counts, 1)
    else { return }
    notices.append(
      "sequencing depths differ strongly: the median cell has \(shortened(least.counts)) counts in batch "
        + "'\(least.name)' and \(shortened(most.counts)) in batch '\(most.name)'; shallow cells "
        + "detect fewer \(cells.feature.plural), so check rare types there")
  }

  /// Reports batches with many cells that have next to no counts.
  ///
  /// A cell is very poor if it has less than 10% of the upper quartile of its batch.
  mutating func add(aboutPoorCells summary: CellSummary, of cells: CellDataset) {
    guard summary.kind == .counts || summary.kind == .fractionalCounts else { return }
    var poor: [String] = []
    var limit = Double.infinity
    for (batch, totals) in summary.totalsOfBatch(of: cells).enumerated()
    where totals.count >= GeneMoments.votingCells {
      let most = (totals[3 * totals.count / 4] / 10).rounded(.up)
      let count = totals.count { $0 < most }
      guard Double(count) >= Self.poorShare * Double(totals.count) else { continue }
      poor.append(
        "\(counted(count, "cell")) of \(totals.count) in batch '\(cells.batches.names[batch])' "
          + "with fewer than \(Int(most))")
      limit = Swift.min(limit, most)
    }
    guard !poor.isEmpty else { return }
    notices.append(
      "many cells have very few counts, less than a tenth of the upper quartile of their batch: "
        + "\(list(poor)); they may be empty droplets or debris; `minimumCounts = \(Int(limit))` "
        + "excludes such cells from the training")
  }

  /// Returns the first few names as a list.
  private func list(_ names: [String]) -> String {
    names.prefix(Self.named).joined(separator: ", ")
      + (names.count > Self.named ? " and \(names.count - Self.named) more" : "")
  }
}

extension CellSummary {
  /// Returns the totals of the kept cells of each batch, ascending; `(S)`.
  fileprivate func totalsOfBatch(of cells: CellDataset) -> [[Double]] {
    var totals = keptOfBatch.map { count in
      var list: [Double] = []
      list.reserveCapacity(count)
      return list
    }
    for cell in kept { totals[Int(cells.batches.batchOfCell[cell])].append(self.totals[cell]) }
    for batch in totals.indices { totals[batch].sort() }
    return totals
  }
}
