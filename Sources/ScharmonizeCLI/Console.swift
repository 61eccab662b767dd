internal import Harmonize
internal import Logging
internal import Support

/// The messages of a run on standard error.
///
/// On a terminal, progress is a bar that is redrawn. Elsewhere it is a line for every stage and for
/// every 10% of the training or of the run, so that logs stay readable.
final class Console {
  private let logger: Logger
  private let drawsBar: Bool
  private let start = ContinuousClock.now
  private var shown: Place?

  /// Makes a console with the given logging options.
  init(_ logging: LoggingArguments) {
    logger = logging.logger
    drawsBar = logging.format == .text && StandardError.shared.isTerminal
  }

  /// The seconds since the start of the command.
  var seconds: Double { (ContinuousClock.now - start) / .seconds(1) }

  /// Writes a notice, with fields for programs.
  func notice(_ text: String, _ fields: Logger.Metadata) {
    logger.notice("\(FlagNames.sentence(text))", metadata: fields)
  }

  /// Writes a notice.
  func notice(_ text: String) { notice(text, [:]) }

  /// Writes a notice about an existing or missing checkpoint.
  func notice(about saved: TrainingPosition?, in checkpoint: CheckpointOptions) {
    switch (saved, checkpoint.resumes) {
    case (let saved?, true):
      notice("resuming from '\(checkpoint.path)' after step \(saved.step) of \(saved.steps)")
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
    drawsBar ? draw(progress) : log(progress)
  }

  /// Redraws the bar, if it would differ.
  private func draw(_ progress: StageProgress) {
    let place = Place(
      stage: progress.stage, step: Int(progress.overall * 50),
      seconds: progress.secondsLeft.map { Int($0) })
    guard place != shown else { return }
    shown = place
    let bar =
      String(repeating: "█", count: place.step) + String(repeating: "░", count: 50 - place.step)
    let left = progress.leftInWords.map { ", \($0)" } ?? ""
    StandardError.shared.draw("\(progress.stage.rawValue) \(bar) \(progress.percent)\(left) ")
  }

  /// Writes a line at the start of a stage, and for every 10% of the training or of the run.
  private func log(_ progress: StageProgress) {
    let isTraining = progress.stage == .training
    let place = Place(
      stage: progress.stage, step: Int((isTraining ? progress.fraction : progress.overall) * 10))
    guard place != shown else { return }
    shown = place
    let stage = progress.stage.rawValue
    let run = (["run \(progress.percent)"] + [progress.leftInWords].compactMap(\.self))
      .joined(separator: ", ")
    var fields: Logger.Metadata = [
      "stage": .string(stage), "fraction": .stringConvertible(progress.fraction),
      "overall": .stringConvertible((progress.overall * 1e4).rounded(.down) / 1e4),
    ]
    fields["seconds_left"] = progress.secondsLeft.map {
      .stringConvertible(($0 * 10).rounded() / 10)
    }
    let share = isTraining ? " \(Int(progress.fraction * 100))%" : ""
    logger.info("\(stage)\(share) (\(run))", metadata: fields)
  }

  /// A place in the run that looks different from others.
  private struct Place: Equatable {
    var stage: Stage
    var step: Int
    var seconds: Int?
  }
}

extension StageProgress {
  /// The finished share of the run as a percentage.
  fileprivate var percent: String { "\(Int(overall * 100))%" }

  /// The time left in words, if it is known and the run has not ended.
  fileprivate var leftInWords: String? { overall < 1 ? secondsLeft.map(timeLeft) : nil }
}
