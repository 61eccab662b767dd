extension Inspection {
  /// A property of the library and the value that an inspection suggests for it.
  package struct Setting: Sendable, Equatable, CustomStringConvertible {
    /// The name of the property or argument, such as `layer`.
    package let name: String

    /// The value as a word that a shell takes; `nil` for a property that is to be true.
    package let word: String?

    /// Sets a text.
    init(_ name: String, _ value: String) {
      self.name = name
      word = Self.quoted(value)
    }

    /// Sets a property to true.
    init(toTrue name: String) {
      self.name = name
      word = nil
    }

    /// The setting as sentences of this library name it, in backticks.
    package var description: String { "`\(name) = \(word ?? "true")`" }

    /// Returns a word as a shell takes it.
    static func quoted(_ word: String) -> String {
      let isPlain = word.allSatisfy {
        $0.isLetter || $0.isNumber || "/._-+=:,@".contains($0)
      }
      return isPlain && !word.isEmpty
        ? word : "'" + word.replacing("'", with: "'\\''") + "'"
    }
  }

  /// Writes a setting, such as in the terms of a command line.
  package typealias Spelling = (Setting) -> String
}
