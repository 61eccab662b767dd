internal import StoredArrays

/// The type of the elements of an array, as its metadata name it.
struct DataType: Equatable, Sendable {
  /// The type in terms that HDF5 shares.
  let element: ElementType

  /// The bytes of a stored element; 0 for strings of any length and types that are not read.
  let bytes: Int

  /// A flag that is true if strings have four bytes for each character.
  var isUTF32 = false

  /// A flag that is true if the highest byte of a number is the first.
  var isBigEndian = false

  /// Strings of any length.
  static let text = DataType(element: .variableString, bytes: 0)

  /// A type that is not read.
  static func other(_ name: String) -> DataType { DataType(element: .other(name), bytes: 0) }

  /// Makes a type by its name in version 3, such as `float32`.
  ///
  /// - Parameters:
  ///   - name: The name.
  ///   - configuration: What belongs to it, if anything.
  init(version3 name: String, configuration: JSONValue?) {
    switch name {
    case "bool": self.init(element: .boolean, bytes: 1)
    case "string", "str", "numpy.variable_length_utf8": self = .text
    case "fixed_length_utf32", "numpy.fixed_length_utf32":
      let bytes = configuration?["length_bytes"]?.integer ?? 0
      self.init(text: bytes, isUTF32: true)
    case "null_terminated_bytes", "numpy.null_terminated_bytes":
      self.init(text: configuration?["length_bytes"]?.integer ?? 0, isUTF32: false)
    default:
      for (start, kind) in [("uint", "u"), ("int", "i"), ("float", "f")] {
        if name.hasPrefix(start), let bits = Int(name.dropFirst(start.count)), bits % 8 == 0,
          let type = Self.number(kind, bytes: bits / 8)
        {
          self = type
          return
        }
      }
      self = .other(name)
    }
  }

  /// Makes a type by its name in version 2, as NumPy has it: `<f4`.
  ///
  /// - Parameters:
  ///   - name: The name.
  ///   - isText: Whether objects of Python are strings.
  init(version2 name: String, isText: Bool) {
    let kind = name.dropFirst().prefix(1)
    let count = Int(name.dropFirst(2)) ?? 0
    switch kind {
    case "O" where isText: self = .text
    case "b" where count == 1: self.init(element: .boolean, bytes: 1)
    case "S", "a": self.init(text: count, isUTF32: false)
    case "U":
      self.init(text: count <= 1 << 24 ? 4 * count : 0, isUTF32: true)
      isBigEndian = name.hasPrefix(">")
    default:
      guard var type = Self.number(String(kind), bytes: count) else {
        self = .other(Self.kinds[String(kind)] ?? "elements of type \(name.prefix(50))")
        return
      }
      type.isBigEndian = name.hasPrefix(">")
      self = type
    }
  }

  private init(element: ElementType, bytes: Int) {
    (self.element, self.bytes) = (element, bytes)
  }

  private init(text bytes: Int, isUTF32: Bool) {
    guard (1...1 << 20).contains(bytes), !isUTF32 || bytes % 4 == 0 else {
      self = .other("strings of \(bytes) bytes")
      return
    }
    self.init(element: .fixedString(bytes: bytes), bytes: bytes)
    self.isUTF32 = isUTF32
  }

  private static func number(_ kind: String, bytes: Int) -> DataType? {
    switch (kind, bytes) {
    case ("i", 1), ("i", 2), ("i", 4), ("i", 8), ("u", 1), ("u", 2), ("u", 4), ("u", 8):
      DataType(element: .integer(bytes: bytes, signed: kind == "i"), bytes: bytes)
    case ("f", 2), ("f", 4), ("f", 8): DataType(element: .float(bytes: bytes), bytes: bytes)
    default: nil
    }
  }

  private static let kinds = [
    "O": "objects of Python", "c": "complex numbers", "M": "times", "m": "durations",
    "V": "records",
  ]

  /// The type of decoded numbers in memory; `nil` for other elements.
  ///
  /// Half precision becomes single precision.
  var number: NativeNumber? {
    switch element {
    case .boolean, .integer(1, false): .uint8
    case .integer(2, false): .uint16
    case .integer(4, false): .uint32
    case .integer(8, false): .uint64
    case .integer(1, true): .int8
    case .integer(2, true): .int16
    case .integer(4, true): .int32
    case .integer(8, true): .int64
    case .float(2), .float(4): .float
    case .float(8): .double
    default: nil
    }
  }
}
