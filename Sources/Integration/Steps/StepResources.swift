internal import CountData
internal import Numerics
package import Support

/// The resources of one step, on which its result does not depend.
package struct StepResources {
  /// The number of threads; `nil` for one per core.
  package var threads: Int?

  /// The bytes of memory for what grows with the input; `nil` for half of the available memory.
  package var memory: Int?

  /// The folder for scratch files; `nil` for `TMPDIR`.
  package var scratchFolder: String?

  /// Receives the progress of the step; throws to stop it.
  package var progress: ProgressHandler

  /// Takes the resources.
  package init(
    threads: Int? = nil, memory: Int? = nil, scratchFolder: String? = nil,
    progress: @escaping ProgressHandler = { _ in }
  ) {
    (self.threads, self.memory, self.scratchFolder) = (threads, memory, scratchFolder)
    self.progress = progress
  }

  /// Returns the context of a run of some stages, with their costs, and tables of so many cells.
  func context(seed: UInt64 = 0, cells: Int = 0, _ costs: [Stage: Double]) -> RunContext {
    RunContext(
      pool: ThreadPool(threads: threads), seed: seed, memory: memory, scratchFolder: scratchFolder,
      cells: cells, workload: Workload(costs), progress: progress)
  }
}
