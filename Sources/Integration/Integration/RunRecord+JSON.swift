internal import CellFiles
public import Foundation
internal import Machine

extension RunRecord {
  /// The record as JSON, with keys in snake case and in a fixed order.
  public func json() throws -> Data {
    let encoder = JSONEncoder()
    encoder.keyEncodingStrategy = .convertToSnakeCase
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    encoder.nonConformingFloatEncodingStrategy = .convertToString(
      positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
    return try encoder.encode(self) + Data("\n".utf8)
  }

  /// Writes the record as JSON.
  ///
  /// - Parameter path: The file, or `-` for standard output.
  /// - Throws: `OutputError`, where the file can't be written.
  public func write(to path: String) throws {
    try AtomicOutput.write(json(), to: path)
  }

  /// Finds out, before any work is done, whether the record can be written.
  ///
  /// - Parameters:
  ///   - path: The file, or `-` for standard output.
  ///   - inputs: The files that are read. The default is none.
  ///   - outputs: The other files that are written, or `-`. The default is none.
  /// - Throws: ``UsageError``, where it is one of these; `OutputError`, where the
  ///   folder is missing or can't be written to.
  public static func checkWritable(
    _ path: String, inputs: [String] = [], outputs: [String] = []
  ) throws {
    guard path == "-" else {
      return try checkOutput(path, of: "--json", inputs: inputs, outputs: outputs)
    }
    guard !outputs.contains("-") else {
      throw UsageError(
        "two results cannot both go to standard output; name a file for one of them")
    }
  }
}
