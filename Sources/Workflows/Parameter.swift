/// One argument of a command, as a workflow engine has to know it.
public struct Parameter: Equatable, Sendable {
  /// What an engine does with it.
  public enum Kind: Equatable, Sendable {
    /// The matrices of the cells: files or folders.
    case cells

    /// Another input file, of one of these formats by their endings; any where there are none.
    case file([String])

    /// A file that the command writes.
    case output(OutputFile)

    /// A switch.
    case flag

    /// One of these values.
    case choice([String])

    /// A whole number.
    case integer

    /// A number.
    case number

    /// A number, or this word.
    case numberOr(String)

    /// Any text.
    case text

    /// How many threads, which the engine knows.
    case threads

    /// How much memory, which the engine knows.
    case memory

    /// No wrapper has it, and why.
    case leftOut(String)
  }

  /// What wrappers call it: `batch_key`.
  public var identifier: String

  /// As it stands on the command line, `--batch-key`; `nil` for what stands on its own.
  public var flag: String?

  /// What an engine does with it.
  public var kind: Kind

  /// The group in the help that it belongs to.
  public var section: String

  /// Its sentence in the help.
  public var help: String

  /// The value that it has without being given, where the program declares one.
  public var defaultValue: String?

  /// Whether the command needs it.
  public var isRequired: Bool

  /// Whether it takes several values.
  public var isRepeated: Bool
}

extension Parameter {
  /// Its sentence with the default, which helps of engines do not add by themselves.
  var helpWithDefault: String {
    guard let defaultValue, !defaultValue.isEmpty, kind != .flag else { return help }
    return "\(help) (default: \(defaultValue))"
  }

  /// Its name for people: `Batch key`.
  var title: String {
    let words = identifier.replacing("_", with: " ")
    return words.prefix(1).uppercased() + words.dropFirst()
  }

  /// The file that it writes, where it writes one.
  var outputFile: OutputFile? {
    if case .output(let file) = kind { file } else { nil }
  }

  /// Whether a user of the wrapper sets it to a value: no file, and nothing that the engine knows.
  var isValue: Bool {
    switch kind {
    case .flag, .choice, .integer, .number, .numberOr, .text: true
    case .cells, .file, .output, .threads, .memory, .leftOut: false
    }
  }
}

/// A file that a command writes.
public struct OutputFile: Equatable, Sendable {
  /// What wrappers call it: `h5ad`.
  public var name: String

  /// What its name ends in, behind the name of the data: `.model.h5`.
  public var ending: String

  /// What is in it, as a sentence.
  public var contents: String

  /// Its format in the EDAM ontology, such as `format_3590`, which is HDF5.
  public var edam: String

  /// Its format as Galaxy calls it.
  public var galaxy: String

  /// Whether a wrapper asks for it unless told otherwise; what is large or rarely wanted is not.
  public var isUsual = true
}
