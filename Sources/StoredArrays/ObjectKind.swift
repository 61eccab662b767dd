/// The kind of an object in a file.
package enum ObjectKind: Equatable, Sendable, CustomStringConvertible {
  /// A group, which contains names of other objects.
  case group

  /// A dataset, an array of elements.
  case dataset

  /// A named datatype.
  case datatype

  /// The kind in words.
  package var description: String {
    switch self {
    case .group: "group"
    case .dataset: "dataset"
    case .datatype: "named datatype"
    }
  }
}
