package import Numerics
package import Support

/// The resources of a run that every stage is given beside its data: threads, seed, memory, and the
/// receiver of its progress.
///
/// The result of a stage depends on the seed only: it has the same bytes for any number of threads
/// and any memory.
package struct RunContext {
  /// The threads to use.
  package let pool: ThreadPool

  /// The seed of the run, from which each stage takes its own.
  package let seed: UInt64

  /// The memory for what grows with the data.
  package let memory: MemoryBudget

  /// The memory of tables with a row for each cell.
  package let tables: TableMemory

  /// The folder of the scratch files, for what exceeds the memory.
  package let scratchFolder: String

  /// The durations of the stages so far.
  package let stopwatch = Stopwatch()

  private let meter: ProgressMeter
  private let progress: ProgressHandler

  /// Makes the context of a run.
  ///
  /// - Parameters:
  ///   - pool: The threads to use.
  ///   - seed: The seed of the run. The default is 0.
  ///   - memory: The bytes of memory for what grows with the data. The default is `nil`, for half of
  ///     the machine's memory.
  ///   - scratchFolder: The folder of scratch files. The default is `nil`, for `TMPDIR`.
  ///   - cells: The number of cells. The default is 0.
  ///   - laterBytes: The bytes that a stage takes beside tables of all cells. The default is 0.
  ///   - workload: The stages of the run with their costs. The default is empty: the overall
  ///     progress stays 0.
  ///   - progress: Receives the progress; throws to stop the run. The default does nothing.
  package init(
    pool: ThreadPool, seed: UInt64 = 0, memory: Int? = nil, scratchFolder: String? = nil,
    cells: Int = 0, laterBytes: Int = 0, workload: Workload = Workload(),
    progress: @escaping ProgressHandler = { _ in }
  ) {
    self.pool = pool
    self.seed = seed
    let budget = MemoryBudget(memory)
    let folder = scratchFolder ?? ScratchFolder.standard()
    self.memory = budget
    self.scratchFolder = folder
    tables =
      ScratchTables(
        limit: budget.tables(cells: cells, later: laterBytes), scratchFolder: folder
      ).memory
    meter = ProgressMeter(workload)
    self.progress = progress
  }

  /// Reports the finished share of a stage; each stage of the workload ends with a report of 1.
  ///
  /// - Parameters:
  ///   - stage: The stage.
  ///   - fraction: The finished share of it, 0 to 1.
  /// - Throws: `CancellationError` if the task was cancelled; errors of the receiver.
  package func report(_ stage: Stage, _ fraction: Double) throws {
    try Task.checkCancellation()
    try progress(meter.progress(stage, fraction))
  }

  /// Runs a part of a stage and adds its duration to the stage's.
  ///
  /// - Parameters:
  ///   - stage: The stage.
  ///   - work: The part of it.
  /// - Returns: The result of `work`; rethrows its errors.
  package func time<Result>(_ stage: Stage, _ work: () throws -> Result) rethrows -> Result {
    try stopwatch.time(stage, work)
  }
}
