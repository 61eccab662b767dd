public import NeuralNet

/// Why a model cannot be certified, or is not what a certificate says.
public enum CertificateError: Error, Equatable, Sendable {
  /// The encoder normalizes each cell by its own moments.
  case noBound(norm: Normalization)

  /// A layer's bound, or the product of all, is too large for a number.
  case notFinite(layer: String)

  /// The model is another than the certified one; one phrase for each difference.
  case differs([String])

  /// A file is no certificate.
  case notACertificate(path: String, reason: String)

  /// A file cannot be read; `reason` is the system's.
  case unreadable(path: String, reason: String)
}

extension CertificateError: CustomStringConvertible {
  /// One sentence: what was found, and what to do.
  public var description: String {
    switch self {
    case .noBound(let norm):
      "the model cannot be certified: its encoder has \(norm.rawValue) norm, which divides by each "
        + "cell's own deviation, so that no useful bound holds for all cells; train it with "
        + "'--encoder-norm batch', 'source' or 'none'"
    case .notFinite(let layer):
      "the model cannot be certified: the bound of '\(layer)' is too large for a number; train it "
        + "again with a lower '--learning-rate'"
    case .differs(let differences):
      "the model is not the one that was certified: " + differences.joined(separator: "; ")
        + "; give the model that the certificate is about, or certify this one anew"
    case .notACertificate(let path, let reason):
      "'\(path)' is not a certificate of scharmonize: \(reason); give the file that "
        + "'scharmonize certify --json' wrote"
    case .unreadable(let path, let reason):
      "cannot read the certificate '\(path)': \(reason)"
    }
  }
}
