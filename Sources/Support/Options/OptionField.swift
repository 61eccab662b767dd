/// One option of an options struct: its name, what it may be, and what it is for.
///
/// Whatever goes through all options of a struct, from the check of their ranges to the help of the
/// program, is a loop over its list of these.
package struct OptionField<Options: Sendable>: Sendable {
  /// The name of the property.
  package let name: String

  /// The property.
  package let path: any PartialKeyPath<Options> & Sendable

  /// The kind of value that it takes.
  package let kind: OptionKind

  /// The unit of its value, or the noun for it.
  package let unit: String

  /// The values that it may have, each bound in words; empty for all of its type.
  package let ranges: [String]

  /// A sentence on what it does.
  package let help: String

  /// The default in words, where the value itself does not tell it.
  package let usual: String?

  /// The key in `uns`.
  package let key: String

  /// The places in which it is kept.
  package let uses: OptionUses

  /// Reads the value; `nil` for none, and for a value that is an options struct itself.
  package let value: @Sendable (Options) -> OptionValue?

  /// Finds what is wrong with the value by itself; `nil` where nothing is.
  package let problem: @Sendable (Options) -> OptionError?

  let encode: @Sendable (Options, inout KeyedEncodingContainer<OptionKey>) throws -> Void
  let decode: @Sendable (inout Options, KeyedDecodingContainer<OptionKey>) throws -> Void

  /// Describes a property.
  ///
  /// - Parameters:
  ///   - name: The name of the property.
  ///   - path: The property.
  ///   - ranges: The bounds of its value. The default is none.
  ///   - unit: The unit of its value, or the noun for it. The default is none.
  ///   - usual: The default in words, where the value itself does not tell it.
  ///   - key: The key in `uns`. The default is the name in snake case.
  ///   - uses: Where it is kept. The default is everywhere.
  ///   - help: A sentence on what it does.
  package init<Value: Codable & Sendable>(
    _ name: String, _ path: any WritableKeyPath<Options, Value> & Sendable,
    _ ranges: ValidRange<Value>..., unit: String = "", usual: String? = nil, key: String? = nil,
    uses: OptionUses = .all, help: String
  ) {
    self.init(
      name, path, Value.self, ranges.map(\.description), unit, usual, key, uses, help,
      value: { OptionValue($0[keyPath: path]) },
      problem: { options in
        let value = options[keyPath: path]
        return ranges.first { !$0.contains(value) }
          .map { OptionError(option: name, value: text(of: value), expected: $0.description) }
      },
      encode: { options, container in
        let value = options[keyPath: path]
        // JSON has no infinity.
        if let number = value as? any BinaryFloatingPoint, Double(number) == .infinity {
          try container.encode("inf", forKey: OptionKey(name))
        } else {
          try container.encode(value, forKey: OptionKey(name))
        }
      },
      decode: { options, container in
        let key = OptionKey(name)
        if let infinity = Float.infinity as? Value ?? Double.infinity as? Value,
          (try? container.decode(String.self, forKey: key)) == "inf"
        {
          options[keyPath: path] = infinity
        } else if let value = try container.decodeIfPresent(Value.self, forKey: key) {
          options[keyPath: path] = value
        }
      })
  }

  /// Describes a property that may be `nil`, whatever the bounds of its other values.
  package init<Value: Codable & Sendable>(
    optional name: String, _ path: any WritableKeyPath<Options, Value?> & Sendable,
    _ ranges: ValidRange<Value>..., unit: String = "", usual: String? = nil, key: String? = nil,
    uses: OptionUses = .all, help: String
  ) {
    self.init(
      name, path, Value.self, ranges.map(\.description), unit, usual, key, uses, help,
      value: { $0[keyPath: path].flatMap { OptionValue($0) } },
      problem: { options in
        guard let value = options[keyPath: path] else { return nil }
        return ranges.first { !$0.contains(value) }
          .map { OptionError(option: name, value: text(of: value), expected: $0.description) }
      },
      encode: { options, container in
        try container.encodeIfPresent(options[keyPath: path], forKey: OptionKey(name))
      },
      decode: { options, container in
        options[keyPath: path] = try container.decodeIfPresent(
          Value.self, forKey: OptionKey(name))
      })
  }

  private init(
    _ name: String, _ path: any PartialKeyPath<Options> & Sendable, _ type: Any.Type,
    _ ranges: [String], _ unit: String, _ usual: String?, _ key: String?, _ uses: OptionUses,
    _ help: String, value: @escaping @Sendable (Options) -> OptionValue?,
    problem: @escaping @Sendable (Options) -> OptionError?,
    encode: @escaping @Sendable (Options, inout KeyedEncodingContainer<OptionKey>) throws -> Void,
    decode: @escaping @Sendable (inout Options, KeyedDecodingContainer<OptionKey>) throws -> Void
  ) {
    self.name = name
    self.path = path
    kind = OptionKind(of: type)
    self.unit = unit
    self.ranges = ranges
    self.help = help
    self.usual = usual
    self.key = key ?? name.inWords(joinedBy: "_")
    self.uses = uses
    self.value = value
    self.problem = problem
    self.encode = encode
    self.decode = decode
  }
}

/// The values that an option may have, in words and as a check.
package struct ValidRange<Value>: Sendable {
  package let description: String
  package let contains: @Sendable (Value) -> Bool

  /// Makes a range.
  package init(_ description: String, contains: @escaping @Sendable (Value) -> Bool) {
    self.description = description
    self.contains = contains
  }
}

/// The name of a property as a key of JSON.
struct OptionKey: CodingKey {
  let stringValue: String
  var intValue: Int? { nil }

  init(_ name: String) { stringValue = name }
  init?(stringValue: String) { self.init(stringValue) }
  init?(intValue: Int) { nil }
}

/// A value as a sentence tells it.
private func text(of value: Any) -> String {
  if let value = value as? any RawRepresentable { return "\(value.rawValue)" }
  return "\(value)"
}

extension String {
  /// Returns a name in camel case as words in lower case.
  package func inWords(joinedBy separator: String) -> String {
    map { $0.isUppercase ? separator + $0.lowercased() : String($0) }.joined()
  }
}
