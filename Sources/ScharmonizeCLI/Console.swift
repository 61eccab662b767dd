internal import Harmonize
internal import Logging

/// The messages of a run on standard error.
///
/// On a terminal, progress is a bar that is redrawn. Elsewhere it is a line for every 10% of the
/// training, so that logs stay readable.
final class Console {
  private let logger: Logger
  private let drawsBar: Bool
  private var shown: (stage: Stage, step: Int)?

  /// Makes a console with the given logging options.
  init(_ logging: LoggingArguments) {
    logger = logging.logger
    drawsBar = logging.format == .text && StandardError.shared.isTerminal
  }

  /// Writes a notice.
  func notice(_ text: String) { logger.notice("\(FlagNames.sentence(text))") }

  /// Writes a notice about an existing or missing checkpoint.
  func notice(about saved: TrainingPosition?, in checkpoint: CheckpointOptions) {
    switch (saved, checkpoint.resumes) {
    case (let saved?, true):
      notice("resuming from '\(checkpoint.path)' after step \(saved.step) of \(saved.steps)")
      if let warning = saved.warning { warn(warning) }
    case (nil, true):
      notice("no checkpoint '\(checkpoint.path)'; starting from scratch")
    case (let saved?, false):
      notice(
        "starting from scratch; '--resume' would continue from '\(checkpoint.path)' after step "
          + "\(saved.step) of \(saved.steps)")
    case (nil, false): break
    }
  }

  /// Writes a warning.
  func warn(_ text: String) { logger.warning("\(FlagNames.sentence(text))") }

  /// Shows the progress of the run.
  func show(_ progress: StageProgress) {
    guard logger.logLevel <= .info else { return }
    let steps = drawsBar ? 50.0 : 10.0
    let step = Int(progress.fraction * steps)
    if let shown, shown == (progress.stage, step) { return }
    let isNewStage = shown?.stage != progress.stage
    shown = (progress.stage, step)
    let percent = "\(Int(progress.fraction * 100))%"
    let stage = progress.stage.rawValue
    if drawsBar {
      let bar = String(repeating: "█", count: step) + String(repeating: "░", count: 50 - step)
      StandardError.shared.draw("\(stage) \(bar) \(percent) ")
    } else if progress.stage == .training || isNewStage {
      logger.info(
        "\(progress.stage == .training ? "\(stage) \(percent)" : stage)",
        metadata: [
          "stage": .string(stage), "fraction": .stringConvertible(progress.fraction),
        ])
    }
  }
}
