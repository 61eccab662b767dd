internal import ArgumentParser
internal import Support

extension ArgumentHelp {
  /// Takes the help of an option from the field of the library that it sets.
  ///
  /// - Parameters:
  ///   - path: The property.
  ///   - usual: The default in words. The default is `nil`, for that of the field.
  init<Options: DescribedOptions>(of path: PartialKeyPath<Options>, usual: String? = nil) {
    guard let field = Options.field(of: path) else {
      preconditionFailure("no field of \(Options.self) is \(path)")
    }
    let usual = (usual ?? field.usual).map { " (default: \(FlagNames.sentence($0)))" } ?? ""
    self.init(
      FlagNames.sentence(field.help) + usual, valueName: field.unit.isEmpty ? nil : field.unit)
  }
}
