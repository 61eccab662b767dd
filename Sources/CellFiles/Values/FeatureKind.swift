/// The kind of features that a matrix counts.
public enum FeatureKind: String, Sendable, Codable, CaseIterable {
  /// Genes, or other features with counts that follow their expression.
  case genes

  /// Peaks: genomic intervals in which open chromatin is counted, as by ATAC.
  case peaks

  /// Proteins of the surface, counted by antibodies, as by CITE-seq.
  case proteins
}

extension FeatureKind {
  /// The feature type of peaks in files of 10x.
  static let peakType = "Peaks"

  /// The feature type of proteins in files of 10x.
  static let proteinType = "Antibody Capture"

  /// Names of modalities with peaks, in lower case.
  static let peakModalities: Set = ["atac", "peaks"]

  /// The share of names that must be intervals, in percent.
  private static let intervalPercent = 90

  /// Returns the first name, if nearly all names are genomic intervals; `nil` if they are not.
  ///
  /// - Parameter names: The names of features.
  /// - Returns: The first interval if at least 90% of the names are intervals.
  package static func interval(among names: some Collection<String>) -> String? {
    let most = names.count * (100 - intervalPercent) / 100
    var (others, first) = (0, String?.none)
    for name in names {
      if isInterval(name) {
        first = first ?? name
      } else {
        others += 1
        if others > most { return nil }
      }
    }
    return first
  }

  /// Returns whether a name is a genomic interval, such as `chr1:100-200`, `chr1-100-200`,
  /// `chr1_100_200` or `GL000194.1:100-200`.
  ///
  /// - Parameter name: The name.
  /// - Returns: `true` if it ends in two numbers, the first below the second, after a sequence's name.
  package static func isInterval(_ name: String) -> Bool {
    let bytes = Array(name.utf8)
    guard let second = numberAtEnd(of: bytes[...]), let first = numberAtEnd(of: second.rest) else {
      return false
    }
    return first.number < second.number && !first.rest.isEmpty
  }

  /// Splits a number and the separator before it off the end of a text.
  private static func numberAtEnd(
    of bytes: ArraySlice<UInt8>
  ) -> (number: Int, rest: ArraySlice<UInt8>)? {
    let digits = bytes.suffix {
      (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0)
    }
    guard (1...12).contains(digits.count), digits.startIndex > bytes.startIndex else { return nil }
    let separator = bytes[digits.startIndex - 1]
    guard [":", "-", "_"].contains(Unicode.Scalar(separator)) else { return nil }
    return (
      digits.reduce(0) { 10 * $0 + Int($1 - UInt8(ascii: "0")) },
      bytes[bytes.startIndex..<digits.startIndex - 1]
    )
  }
}

extension ArraySlice {
  /// Returns the longest end whose elements all satisfy a predicate.
  fileprivate func suffix(_ predicate: (Element) -> Bool) -> ArraySlice {
    var start = endIndex
    while start > startIndex, predicate(self[start - 1]) { start -= 1 }
    return self[start...]
  }
}

extension FeatureKind {
  /// Returns the sentence on the kind of features that a file is taken for.
  ///
  /// - Parameter evidence: The reason; `nil` if the kind was requested.
  /// - Returns: The sentence, as for a notice.
  package func notice(evidence: String?) -> String {
    evidence.map {
      "the features are \(rawValue), as \($0); `featureKind = genes` treats them as genes"
    } ?? "the features are treated as \(rawValue), as requested"
  }

  /// Returns the sentence part about names that are intervals.
  package static func evidence(ofInterval name: String) -> String {
    "their names are genomic intervals, such as '\(name)'"
  }
}
