internal import CellFiles
internal import Foundation
internal import Harmonize
internal import Logging
internal import Support
internal import Synchronization

/// A handler that ends the program soon after SIGINT or SIGTERM, without partial files.
///
/// During training, the program stops at the end of the step: the next progress report throws
/// ``Interrupted``, and the training is saved. At other times, or at a second signal, the process
/// exits at once and removes its temporary files.
final class Interruption: Sendable {
  /// The handler of this process.
  static let shared = Interruption()

  private struct State {
    var isTraining = false
    var hasTrained = false
    var signal: Int32?
    var checkpoint: CheckpointOptions?
  }

  private let state = Mutex(State())

  /// Starts handling the signals; call it before other threads start.
  func watch() {
    // Signals that would end the process here are reported as write errors instead.
    signal(SIGPIPE, SIG_IGN)
    signal(SIGXFSZ, SIG_IGN)
    var signals = sigset_t()
    unsafe sigemptyset(&signals)
    // A shell makes background jobs ignore the signals of the keyboard.
    for signal in [SIGINT, SIGTERM] where !isIgnored(signal) { unsafe sigaddset(&signals, signal) }
    unsafe pthread_sigmask(SIG_BLOCK, &signals, nil)
    let watched = signals
    startThread("scharmonize-signals") { [self] in
      var signals = watched
      while true {
        var number: Int32 = 0
        guard unsafe sigwait(&signals, &number) == 0 else { return }
        receive(number)
      }
    }
  }

  /// Sets the checkpoint to which the training is saved from now on.
  func expect(_ checkpoint: CheckpointOptions) {
    state.withLock { $0.checkpoint = checkpoint }
  }

  /// Records the progress of the run, and stops it if a signal requests this.
  ///
  /// - Throws: ``Interrupted``.
  func check(_ progress: StageProgress) throws(Interrupted) {
    let signal = state.withLock { state in
      state.isTraining = progress.stage == .training && progress.fraction < 1
      if progress.stage == .embedding { state.hasTrained = true }
      return state.signal
    }
    if let signal { throw Interrupted(signal: signal) }
  }

  /// Returns the reason why the program ends, and how to resume.
  func sentence(for stop: Interrupted) -> String {
    guard let checkpoint = state.withLock({ $0.checkpoint }),
      let position = TrainingPosition(ofCheckpointAt: checkpoint.path)
    else { return "Stopped by \(stop.name)." }
    return "Stopped by \(stop.name). The training is saved in '\(checkpoint.path)', after step "
      + "\(position.step) of \(position.steps); to resume, add '--resume' to the same command."
  }

  /// The advice to reuse the saved training if an error occurs after it.
  var sentenceForFailure: String? {
    state.withLock { $0.hasTrained ? $0.checkpoint : nil }.flatMap { checkpoint in
      FileManager.default.fileExists(atPath: checkpoint.path)
        ? "The training is saved in '\(checkpoint.path)'; '--resume' continues from it." : nil
    }
  }

  private func receive(_ number: Int32) {
    let waits = state.withLock { state in
      defer { state.signal = number }
      return state.isTraining && state.signal == nil
    }
    if waits { return }
    // Do not open the file here: another thread may be using the C library.
    let saved = state.withLock { $0.checkpoint }.flatMap {
      FileManager.default.fileExists(atPath: $0.path) ? $0.path : nil
    }
    let hint = saved.map { " '\($0)' is a saved training; '--resume' continues from it." } ?? ""
    let stop = Interrupted(signal: number)
    StandardError.shared.writeLast(
      LogFormat.current.line(.critical, "Stopped by \(stop.name).\(hint)", stop.metadata))
    exitRemovingTemporaryFiles(stop.status)
  }

  private func isIgnored(_ signal: Int32) -> Bool {
    var action = sigaction()
    guard unsafe sigaction(signal, nil, &action) == 0 else { return false }
    #if canImport(Darwin)
    let handler = unsafe action.__sigaction_u.__sa_handler
    #else
    let handler = unsafe action.__sigaction_handler.sa_handler
    #endif
    let ignored = unsafe unsafeBitCast(SIG_IGN, to: Int.self)
    return unsafe unsafeBitCast(handler, to: Int.self) == ignored
  }
}

/// An error for a signal that asked the program to stop.
struct Interrupted: Error {
  /// The number of the signal.
  let signal: Int32

  /// The name of the signal.
  var name: String { signal == SIGINT ? "SIGINT" : "SIGTERM" }

  /// The exit code by which shells and workflow engines recognize the signal.
  var status: Int32 { 128 + signal }

  /// The metadata for programs that read the log.
  var metadata: Logger.Metadata {
    ["signal": .string(name), "status": .stringConvertible(Int(status))]
  }
}
