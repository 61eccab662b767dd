internal import Support
internal import Workflows

extension WrappedCommand {
  /// The kinds of the options that set a field of the library, by their names without dashes.
  var fieldKinds: [String: Parameter.Kind] {
    let fields =
      switch self {
      case .integrate: FlagNames.integrating
      case .map: FlagNames.mapping
      case .evaluate: [FlagNames.Field]()
      }
    var kinds: [String: Parameter.Kind] = [:]
    for field in fields {
      guard let flag = FlagNames.flags[field.name], let kind = Parameter.Kind(field.kind) else {
        continue
      }
      kinds[String(flag.trimmingPrefix("--"))] = kind
    }
    return kinds
  }
}

extension Parameter.Kind {
  /// Takes the kind of a field; `nil` where the declarations of the program say more.
  fileprivate init?(_ kind: OptionKind) {
    switch kind {
    case .flag, .choice: return nil
    case .integer: self = .integer
    case .number: self = .number
    case .text: self = .text
    }
  }
}
