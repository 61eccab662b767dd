internal import CellFiles
internal import Foundation
internal import Support
public import Report

extension Report {
  /// Writes the report as an HTML page that needs no other file and no network.
  ///
  /// - Parameter path: The file, which appears under its name when it is complete.
  /// - Throws: `CategorizedError` if writing fails.
  public func write(to path: String) throws {
    // Here `-` is a file name: a page is meant for a browser, not for a pipe.
    try AtomicOutput.write(Data(html().utf8), to: path == "-" ? "./-" : path)
  }

  /// Checks, before any work is done, whether a report can be written.
  ///
  /// - Parameters:
  ///   - path: The file to write.
  ///   - inputs: The input files. The default is empty.
  ///   - outputs: The other output files. The default is empty.
  /// - Throws: ``HarmonizeError/unsuitable(_:)`` if the path is one of these; `OutputError` if the
  ///   folder is missing or not writable.
  package static func checkWritable(
    _ path: String, inputs: [String] = [], outputs: [String] = []
  ) throws {
    try checkOutput(path, of: "Report", inputs: inputs, outputs: outputs)
  }
}
