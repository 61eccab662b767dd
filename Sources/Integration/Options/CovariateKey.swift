/// A covariate: a column of `obs` whose effect is removed as that of a batch is.
///
///     var options = IntegrationOptions()
///     options.covariates = ["percent_mito", "phase:categorical"]
public struct CovariateKey: Equatable, Sendable {
  /// The kind of a covariate.
  public enum Kind: String, CaseIterable, Sendable, Codable {
    /// Numbers, whose effect is proportional to their distance from the mean.
    case continuous

    /// Levels, each with an effect of its own.
    case categorical
  }

  /// The name of the column.
  public var name: String

  /// The kind; `nil` for the one that the column's type tells: numbers are continuous, and text and
  /// truth values are categorical.
  public var kind: Kind?

  /// Names a covariate.
  ///
  /// - Parameters:
  ///   - name: The name of the column.
  ///   - kind: The kind. The default is `nil`, for the one that the column's type tells.
  public init(_ name: String, kind: Kind? = nil) {
    self.name = name
    self.kind = kind
  }
}

extension CovariateKey: ExpressibleByStringLiteral, CustomStringConvertible {
  /// Reads `NAME`, `NAME:continuous` or `NAME:categorical`.
  public init(stringLiteral text: String) { self.init(parsing: text) }

  /// Reads `NAME`, `NAME:continuous` or `NAME:categorical`; another colon belongs to the name.
  public init(parsing text: String) {
    for kind in Kind.allCases where text.hasSuffix(":\(kind.rawValue)") {
      self.init(String(text.dropLast(kind.rawValue.count + 1)), kind: kind)
      return
    }
    self.init(text)
  }

  /// The name, and the kind if it is given, as ``init(parsing:)`` reads them.
  public var description: String { name + (kind.map { ":\($0.rawValue)" } ?? "") }
}

extension CovariateKey: Codable {
  /// Reads the text of ``description``.
  public init(from decoder: any Decoder) throws {
    self.init(parsing: try decoder.singleValueContainer().decode(String.self))
  }

  /// Writes the text of ``description``.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(description)
  }
}
