/// Additions to an AnnData file; existing keys are replaced.
///
///     var additions = AnnDataAdditions()
///     additions.obsm["X_scharmonize"] = embedding
///     additions.uns["scharmonize"] = ["version": "1.0.0", "seed": 0]
///
/// A `/` in a key would create a group, so it is written as `|`.
package struct AnnDataAdditions: Sendable, Equatable {
  /// Tables with one row per cell, by their key in `obsm`.
  package var obsm: [String: DenseTable] = [:]

  /// Columns with one value per cell, by their name in `obs`.
  ///
  /// If `obs` is a dataset of records, as anndata wrote until 0.6, they go to `uns/obs` instead.
  package var obs: [String: Column] = [:]

  /// Columns with one value per gene, by their name in `geneTable`.
  package var genes: [String: Column] = [:]

  /// The path of the table of the genes; an output without it gets no columns about genes.
  ///
  /// The default is `var`.
  package var geneTable = "var"

  /// Values of any shape, by their key in `uns`.
  package var uns: [String: UnsValue] = [:]

  /// Makes empty additions.
  package init() {}
}

/// A value in `uns`, the unstructured part of an AnnData file.
package indirect enum UnsValue: Sendable, Equatable {
  /// One string; it ends at its first NUL character.
  case string(String)

  /// A list of strings.
  case strings([String])

  /// One whole number.
  case integer(Int)

  /// One whole number that is not negative.
  ///
  /// It is stored with a sign if it fits, because not every reader has unsigned integers.
  case unsigned(UInt64)

  /// A list of whole numbers.
  case integers([Int])

  /// One floating-point number.
  case double(Double)

  /// A list of floating-point numbers.
  case doubles([Double])

  /// One Boolean.
  case boolean(Bool)

  /// A list of Booleans.
  case booleans([Bool])

  /// Values by key; HDF5 does not keep their order.
  case dictionary([String: UnsValue])
}

extension UnsValue: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral,
  ExpressibleByFloatLiteral, ExpressibleByBooleanLiteral, ExpressibleByDictionaryLiteral
{
  /// Makes a string.
  package init(stringLiteral value: String) { self = .string(value) }

  /// Makes a whole number.
  package init(integerLiteral value: Int) { self = .integer(value) }

  /// Makes a floating-point number.
  package init(floatLiteral value: Double) { self = .double(value) }

  /// Makes a Boolean.
  package init(booleanLiteral value: Bool) { self = .boolean(value) }

  /// Makes a dictionary.
  package init(dictionaryLiteral elements: (String, UnsValue)...) {
    self = .dictionary(Dictionary(elements, uniquingKeysWith: { $1 }))
  }
}
