internal import CellFiles
internal import Foundation
internal import Machine
public import Report

extension Report {
  /// Writes the report as a page of HTML that needs no other file and no network.
  ///
  /// - Parameter path: The file; it appears under its name when it is complete.
  /// - Throws: `OutputError`, where writing fails.
  public func write(to path: String) throws {
    // A dash alone is a file's name here: a page is for a browser, not for a pipe.
    try AtomicOutput.write(Data(html().utf8), to: path == "-" ? "./-" : path)
  }

  /// Finds out, before any work is done, whether a report can be written.
  ///
  /// - Parameters:
  ///   - path: The file to write.
  ///   - inputs: The files that are read. The default is none.
  ///   - outputs: The other files that are written. The default is none.
  /// - Throws: ``UsageError``, where it is one of these; `OutputError`, where the
  ///   folder is missing or can't be written to.
  public static func checkWritable(
    _ path: String, inputs: [String] = [], outputs: [String] = []
  ) throws {
    try checkOutput(path, of: "--report", inputs: inputs, outputs: outputs)
  }
}
