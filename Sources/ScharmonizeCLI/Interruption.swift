internal import CellFiles
internal import Foundation
internal import Harmonize
internal import Logging
internal import Synchronization

/// Ends the program soon after SIGINT or SIGTERM, with nothing half-written.
///
/// While a model is trained, the signal waits for the end of the step: the next report of progress
/// throws ``Interrupted``, and the training is saved. At any other time, and at a second signal,
/// the process ends at once and takes its temporary files along.
final class Interruption: Sendable {
  /// The one of this process.
  static let shared = Interruption()

  private struct State {
    var isTraining = false
    var hasTrained = false
    var signal: Int32?
    var checkpoint: CheckpointOptions?
  }

  private let state = Mutex(State())

  /// Takes the signals over; to be called before other threads are started.
  func watch() {
    // What the system would end the process for are errors of writing, told as such.
    signal(SIGPIPE, SIG_IGN)
    signal(SIGXFSZ, SIG_IGN)
    var signals = sigset_t()
    unsafe sigemptyset(&signals)
    // A shell that puts a job into the background has it ignore what the keyboard sends.
    for signal in [SIGINT, SIGTERM] where !isIgnored(signal) { unsafe sigaddset(&signals, signal) }
    unsafe pthread_sigmask(SIG_BLOCK, &signals, nil)
    let watched = signals
    Thread.detachNewThread { [self] in
      var signals = watched
      while true {
        var number: Int32 = 0
        guard unsafe sigwait(&signals, &number) == 0 else { return }
        receive(number)
      }
    }
  }

  /// Names the checkpoint that a training is saved in from now on.
  func expect(_ checkpoint: CheckpointOptions) {
    state.withLock { $0.checkpoint = checkpoint }
  }

  /// Notes how far the run has come, and stops it where a signal asks for that.
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

  /// Says why the program ends, and how to go on.
  func sentence(for stop: Interrupted) -> String {
    guard let checkpoint = state.withLock({ $0.checkpoint }),
      let position = TrainingPosition(ofCheckpointAt: checkpoint.path)
    else { return "Stopped by \(stop.name)." }
    return "Stopped by \(stop.name). The training is saved in '\(checkpoint.path)', after step "
      + "\(position.step) of \(position.steps); give the same command with '--resume' to go on."
  }

  /// Where an error came after the training, and that is saved: how not to train again.
  var sentenceForFailure: String? {
    state.withLock { $0.hasTrained ? $0.checkpoint : nil }.flatMap { checkpoint in
      FileManager.default.fileExists(atPath: checkpoint.path)
        ? "The training is saved in '\(checkpoint.path)'; '--resume' goes on with it." : nil
    }
  }

  private func receive(_ number: Int32) {
    let waits = state.withLock { state in
      defer { state.signal = number }
      return state.isTraining && state.signal == nil
    }
    if waits { return }
    // The file is not opened here: the C library may be at work for another thread.
    let saved = state.withLock { $0.checkpoint }.flatMap {
      FileManager.default.fileExists(atPath: $0.path) ? $0.path : nil
    }
    let hint = saved.map { " '\($0)' holds a saved training; '--resume' goes on with it." } ?? ""
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

/// A signal has asked the program to stop.
struct Interrupted: Error {
  /// Its number.
  let signal: Int32

  /// What it is called.
  var name: String { signal == SIGINT ? "SIGINT" : "SIGTERM" }

  /// The exit code that shells and workflow engines know a signal by.
  var status: Int32 { 128 + signal }

  /// What programs that read the log are told.
  var metadata: Logger.Metadata {
    ["signal": .string(name), "status": .stringConvertible(Int(status))]
  }
}
