internal import Foundation
internal import Harmonize

/// What a run says on standard error while it works.
///
/// On a terminal progress is a bar that redraws itself; elsewhere it is a line at
/// every tenth of the training, so that logs stay readable.
final class Console {
  private let quiet: Bool
  private let terminal: Bool
  private var shown: (stage: Stage, tenth: Int)?
  private var barDrawn = false

  /// Makes a console; a quiet one says only warnings.
  init(quiet: Bool) {
    self.quiet = quiet
    terminal = isatty(STDERR_FILENO) == 1
  }

  /// Says something that the user may like to know.
  func notice(_ text: String) {
    guard !quiet else { return }
    write(text)
  }

  /// Says what becomes of a checkpoint that is there, or that is not.
  func notice(about saved: TrainingPosition?, in checkpoint: CheckpointOptions) {
    switch (saved, checkpoint.resumes) {
    case (let saved?, true):
      notice("goes on after step \(saved.step) of \(saved.steps), from '\(checkpoint.path)'")
    case (nil, true):
      notice("there is no checkpoint '\(checkpoint.path)' to go on from; starts anew")
    case (let saved?, false):
      notice(
        "'\(checkpoint.path)' holds a training stopped after step \(saved.step) of "
          + "\(saved.steps), which '--resume' would go on with; starts anew")
    case (nil, false): break
    }
  }

  /// Says something that the user has to know.
  func warn(_ text: String) {
    write("Warning: \(text)")
  }

  /// Shows how far the run has come.
  func show(_ progress: StageProgress) {
    guard !quiet else { return }
    let steps = terminal ? 50.0 : 10.0
    let step = Int(progress.fraction * steps)
    if let shown, shown == (progress.stage, step) { return }
    let isNewStage = shown?.stage != progress.stage
    shown = (progress.stage, step)
    let percent = "\(Int(progress.fraction * 100))%"
    if terminal {
      let bar = String(repeating: "█", count: step) + String(repeating: "░", count: 50 - step)
      put("\r\(progress.stage.rawValue) \(bar) \(percent) \u{1B}[K")
      barDrawn = true
    } else if progress.stage == .training {
      write("\(progress.stage.rawValue) \(percent)")
    } else if isNewStage {
      write(progress.stage.rawValue)
    }
  }

  private func write(_ line: String) {
    let clear = barDrawn ? "\r\u{1B}[K" : ""
    barDrawn = false
    put("\(clear)\(line)\n")
  }

  /// Writes what can be written: a log that is gone is no reason to stop.
  private func put(_ text: String) {
    try? FileHandle.standardError.write(contentsOf: Data(text.utf8))
  }
}
