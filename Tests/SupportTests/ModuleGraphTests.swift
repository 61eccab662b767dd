import Foundation
import Testing
import TestSupport

/// The order of modules, and of the folders of each, as manifest, imports and README have it.
///
/// The manifest is read as text: `swift package describe` waits for the build folder, which a run of
/// the tests holds.
@Suite struct ModuleGraphTests {
  /// The modules in Swift that are no tests, with the own modules that each depends on.
  private static let graph: [String: Set<String>] = {
    let root = TestFiles.root
    guard
      let manifest = try? String(
        contentsOf: root.appending(path: "Package.swift"), encoding: .utf8)
    else { return [:] }
    var graph: [String: Set<String>] = [:]
    let target = /\.(?:executableTarget|target)\(\s*name: "(\w+)"(.*?)swiftSettings/
      .dotMatchesNewlines()
    for match in manifest.matches(of: target) where match.1 != "TestSupport" {
      // C targets without settings in between end where the next target begins.
      let text = match.0.split(separator: ".target(").last.map(String.init) ?? ""
      guard let name = text.firstMatch(of: /name: "(\w+)"/)?.1 else { continue }
      let list = text.firstMatch(of: /dependencies: \[(.*?)\]/.dotMatchesNewlines())?.1 ?? ""
      graph[String(name)] = Set(list.matches(of: /"(\w+)"/).map { String($0.1) })
    }
    return graph.mapValues { own in own.filter { graph[$0] != nil } }
  }()

  @Test func `every module is found`() {
    #expect(Self.graph.count == 22)
    #expect(Self.graph["Harmonize"]?.contains("RunReports") == true)
  }

  @Test func `no module depends on itself by way of others`() {
    #expect(cycle(in: Self.graph) == nil)
  }

  @Test func `what a module imports it depends on, and the reverse`() throws {
    for (module, dependencies) in Self.graph {
      var imported: Set<String> = []
      for file in try files(of: module) {
        for match in file.text.matches(of: /import (\w+)/) { imported.insert(String(match.1)) }
      }
      #expect(imported.intersection(Self.graph.keys) == dependencies, "\(module)")
    }
  }

  @Test func `the README's modules are those of the manifest`() throws {
    let block = try #require(
      try Documents.blocks(of: TestFiles.root.appending(path: "README.md")).first {
        $0.heading == "Modules"
      })
    var told: [String: Set<String>] = [:]
    for line in block.lines {
      let parts = line.split(separator: ":")
      told[String(parts[0])] = Set(
        parts.dropFirst().joined().split(separator: ",").map {
          $0.trimmingCharacters(in: .whitespaces)
        })
    }
    #expect(told == Self.graph)
  }

  @Test func `no folder of a module needs one that needs it`() throws {
    for module in Self.graph.keys {
      let files = try files(of: module)
      var folderOfType: [String: String] = [:]
      let declaration = /(?m)^(?:\w+ )*(?:struct|class|enum|protocol|actor|typealias) (\w+)/
      for file in files {
        for match in file.text.matches(of: declaration) {
          folderOfType[String(match.1)] = file.folder
        }
      }
      var needs: [String: Set<String>] = [:]
      for file in files {
        let words = Set(file.text.matches(of: /\b[A-Z]\w+/).map { String($0.0) })
        needs[file.folder, default: []].formUnion(words.compactMap { folderOfType[$0] })
        needs[file.folder]?.remove(file.folder)
      }
      #expect(cycle(in: needs) == nil, "\(module)")
    }
  }
}

/// The files of a module without comments and literals, and the folder of each.
private func files(of module: String) throws -> [(folder: String, text: String)] {
  let root = TestFiles.root.appending(path: "Sources/\(module)")
  let paths = try FileManager.default.subpathsOfDirectory(atPath: root.path)
  return try paths.filter { $0.hasSuffix(".swift") }.map { path in
    let text = try String(contentsOf: root.appending(path: path), encoding: .utf8)
    return (
      path.contains("/") ? String(path.split(separator: "/")[0]) : "",
      text.replacing(/"""(?s:.*?)"""/, with: "").replacing(/"(?:\\.|[^"\\\n])*"/, with: "\"\"")
        .replacing(/\/\/.*/, with: "")
    )
  }
}

/// The members of a cycle of a graph; `nil` without one.
private func cycle(in graph: [String: Set<String>]) -> [String]? {
  var left = graph
  while let leaf = left.first(where: { $0.value.isDisjoint(with: left.keys) }) {
    left[leaf.key] = nil
  }
  return left.isEmpty ? nil : left.keys.sorted()
}
