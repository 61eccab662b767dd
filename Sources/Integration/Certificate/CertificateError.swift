package import Support
package import NeuralNet

/// The reason why a model cannot be certified, or differs from a certificate.
package enum CertificateError: Error, Equatable, Sendable {
  /// The encoder normalizes each cell by its own moments.
  case noBound(norm: Normalization)

  /// The model is of given coordinates, which were aligned without a network.
  case noNetwork

  /// A layer's bound, or the product of all, overflows.
  case notFinite(layer: String)

  /// The model differs from the certified one; one phrase for each difference.
  case differs([String])

  /// The file is not a certificate.
  case notACertificate(path: String, reason: String)

  /// A file cannot be read; `reason` is the system's message.
  case unreadable(path: String, reason: String)
}

extension CertificateError: CustomStringConvertible {
  /// One sentence with the finding and what to do.
  package var description: String {
    switch self {
    case .noBound(let norm):
      "the model cannot be certified: its encoder has \(norm.spelling) norm, which divides by each "
        + "cell's own deviation, so no useful bound holds for all cells; train it with "
        + "`encoderNorm = batch`, '\(Normalization.perBatch.spelling)' or 'none'"
    case .noNetwork:
      "the model cannot be certified: it is of an embedding that was aligned without a network; train "
        + "one on counts"
    case .notFinite(let layer):
      "the model cannot be certified: the bound of '\(layer)' is not finite; train it "
        + "again with a lower `learningRate`"
    case .differs(let differences):
      "the model is not the certified one: " + differences.joined(separator: "; ")
        + "; give the certified model, or certify this one"
    case .notACertificate(let path, let reason):
      "'\(path)' is not a scharmonize certificate: \(reason); give the file that "
        + "`Certificate.json` wrote"
    case .unreadable(let path, let reason):
      "cannot read the certificate '\(path)': \(reason)"
    }
  }
}

extension CertificateError: CategorizedError {
  /// The category of the failure.
  package var category: FailureCategory {
    if case .unreadable = self { return .noInput }
    return .data
  }
}
