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
      FileHandle.standardError.write(
        Data("\r\(progress.stage.rawValue) \(bar) \(percent) \u{1B}[K".utf8))
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
    FileHandle.standardError.write(Data("\(clear)\(line)\n".utf8))
  }
}
