internal import CellFiles
public import Foundation
internal import Support

extension RunRecord {
  /// Returns the record as JSON, with keys in snake case and in a fixed order.
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
  /// - Throws: `CategorizedError` if the file cannot be written.
  public func write(to path: String) throws {
    try AtomicOutput.write(json(), to: path)
  }

  /// Checks, before any work is done, whether the record can be written.
  ///
  /// - Parameters:
  ///   - path: The file, or `-` for standard output.
  ///   - inputs: The input files. The default is empty.
  ///   - outputs: The other output files, or `-`. The default is empty.
  /// - Throws: ``HarmonizeError/unsuitable(_:)`` if the path is one of these; `OutputError` if the
  ///   folder is missing or not writable.
  package static func checkWritable(
    _ path: String, inputs: [String] = [], outputs: [String] = []
  ) throws {
    guard path == "-" else {
      return try checkOutput(path, of: "RunRecord", inputs: inputs, outputs: outputs)
    }
    guard !outputs.contains("-") else {
      throw UsageError(
        "two results cannot both go to standard output; name a file for one of them")
    }
  }
}
