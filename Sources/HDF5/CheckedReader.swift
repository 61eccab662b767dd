package import StoredArrays

/// A reader of files that this program wrote, which checks all values.
package struct CheckedReader {
  /// Makes the error about an invalid object.
  package let damage: (_ object: String, _ problem: String) -> any Error

  /// Takes the errors to throw.
  package init(damage: @escaping (_ object: String, _ problem: String) -> any Error) {
    self.damage = damage
  }

  package func require(_ holds: Bool, _ object: String, _ problem: @autoclosure () -> String) throws
  {
    guard holds else { throw damage(object, problem()) }
  }

  /// Reads a list of strings.
  package func strings(_ name: String, of file: borrowing File) throws -> [String] {
    let info = try file.info(of: name)
    try require(info.shape.count == 1 && !info.isNull, name, "it is not a list")
    return try file.strings(name)
  }

  /// Reads a single string.
  package func string(_ name: String, of file: borrowing File) throws -> String {
    let strings = try file.strings(name)
    try require(strings.count == 1, name, "it holds \(strings.count) strings, not one")
    return strings[0]
  }

  /// Reads numbers of an expected shape, all finite.
  package func numbers<Number: StoredNumber>(
    _ name: String, of file: borrowing File, shape: [Int]
  ) throws -> [Number] {
    let found = try file.info(of: name)
    try require(
      !found.isNull && found.shape == shape, name, "its shape is \(found.shape), not \(shape)")
    let values = try file.read(name, as: Number.self)
    if let position = values.firstIndex(where: { !($0 - $0 == 0) }) {
      throw damage(name, "value \(position) is \(values[position])")
    }
    return values
  }

  package func value(_ attribute: String, of object: String, in file: borrowing File) throws
    -> AttributeValue
  {
    guard let value = try file.attribute(attribute, of: object) else {
      throw damage("\(object)@\(attribute)", "it is missing")
    }
    return value
  }

  package func float(_ attribute: String, of object: String, in file: borrowing File) throws
    -> Double
  {
    guard case .float(let value) = try value(attribute, of: object, in: file), !value.isNaN else {
      throw damage("\(object)@\(attribute)", "it is not a number")
    }
    return value
  }

  package func integer(_ attribute: String, of object: String, in file: borrowing File) throws
    -> Int
  {
    guard case .integer(let value) = try value(attribute, of: object, in: file) else {
      throw damage("\(object)@\(attribute)", "it is not a whole number")
    }
    return Int(value)
  }

  package func boolean(_ attribute: String, of object: String, in file: borrowing File) throws
    -> Bool
  {
    guard case .boolean(let value) = try value(attribute, of: object, in: file) else {
      throw damage("\(object)@\(attribute)", "it is not a truth value")
    }
    return value
  }

  /// Reads an option's value by its name.
  package func choice<Choice: RawRepresentable & CaseIterable>(
    _ attribute: String, of object: String, in file: borrowing File, as type: Choice.Type
  ) throws -> Choice where Choice.RawValue == String {
    let name = try value(attribute, of: object, in: file).string ?? ""
    guard let choice = Choice(rawValue: name) else {
      let known = Choice.allCases.map { "'\($0.rawValue)'" }.joined(separator: ", ")
      throw damage("\(object)@\(attribute)", "it is '\(name)', not one of \(known)")
    }
    return choice
  }

}
