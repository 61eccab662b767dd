/// A command of the program as a workflow engine sees it: what all wrappers are made of.
public struct WorkflowTool: Sendable {
  /// The command.
  public let command: WrappedCommand

  /// The program's version.
  public let version: String

  /// What the command does, in one line.
  public let abstract: String

  /// What the command does, in paragraphs.
  public let discussion: String

  /// The command's arguments, in the order of its help.
  public let parameters: [Parameter]

  /// The entries of the table of kinds that name nothing that the command declares.
  package let unusedKinds: [String]

  /// Makes a description of a command.
  ///
  /// - Parameters:
  ///   - command: The command.
  ///   - declarations: What the program prints for `--experimental-dump-help`.
  ///   - version: The program's version.
  /// - Throws: ``WorkflowError``, where the declarations are not those of the program.
  public init(
    _ command: WrappedCommand, declarations: String, version: String
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
      guard let kind = known ?? argument.kindByItself else {
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
  /// What wrappers call the command: `scharmonize_integrate`.
  var identifier: String { "scharmonize_\(command.rawValue)" }

  /// The parameters that a user of the wrapper gives values.
  var values: [Parameter] { parameters.filter(\.isValue) }

  /// The input files beside the cells.
  var files: [Parameter] {
    parameters.filter { if case .file = $0.kind { true } else { false } }
  }

  /// The cells, where the command takes any.
  var cells: Parameter? { parameters.first { $0.kind == .cells } }

  /// What the command writes.
  var outputs: [(parameter: Parameter, file: OutputFile)] {
    parameters.compactMap { parameter in parameter.outputFile.map { (parameter, $0) } }
  }

  /// Whether the command can be told how much memory to take.
  var takesMemory: Bool { parameters.contains { $0.kind == .memory } }

  /// What no wrapper has: as it stands on the command line, and why.
  package var leftOut: [(flag: String, reason: String)] {
    parameters.compactMap { parameter in
      guard case .leftOut(let reason) = parameter.kind else { return nil }
      return (parameter.flag ?? parameter.identifier, reason)
    }
  }

  /// The head of every file: what made it, and that there is nothing to edit.
  func head(engine: WorkflowEngine) -> [String] {
    [
      "Made by scharmonize \(version) from the declarations of its own command line:",
      "scharmonize workflow \(engine.rawValue) \(command.rawValue) -o FOLDER",
      "Make it anew with each version rather than edit it.",
    ]
  }

  /// The lines on what no wrapper has, below an empty one.
  var remarksOnLeftOut: [String] {
    guard !leftOut.isEmpty else { return [] }
    return ["", "Options that are not here:"] + leftOut.map { "  \($0.flag): \($0.reason)" }
  }
}

extension Declarations.Argument {
  /// What an argument is that the declarations say enough of.
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
        // '<file.h5ad>' is known by its format.
        argument.valueName?.split(separator: ".").last.map(String.init) ?? "file"
      default: argument.key
      }
    self.init(
      identifier: name.replacing("-", with: "_"), flag: argument.flag, kind: kind,
      section: argument.sectionTitle ?? "Options", help: argument.abstract ?? "",
      defaultValue: argument.defaultValue,
      // Files stand in the place of a sheet, which no wrapper takes.
      isRequired: kind == .cells || !argument.isOptional, isRepeated: argument.isRepeating)
  }
}
