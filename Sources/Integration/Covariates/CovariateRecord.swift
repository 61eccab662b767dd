internal import Support

/// The part of a record about a covariate.
public struct CovariateRecord: Equatable, Sendable, Codable {
  /// A level of a categorical covariate.
  public struct Level: Equatable, Sendable, Codable {
    /// The name of the level.
    public var name: String

    /// The number of its cells.
    public var cells: Int
  }

  /// The name of the column of `obs`.
  public var name: String

  /// The kind.
  public var kind: CovariateKey.Kind

  /// The mean of the numbers; `nil` for levels.
  public var mean: Double?

  /// The standard deviation of the numbers; `nil` for levels.
  public var deviation: Double?

  /// The levels with their numbers of cells; `nil` for numbers.
  public var levels: [Level]?

  /// The association with the batches, 0 to 1: Cramér's V of levels, or the correlation ratio of
  /// numbers, the square root of the share of their variance that lies between batches.
  public var batchAssociation: Double

  /// The association with the labels, as ``batchAssociation``; `nil` without labels.
  public var labelAssociation: Double?

  /// The share of the variance within batches that the covariate explains in the principal
  /// components of the uncorrected expression; 0 to 1.
  public var explainedBefore: Double?

  /// The share of the variance within batches that the covariate explains in the embedding; 0 to 1.
  public var explainedAfter: Double?
}

extension CovariateRecord {
  /// Describes a covariate by its columns.
  init(_ encoding: CovariateEncoding, cells: Int, batchAssociation: Double) {
    let isContinuous = encoding.kind == .continuous
    self.init(
      name: encoding.name, kind: encoding.kind, mean: isContinuous ? encoding.mean : nil,
      deviation: isContinuous ? encoding.deviation : nil,
      levels: isContinuous
        ? nil
        : zip(encoding.levels, encoding.shares).map {
          Level(name: $0, cells: Int(($1 * Double(cells)).rounded()))
        },
      batchAssociation: batchAssociation)
  }

  /// Returns an association with its name: `Cramér's V = 0.60`.
  package func association(_ strength: Double) -> String {
    (kind == .continuous ? "correlation ratio = " : "Cramér's V = ") + hundredths(strength)
  }
}

extension CovariateKey.Kind {
  /// The association from which a warning tells of confounding.
  ///
  /// For numbers it is that at which half of the variance lies between groups.
  var strongAssociation: Double { self == .continuous ? 0.5.squareRoot() : 0.5 }
}
