internal import CellFiles
public import Foundation
internal import Support
internal import NeuralNet

extension Certificate {
  /// Returns the certificate as JSON, with keys in snake case and in a fixed order.
  ///
  /// - Throws: Errors of encoding.
  public func json() throws -> Data {
    let encoder = JSONEncoder()
    encoder.keyEncodingStrategy = .convertToSnakeCase
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    return try encoder.encode(self) + Data("\n".utf8)
  }

  /// Reads a certificate in the format of ``json()``.
  ///
  /// - Parameter path: The file.
  /// - Throws: `CategorizedError` if the file cannot be read or is no certificate.
  public init(readingAt path: String) throws {
    let contents =
      path == "-"
      ? standardInput().map { Data($0) } : FileManager.default.contents(atPath: path)
    guard let data = contents else {
      let reason =
        FileManager.default.fileExists(atPath: path)
        ? "it is a folder, or may not be read" : "there is no such file"
      throw CertificateError.unreadable(path: path, reason: reason)
    }
    struct Format: Decodable { var format: Int }
    let decoder = JSONDecoder()
    decoder.keyDecodingStrategy = .convertFromSnakeCase
    guard let format = try? decoder.decode(Format.self, from: data).format else {
      throw CertificateError.notACertificate(path: path, reason: "it is not JSON with a 'format'")
    }
    guard format == Self.formatVersion else {
      throw CertificateError.notACertificate(
        path: path,
        reason: "it has format \(format), and scharmonize \(scharmonizeVersion) reads format "
          + "\(Self.formatVersion)")
    }
    guard let certificate = try? decoder.decode(Certificate.self, from: data) else {
      throw CertificateError.notACertificate(
        path: path, reason: "fields are missing or have another type")
    }
    self = certificate
  }

  /// Checks, before any work is done, whether the certificate can be written.
  ///
  /// - Parameters:
  ///   - path: The file, or `-` for standard output.
  ///   - inputs: The input files.
  /// - Throws: ``HarmonizeError/unsuitable(_:)`` if the file is an input; `OutputError` if the
  ///   folder is missing or not writable.
  package static func checkWritable(_ path: String, inputs: [String]) throws {
    if path != "-" { try checkOutput(path, of: "Certificate", inputs: inputs, outputs: []) }
  }
}

extension Certificate: CustomStringConvertible {
  /// A description of what the certificate covers and what it does not.
  public var description: String {
    let y =
      switch input {
      case "log1p": "y = log(1 + 10⁴ x / t)"
      case "log1p-size": "y = log(1 + 10⁴ x / s)"
      case "tf-idf":
        "y = log(1 + 10⁴ x / t) w, scaled to one length, and w the inverse document frequency"
      default: "y = x divided by the standard deviation of its gene"
      }
    let totals =
      switch input {
      case "standardized": ""
      case "log1p-size":
        """

        - Changes of a cell's size factor s, which is taken as given.
        """
      default:
        """

        - Changes of a cell's total t, which is taken as given. A count that changes t changes every y
          of its cell.
        """
      }
    return """
      L = \(number(lipschitz))

      For any two inputs y and y' of a cell, mu changes by at most L per unit of change in y,
      |mu(y) - mu(y')| <= L |y - y'| in l2, with \(y)
      and mu the encoder with \(statisticsInWords). L is the product of

      \(table)

      Each factor is an upper bound of the largest singular value, rounded up, with the norm folded in.
      SHA-256 of all parameters and statistics: \(digest)

      The bound does not cover:\(totals)
      - The steps after mu: decoding, alignment and the embedding.
      - Adapted statistics (`MappingOptions.statistics = adapted`), which change the function.
      - Rounding in single precision, about a millionth of mu.
      """
  }

  private var statisticsInWords: String {
    if norm == .none { return "no norm" }
    return statistics.count == 1
      ? "its frozen statistics"
      : "the frozen statistics of any of its \(statistics.count - 1) batches or of the mixture"
  }

  private var table: String {
    layers.map { layer in
      let shape = "\(layer.inputs) -> \(layer.outputs)"
      let largest = layer.norms.indices.max { layer.norms[$0] < layer.norms[$1] } ?? 0
      let norm = number(layer.norms[largest])
      let whose = layer.norms.count > 1 ? "  (maximum, for '\(statistics[largest])')" : ""
      return "  " + layer.name.padded(to: 14) + shape.padded(to: 16)
        + (layer.residual ? "1 + \(norm)" : norm) + whose
    }.joined(separator: "\n")
  }
}

/// Returns the number, rounded up in its sixth digit.
private func number(_ value: Double) -> String {
  guard value > 0 else { return "0" }
  let unit = pow(10, floor(log10(value)) - 5)
  return printed("%.6g", (value / unit).rounded(.up) * unit)
}

extension String {
  fileprivate func padded(to length: Int) -> String {
    self + String(repeating: " ", count: max(2, length - count))
  }
}
