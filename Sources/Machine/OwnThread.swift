internal import Foundation

/// Does work that takes long on a thread of its own, so that no other task has to wait for it.
///
/// The threads that tasks share are few, one a core, and reading files or training on one of them
/// would keep other tasks from it. Here the calling task is suspended meanwhile. The work still
/// belongs to it: `Task.isCancelled` is true in there once the task is cancelled, and task-local
/// values are those of the task.
///
///     let model = try await onOwnThread { try Model(readingAt: "model.h5") }
///
/// What takes longest has an `async` form of its own:
/// ``integrate(_:options:progress:)-(_,_,AsyncProgressHandler)``,
/// ``Model/map(_:options:progress:)-(_,_,AsyncProgressHandler)`` and the writing of results.
///
/// - Parameter work: What is to be done; it may call whatever this library offers.
/// - Returns: What `work` returns.
/// - Throws: What `work` throws.
public func onOwnThread<Result: Sendable>(
  _ work: @escaping @Sendable () throws -> Result
) async throws -> Result {
  try await withTaskExecutorPreference(OwnThreads.shared) { try work() }
}

/// Runs each job on a new thread.
///
/// A job ends where its task is suspended, which the work of ``onOwnThread(_:)`` never is, so that
/// a call has a thread, and one alone.
private final class OwnThreads: TaskExecutor {
  static let shared = OwnThreads()

  /// What the first thread of a process has on Linux; others get less on some systems.
  private static let stackBytes = 8 << 20

  func enqueue(_ job: consuming ExecutorJob) {
    let job = UnownedJob(job)
    let executor = unsafe asUnownedTaskExecutor()
    let thread = Thread { unsafe job.runSynchronously(on: executor) }
    thread.stackSize = Self.stackBytes
    thread.name = "scharmonize"
    thread.start()
  }
}
