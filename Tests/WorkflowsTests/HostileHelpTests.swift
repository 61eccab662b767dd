import Foundation
import TestSupport
@testable import ScharmonizeCLI

import Testing
import TestSupport
import Workflows

#if canImport(FoundationXML)
import FoundationXML
#endif

/// Helps with what would end a string, a comment or a tag in the languages of the engines.
@Suite struct HostileHelpTests {
  static let hostile =
    #"Quotes " ' ''' """, \ and \n, ]]> --> */ <b>&amp; ${7*7} $(rm -rf x) #{x} %> {{x}} `id` é 𝄞"#
    + "\nnext: line\t# no comment\u{1}\u{2028}- [x]"

  /// Declarations whose texts are all hostile.
  static func tool(_ command: WrappedCommand = .integrate) throws -> WorkflowTool {
    let declared = try JSONSerialization.jsonObject(
      with: Data(Wrappers.declarations().utf8), options: [.mutableContainers])
    func poison(_ value: Any) -> Any {
      if let list = value as? [Any] { return list.map(poison) }
      guard var object = value as? [String: Any] else { return value }
      for key in object.keys {
        if ["abstract", "discussion"].contains(key) {
          object[key] = hostile
        } else if let inner = object[key] {
          object[key] = poison(inner)
        }
      }
      return object
    }
    let poisoned = try JSONSerialization.data(withJSONObject: poison(declared))
    return try WorkflowTool(
      command, declarations: String(decoding: poisoned, as: UTF8.self), version: "1",
      fieldKinds: command.fieldKinds)
  }

  @Test(arguments: WrappedCommand.allCases)
  func `Galaxy's XML is well-formed and says the help as it is`(command: WrappedCommand) throws {
    let file = WorkflowEngine.galaxy.files(for: try Self.tool(command))[0]
    let reader = AttributeReader()
    let parser = XMLParser(data: Data(file.text.utf8))
    parser.delegate = reader
    #expect(parser.parse(), "\(String(describing: parser.parserError))")
    let help = try #require(reader.helps.first)
    // XML has no control characters, and an attribute no line breaks.
    let expected = Self.hostile.replacing("\u{1}", with: "").split(whereSeparator: \.isNewline)
      .joined(separator: " ").replacing("\t", with: " ")
    #expect(help == expected)
  }

  @Test func `the schema is JSON and says the help in one line`() throws {
    let files = WorkflowEngine.snakemake.files(for: try Self.tool())
    let schema = try #require(files.first { $0.name.hasSuffix(".json") })
    let object = try #require(
      try JSONSerialization.jsonObject(with: Data(schema.text.utf8)) as? [String: Any])
    #expect(
      object["description"] as? String
        == Self.hostile.split(whereSeparator: \.isNewline).joined(separator: " "))
  }

  @Test(arguments: WrappedCommand.allCases)
  func `a help adds no line to scripts and to YAML`(command: WrappedCommand) throws {
    let plain = try Wrappers.tool(command)
    let poisoned = try Self.tool(command)
    for engine in [WorkflowEngine.nextflow, .snakemake, .cwl] {
      for (a, b) in zip(engine.files(for: plain), engine.files(for: poisoned)) {
        let lines = [a, b].map { $0.text.split(separator: "\n", omittingEmptySubsequences: false) }
        #expect(lines[0].count == lines[1].count, "\(a.name)")
      }
    }
  }

  @Test(arguments: WrappedCommand.allCases)
  func `what runs does not change with the help`(command: WrappedCommand) throws {
    let plain = try WorkflowTool(
      command, declarations: Wrappers.declarations(), version: "1",
      fieldKinds: command.fieldKinds)
    let poisoned = try Self.tool(command)
    for (engine, name) in [
      (WorkflowEngine.nextflow, "main.nf"), (.nextflow, ".nf.test"), (.snakemake, ".smk"),
      (.snakemake, ".py"),
    ] {
      let files = [plain, poisoned].map { tool in
        engine.files(for: tool).first { $0.name.hasSuffix(name) }?.text
      }
      #expect(files[0] != nil && files[0] == files[1], "\(name)")
    }
  }
}

private final class AttributeReader: NSObject, XMLParserDelegate {
  var helps: [String] = []

  func parser(
    _ parser: XMLParser, didStartElement elementName: String, namespaceURI: String?,
    qualifiedName qName: String?, attributes attributeDict: [String: String]
  ) {
    if let help = attributeDict["help"] { helps.append(help) }
  }
}
