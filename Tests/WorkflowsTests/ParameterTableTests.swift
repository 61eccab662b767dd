import ArgumentParser
import Foundation
import Testing
import TestSupport
import Workflows
@testable import ScharmonizeCLI

/// Holds the table of what options take to the program.
@Suite struct ParameterTableTests {
  @Test(arguments: WrappedCommand.allCases)
  func `the table names nothing that is gone`(command: WrappedCommand) throws {
    #expect(try Wrappers.tool(command).unusedKinds == [])
  }

  /// The program refuses what is no value before it looks at any file.
  @Test(arguments: WrappedCommand.allCases)
  func `options take what the table says`(command: WrappedCommand) throws {
    for parameter in try Wrappers.tool(command).parameters {
      guard let flag = parameter.flag, flag != "--output" else { continue }
      switch parameter.kind {
      case .integer, .threads:
        #expect(try takes("2", flag, command, byTheParserAlone: true), "\(flag)")
        #expect(try !takes("1.5", flag, command), "\(flag)")
      case .number:
        #expect(try takes("1.5", flag, command, byTheParserAlone: true), "\(flag)")
        #expect(try !takes("x", flag, command), "\(flag)")
      case .numberOr(let word):
        #expect(try takes("1.5", flag, command) && takes(word, flag, command), "\(flag)")
        #expect(try !takes("x", flag, command), "\(flag)")
      case .memory:
        #expect(try takes("512M", flag, command) && !takes("x", flag, command), "\(flag)")
      case .choice:
        #expect(try !takes("x", flag, command), "\(flag)")
      // The words of a choice are the program's own, and text and paths are whatever they are.
      case .text, .file, .output, .cells, .flag, .leftOut: break
      }
    }
  }

  @Test func `an option that the table lacks is named`() throws {
    let declarations = try Wrappers.declarations().replacing("\"n-genes\"", with: "\"m-genes\"")
    #expect(
      throws: WorkflowError.unknownOption(command: "integrate", option: "--m-genes")
    ) {
      try WorkflowTool(
        .integrate, declarations: declarations, version: "1",
        fieldKinds: WrappedCommand.integrate.fieldKinds)
    }
    #expect(
      WorkflowError.unknownOption(command: "integrate", option: "--m-genes").description
        == "the kind of value of option '--m-genes' of 'integrate' is unknown")
  }

  @Test func `what is not the program's declarations is refused`() throws {
    #expect(throws: WorkflowError.noSuchCommand("map")) {
      try WorkflowTool(
        .map, declarations: #"{"command": {"commandName": "x"}}"#, version: "1")
    }
    let error = #expect(throws: WorkflowError.self) {
      try WorkflowTool(.map, declarations: "{", version: "1")
    }
    #expect("\(try #require(error))".hasPrefix("the program's declarations cannot be read: "))
  }

  /// Whether the command line is understood with an option of a value.
  ///
  /// What the parser refuses needs no process of its own; what it takes, the program may refuse.
  private func takes(
    _ value: String, _ flag: String, _ command: WrappedCommand, byTheParserAlone: Bool = false
  ) throws -> Bool {
    let files = command == .map ? ["no.h5", "no.h5ad"] : ["no.h5ad"]
    let output = command == .evaluate ? [] : ["-o", "x.h5ad"]
    let arguments = [command.rawValue] + files + output + [flag, value]
    do {
      _ = try Scharmonize.parseAsRoot(arguments)
    } catch {
      // "The value 'x' is invalid for …".
      return !Scharmonize.message(for: error).contains("'\(value)' is ")
    }
    if byTheParserAlone { return true }
    let folder = try TemporaryFolder()
    let outcome = try Program.run(arguments, in: folder.url)
    #expect(outcome.status != 0, "there are no such files")
    // "'x' is not a size", "'x' is neither …".
    return !outcome.error.contains("'\(value)' is ")
  }
}
