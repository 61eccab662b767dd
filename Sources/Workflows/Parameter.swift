/// One argument of a command in the form that workflow engines need.
package struct Parameter: Equatable, Sendable {
  /// The kind of value of the parameter.
  package enum Kind: Equatable, Sendable {
    /// The matrices of the cells: files or folders.
    case cells

    /// Another input file, with its allowed extensions; empty for any.
    case file([String])

    /// An output file.
    case output(OutputFile)

    /// A Boolean switch.
    case flag

    /// One of the given values.
    case choice([String])

    /// A whole number.
    case integer

    /// A number.
    case number

    /// A number, or the given word.
    case numberOr(String)

    /// Any text.
    case text

    /// The number of threads, which the engine provides.
    case threads

    /// The amount of memory, which the engine provides.
    case memory

    /// A parameter that no wrapper has, with the reason.
    case leftOut(String)
  }

  /// The name in wrappers: `batch_key`.
  package var identifier: String

  /// The name on the command line, `--batch-key`; `nil` for a positional argument.
  package var flag: String?

  /// The kind of value.
  package var kind: Kind

  /// The parameter's group in the help.
  package var section: String

  /// The parameter's sentence in the help.
  package var help: String

  /// The default value, if the program declares one.
  package var defaultValue: String?

  /// A flag that is true if the command requires the parameter.
  package var isRequired: Bool

  /// A flag that is true if the parameter takes several values.
  package var isRepeated: Bool
}

extension Parameter {
  /// The help sentence with the default, which the help of some engines does not add.
  var helpWithDefault: String {
    guard let defaultValue, !defaultValue.isEmpty, kind != .flag else { return help }
    return "\(help) (default: \(defaultValue))"
  }

  /// The display name: `Batch key`.
  var title: String {
    let words = identifier.replacing("_", with: " ")
    return words.prefix(1).uppercased() + words.dropFirst()
  }

  /// A flag that is true if a user of the wrapper sets the value: not a file, and not known to the
  /// engine.
  var isValue: Bool {
    switch kind {
    case .flag, .choice, .integer, .number, .numberOr, .text: true
    case .cells, .file, .output, .threads, .memory, .leftOut: false
    }
  }
}

/// A file that a command writes.
package struct OutputFile: Equatable, Sendable {
  /// The name in wrappers: `h5ad`.
  package var name: String

  /// The suffix of the file name, after the name of the data: `.model.h5`.
  package var ending: String

  /// The file's contents, one sentence.
  package var contents: String

  /// The format in the EDAM ontology, such as `format_3590` for HDF5.
  package var edam: String

  /// The name of the format in Galaxy.
  package var galaxy: String

  /// A flag that is true if a wrapper requests the file by default; large or rarely used files are
  /// not.
  package var isUsual = true

  /// A flag that is true if a wrapper has a switch for the file.
  package var hasSwitch = false

  /// Files that the command writes together with it, without an option.
  package var alongside: [OutputFile] = []
}
