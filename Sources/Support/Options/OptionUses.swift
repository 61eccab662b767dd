/// The places that an option is kept in beside its own struct.
package struct OptionUses: OptionSet, Sendable {
  package let rawValue: Int

  package init(rawValue: Int) { self.rawValue = rawValue }

  /// The JSON of a record and of a model.
  package static let record = OptionUses(rawValue: 1)

  /// The options in `uns` of an AnnData file.
  package static let uns = OptionUses(rawValue: 2)

  /// The identity of a training, by which two are the same step for step.
  package static let training = OptionUses(rawValue: 4)

  /// Every place.
  package static let all: OptionUses = [.record, .uns, .training]
}
