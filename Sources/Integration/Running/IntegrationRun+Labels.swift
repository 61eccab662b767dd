internal import CountData
internal import NeuralNet
internal import Support

extension IntegrationRun {
  /// The share of labels at odds with expression above which a warning tells of them.
  private static let manyDoubted = 0.1

  /// Compares the labels of a training with the populations that batches share; `nil` without labels.
  ///
  /// - Parameters:
  ///   - labels: The labels; `nil` without.
  ///   - populations: The populations found from expression.
  ///   - counts: The counts of all cells.
  ///   - diagnostics: Receives a warning or a notice about labels that are not used.
  /// - Returns: The populations with those of labels.
  /// - Throws: ``TrainingLabelError/tooFewGenes(column:genes:fewest:)``.
  func label(
    _ labels: TrainingLabels?, _ populations: Populations?, _ counts: RunCounts,
    _ diagnostics: inout Diagnostics
  ) throws(TrainingLabelError) -> LabelledPopulations? {
    guard let labels else { return nil }
    guard let populations else {
      throw .tooFewGenes(
        column: labels.column,
        genes: counts.store.geneCount - Set(counts.padding.missing.joined()).count,
        fewest: Populations.fewestGenes)
    }
    let found = LabelledPopulations(
      labels, populations, counts.store, cells: cells.kept, batches: cells.batches.batchOfCell,
      pool: context.pool)
    let doubted = found.doubted.reduce(0, +)
    guard found.areUsed else {
      diagnostics.warnings.append(
        "the labels in '\(labels.column)' agree with the cells' expression hardly better than labels "
          + "dealt out at random (agreement \(hundredths(found.agreement)); at least "
          + "\(hundredths(LabelledPopulations.leastAgreement)) is needed), so they were not used")
      return found
    }
    replaceWarnings(about: populations, labels, &diagnostics)
    guard doubted > 0 else { return found }
    let share = Double(doubted) / Double(max(1, labels.ofCell.count - labels.missing))
    let sentence =
      "\(grouped(doubted)) labels in '\(labels.column)' (\(percent(share))) are rare among the labels "
      + "of cells with similar expression, and were not used"
    if share > Self.manyDoubted {
      diagnostics.warnings.append(sentence + "; check the labels")
    } else {
      diagnostics.notices.append(sentence)
    }
    return found
  }

  /// Replaces the warnings about batches that seem to hold other cell types by a notice, because labels
  /// decide what is compared.
  private func replaceWarnings(
    about populations: Populations, _ labels: TrainingLabels, _ diagnostics: inout Diagnostics
  ) {
    let record = populations.record(names: cells.batches.names)
    let told = record.warnings(options.composition)
    guard !told.isEmpty else { return }
    diagnostics.warnings.removeAll(where: told.contains)
    diagnostics.notices.append(
      "by expression alone \(counted(record.different.count, "batch")) would count as holding other cell "
        + "types than the others; the labels in '\(labels.column)' decide instead")
  }
}
