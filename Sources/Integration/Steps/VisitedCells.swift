internal import CountData
internal import Numerics
internal import Support
internal import Training

/// The cells whose counts a training and its checks look at, which are known before the training.
///
/// These are the cells of the minibatches, a sample of each batch in which populations are looked
/// for, the basis of the decoded space, and those that the checks compare.
struct VisitedCells {
  /// A flag for each cell that is true if it is visited; `(n)`.
  private(set) var isVisited: [Bool]

  /// Finds the cells.
  ///
  /// - Parameter run: The run; its threads do not matter.
  init(of run: IntegrationRun) {
    let (cells, options, seed) = (run.cells, run.options, run.context.seed)
    let (kept, batches) = (cells.kept, cells.batches.batchOfCell)
    isVisited = [Bool](repeating: false, count: cells.count)
    var schedule = Trainer.schedule(
      of: kept, batches: batches, options: options.training, seed: seed)
    var rows: [Int] = []
    for _ in 0..<schedule.steps {
      schedule.minibatches.draw(into: &rows)
      visit(rows)
    }
    if cells.batches.names.count > 1 {
      Populations.sample(
        of: kept, batches: batches, batchCount: cells.batches.names.count,
        seed: seed.seed(for: .composition)
      ).forEach { visit($0) }
    }
    if options.space == .decoded { visit(run.decodedBasis) }
    visit(QualityCheck.sample(of: kept, seed: seed.seed(for: .checking)))
    for rows in gapSample(of: kept, batches: batches, options) { visit(rows) }
    visit(activitySample(of: kept))
  }

  private mutating func visit(_ cells: [Int]) {
    for cell in cells { isVisited[cell] = true }
  }
}
