/// What is added to an AnnData file; keys that are there already are replaced.
///
///     var additions = AnnDataAdditions()
///     additions.obsm["X_scharmonize"] = embedding
///     additions.uns["scharmonize"] = ["version": "1.0.0", "seed": 0]
///
/// A `/` in a key would open a group of its own, so it is written as `|`.
public struct AnnDataAdditions: Sendable, Equatable {
  /// Tables with a row for each cell, by their key in `obsm`.
  public var obsm: [String: DenseTable] = [:]

  /// Columns with a value for each cell, by their name in `obs`.
  ///
  /// Where `obs` is a list of records, as anndata wrote until 0.6, they go to `uns/obs` instead.
  public var obs: [String: Column] = [:]

  /// Values of any shape, by their key in `uns`.
  public var uns: [String: UnsValue] = [:]

  /// Makes additions that add nothing.
  public init() {}
}

/// A value in `uns`, the part of an AnnData file that belongs to no cell and no gene.
public indirect enum UnsValue: Sendable, Equatable {
  /// One string; it ends where it has a NUL character.
  case string(String)

  /// A list of strings.
  case strings([String])

  /// One whole number.
  case integer(Int)

  /// A list of whole numbers.
  case integers([Int])

  /// One floating-point number.
  case double(Double)

  /// A list of floating-point numbers.
  case doubles([Double])

  /// One truth value.
  case boolean(Bool)

  /// A list of truth values.
  case booleans([Bool])

  /// Values by their keys; HDF5 keeps no order of them.
  case dictionary([String: UnsValue])
}

extension UnsValue: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral,
  ExpressibleByFloatLiteral, ExpressibleByBooleanLiteral, ExpressibleByDictionaryLiteral
{
  /// Makes a string.
  public init(stringLiteral value: String) { self = .string(value) }

  /// Makes a whole number.
  public init(integerLiteral value: Int) { self = .integer(value) }

  /// Makes a floating-point number.
  public init(floatLiteral value: Double) { self = .double(value) }

  /// Makes a truth value.
  public init(booleanLiteral value: Bool) { self = .boolean(value) }

  /// Makes a dictionary.
  public init(dictionaryLiteral elements: (String, UnsValue)...) {
    self = .dictionary(Dictionary(elements, uniquingKeysWith: { $1 }))
  }
}
