/// A command of the program in the form that all wrappers are made from.
package struct WorkflowTool: Sendable {
  /// The command.
  package let command: WrappedCommand

  /// The program's version.
  package let version: String

  /// A description of the command in one line.
  package let abstract: String

  /// A description of the command in paragraphs.
  package let discussion: String

  /// The command's arguments, in the order of its help.
  package let parameters: [Parameter]

  /// The entries of the table of kinds that the command does not declare.
  package let unusedKinds: [String]

  /// Makes a description of a command.
  ///
  /// - Parameters:
  ///   - command: The command.
  ///   - declarations: The program's output for `--experimental-dump-help`.
  ///   - version: The program's version.
  ///   - fieldKinds: The kinds of options without an entry in the table. The default is none.
  /// - Throws: ``WorkflowError`` if the declarations do not belong to the program.
  package init(
    _ command: WrappedCommand, declarations: String, version: String,
    fieldKinds: [String: Parameter.Kind] = [:]
  ) throws(WorkflowError) {
    let declarations = try Declarations(json: declarations)
    guard
      let declared = declarations.command.subcommands?.first(where: {
        $0.commandName == command.rawValue
      })
    else { throw .noSuchCommand(command.rawValue) }
    var kinds = ParameterTable.kinds(of: command)
    var parameters: [Parameter] = []
    for argument in declared.arguments ?? []
    where argument.shouldDisplay && !["help", "version"].contains(argument.key) {
      let known = kinds.removeValue(forKey: argument.key)
      guard let kind = known ?? fieldKinds[argument.key] ?? argument.kindByItself
      else {
        throw .unknownOption(
          command: command.rawValue, option: argument.flag ?? argument.key)
      }
      parameters.append(Parameter(argument, kind: kind))
    }
    self.command = command
    self.version = version
    self.parameters = parameters
    abstract = declared.abstract ?? ""
    discussion = declared.discussion ?? ""
    unusedKinds = kinds.keys.sorted()
  }
}

extension WorkflowTool {
  /// The name of the command in wrappers: `scharmonize_integrate`.
  var identifier: String { "scharmonize_\(command.rawValue)" }

  /// The parameters whose values a user of the wrapper sets.
  var values: [Parameter] { parameters.filter(\.isValue) }

  /// The input files other than the cells.
  var files: [Parameter] {
    parameters.filter { if case .file = $0.kind { true } else { false } }
  }

  /// The parameter of the cells, if the command has one.
  var cells: Parameter? { parameters.first { $0.kind == .cells } }

  /// The output files of the command.
  var outputs: [WrittenFile] {
    parameters.flatMap { parameter -> [WrittenFile] in
      guard case .output(let file) = parameter.kind else { return [] }
      let others = file.alongside.map { WrittenFile(flag: nil, owner: file.name, file: $0) }
      return [WrittenFile(flag: parameter.flag, owner: file.name, file: file)] + others
    }
  }

  /// A flag that is true if the command has an option for its memory.
  var takesMemory: Bool { parameters.contains { $0.kind == .memory } }

  /// The options that no wrapper has, with the reasons.
  package var leftOut: [(flag: String, reason: String)] {
    parameters.compactMap { parameter in
      guard case .leftOut(let reason) = parameter.kind else { return nil }
      return (parameter.flag ?? parameter.identifier, reason)
    }
  }

  /// Returns the header of every file: its generator, and a note not to edit it.
  func head(engine: WorkflowEngine) -> [String] {
    [
      "Made by scharmonize \(version) from the declarations of its own command line:",
      "scharmonize workflow \(engine.rawValue) \(command.rawValue) -o FOLDER",
      "Make it anew with each version rather than edit it.",
    ]
  }

  /// The lines about options that no wrapper has, after an empty line.
  var remarksOnLeftOut: [String] {
    guard !leftOut.isEmpty else { return [] }
    return ["", "Options that are not here:"] + leftOut.map { "  \($0.flag): \($0.reason)" }
  }
}

extension Declarations.Argument {
  /// The kind of an argument, if the declarations determine it.
  fileprivate var kindByItself: Parameter.Kind? {
    if kind == "flag" { return .flag }
    return completionKind?.list.map { .choice($0.values) }
  }
}

extension Parameter {
  fileprivate init(_ argument: Declarations.Argument, kind: Kind) {
    let name =
      switch kind {
      case .cells: "cells"
      case .file where argument.kind == "positional":
        // '<file.h5ad>' has its format in its name.
        argument.valueName?.split(separator: ".").last.map(String.init) ?? "file"
      default: argument.key
      }
    self.init(
      identifier: name.replacing("-", with: "_"), flag: argument.flag, kind: kind,
      section: argument.sectionTitle ?? "Options", help: argument.abstract ?? "",
      defaultValue: argument.defaultValue,
      // Wrappers take files instead of a sample sheet.
      isRequired: kind == .cells || !argument.isOptional, isRepeated: argument.isRepeating)
  }
}

/// An output file of the command, and its option.
struct WrittenFile {
  /// The option; `nil` for a file that comes with another.
  var flag: String?

  /// The name of the file it comes with; its own name if it has an option.
  var owner: String

  /// The file.
  var file: OutputFile
}
