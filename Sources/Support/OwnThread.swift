internal import Foundation

/// Runs long work on its own thread, so that no other task has to wait for it.
///
/// Tasks share few threads, one per core. Reading files or training on one of them would block
/// other tasks. This function suspends the calling task instead. The work still belongs to the
/// task: `Task.isCancelled` becomes true in it when the task is cancelled, and task-local values
/// are those of the task.
///
///     let model = try await onOwnThread { try Model(readingAt: "model.h5") }
///
/// This is the `async` form of every call that takes long. Overloads of the same names would be
/// called by a function that is `async`, but not by a script's top level, so that no text of a call
/// would compile in both.
///
/// - Parameter work: The work; it may call any function of this library.
/// - Returns: The result of `work`.
/// - Throws: Rethrows errors of `work`.
public func onOwnThread<Result: Sendable>(
  _ work: @escaping @Sendable () throws -> Result
) async throws -> Result {
  try await withTaskExecutorPreference(OwnThreads.shared) { try work() }
}

/// An executor that runs each job on a new thread.
///
/// A job ends at the suspension of its task. The work of ``onOwnThread(_:)`` never suspends, so
/// each call has exactly one thread.
private final class OwnThreads: TaskExecutor {
  static let shared = OwnThreads()

  /// The stack size of a process's first thread on Linux; other threads get less on some systems.
  private static let stackBytes = 8 << 20

  func enqueue(_ job: consuming ExecutorJob) {
    let job = UnownedJob(job)
    let executor = unsafe asUnownedTaskExecutor()
    startThread("scharmonize", stackBytes: Self.stackBytes) {
      unsafe job.runSynchronously(on: executor)
    }
  }
}
