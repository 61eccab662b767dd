internal import Logging

/// A log handler that writes one line per message to standard error.
///
/// Progress has the level `info`, useful information `notice`, and a signal that ends the run
/// `critical`.
struct LogLines: LogHandler {
  let format: LogFormat
  var logLevel: Logger.Level
  var metadata: Logger.Metadata = [:]
  var metadataProvider: Logger.MetadataProvider?

  /// A logger without level filter, for messages that end a run.
  static var ofLastWords: Logger {
    Logger(label: "scharmonize") { _ in LogLines(format: .current, logLevel: .trace) }
  }

  init(format: LogFormat, logLevel: Logger.Level) {
    self.format = format
    self.logLevel = logLevel
  }

  subscript(metadataKey key: String) -> Logger.MetadataValue? {
    get { metadata[key] }
    set { metadata[key] = newValue }
  }

  func log(event: LogEvent) {
    let metadata = metadata.merging(metadataProvider?.get() ?? [:]) { $1 }
      .merging(event.metadata ?? [:]) { $1 }
    StandardError.shared.write(format.line(event.level, "\(event.message)", metadata))
  }
}
