import Foundation
import Harmonize
import Support
import TestSupport
@testable import ScharmonizeCLI

import Testing
import TestSupport
@testable import ScharmonizeCLI

@Suite struct FlagNamesTests {
  @Test(arguments: [
    ("lower `minimumCounts` or `minimumGenes`", "lower '--min-counts' or '--min-genes'"),
    ("`minimumCounts = 500` leaves", "'--min-counts 500' leaves"),
    ("give `inPlace`, or `useRaw = true`", "give '--in-place', or '--use-raw'"),
    ("give `layer = true`", "give '--layer true'"),
    ("give `layer = a, b = c`", "give '--layer a, b = c'"),
    ("give `path = FILE.h5ad`", "give '-o FILE.h5ad'"),
    ("give `ridge = nil` or a number", "give 'auto' or a number"),
    ("`aligns = false` and `alignment = nil`", "'--no-align' and '--no-align'"),
    (
      "`encoderNorm = layer, decoderNorm = layer`", "'--encoder-norm layer --decoder-norm layer'"
    ),
    ("what `Certificate.json` wrote", "what 'scharmonize certify --json' wrote"),
  ])
  func `properties become flags`(sentence: String, expected: String) {
    #expect(FlagNames.sentence(sentence) == expected)
    #expect(FlagNames.sentence(expected) == expected)
  }

  @Test(arguments: [
    "`rounds` cannot be 0", "the column 'a`b'", "cell '`layer`'", "a ` and `", "``", "`layer",
    "`unknown = 3`", "'--layer x'",
  ])
  func `anything else is left as it is`(sentence: String) {
    #expect(FlagNames.sentence(sentence) == sentence)
  }

  @Test func `what keeps a checkpoint from being used is sorted by flags`() {
    let error = CheckpointError.otherOptions(
      path: "c", differences: ["`geneCount` was 1 and is now 2", "`klWeight` was 3 and is now 4"])
    #expect(
      FlagNames.sentence(for: error)
        == "'c' belongs to a training with other options: '--kl-weight' was 3 and is now 4; "
        + "'--n-genes' was 1 and is now 2; give the same options, or leave out '--resume' to start from scratch"
    )
  }

  @Test func `every flag is one of the program's`() throws {
    let options = try DocumentSession.options()
    let named = Array(FlagNames.flags.values) + Array(FlagNames.phrases.values)
    #expect(named.count > 60)
    for flag in named.flatMap({ $0.matches(of: /--[a-z-]+/).map { String($0.0) } }) {
      #expect(options.contains(flag), "\(flag)")
    }
    for name in FlagNames.switches { #expect(FlagNames.flags[name] != nil, "\(name)") }
  }

  @Test func `every field is an option of its command, or has a reason not to be`() throws {
    try expectFlags(of: IntegrationOptions.self, in: "integrate")
    try expectFlags(of: AutoencoderOptions.self, in: "integrate")
    try expectFlags(of: TrainingOptions.self, in: "integrate")
    try expectFlags(of: CriticOptions.self, in: "integrate")
    try expectFlags(of: ClusterAlignmentOptions.self, in: "integrate")
    // '-o' and '--checkpoint' are both called a path.
    try expectFlags(of: CheckpointOptions.self, in: "integrate", except: ["path"])
    // The least total of new cells is only for users of the library.
    try expectFlags(of: MappingOptions.self, in: "map", except: ["minimumCounts"])
    try expectFlags(of: SimulationOptions.self, in: "simulate")
    for (name, reason) in FlagNames.withoutFlag {
      #expect(FlagNames.flags[name] == nil && !reason.isEmpty, "\(name)")
    }
  }

  private func expectFlags<Options: DescribedOptions>(
    of type: Options.Type, in command: String, except others: Set<String> = []
  ) throws {
    let options = try DocumentSession.options(of: command)
    for name in Options.fields.map(\.name) where !others.contains(name) {
      guard FlagNames.withoutFlag[name] == nil else { continue }
      let flag = try #require(FlagNames.flags[name], "\(type).\(name)")
      #expect(options.contains(flag), "\(type).\(name)")
    }
  }

  @Test func `every property that a sentence of the library names has a flag`() throws {
    var named: Set<String> = []
    for file in try Self.libraryBatches() {
      for text in Self.literals(of: try String(contentsOf: file, encoding: .utf8)) {
        for match in text.matches(of: /`([A-Za-z][A-Za-z.]*)(?: = [^`]*)?`/) {
          let name = String(match.1)
          named.insert(name)
          #expect(
            FlagNames.sentence(String(match.0)) != match.0, "\(file.lastPathComponent): \(match.0)")
        }
      }
    }
    #expect(named.isSuperset(of: ["layer", "learningRate", "composition", "checkpoint"]))
    #expect(named.count > 30)
  }

  @Test func `no sentence of the library names a flag`() throws {
    for file in try Self.libraryBatches() {
      for text in Self.literals(of: try String(contentsOf: file, encoding: .utf8)) {
        #expect(!text.contains(/--[a-z]/), "\(file.lastPathComponent): \(text)")
      }
    }
  }

  /// The batches of all modules that know nothing of a command line.
  private static func libraryBatches() throws -> [URL] {
    let folder = TestFiles.root.appending(path: "Sources")
    let others = ["Benchmarks", "ScharmonizeCLI", "Workflows"]
    let modules = try FileManager.default.contentsOfDirectory(atPath: folder.path)
      .filter { !others.contains($0) }
    let files = modules.flatMap { module in
      let base = folder.appending(path: module)
      return (FileManager.default.enumerator(atPath: base.path)?.compactMap { $0 as? String } ?? [])
        // The page's style and script are other languages.
        .filter { $0.hasSuffix(".swift") && !$0.hasPrefix("Page/") }.map {
          base.appending(path: $0)
        }
    }
    #expect(files.count > 200)
    return files
  }

  /// What stands between quotes in a batch, a line or a part of one each.
  private static func literals(of batch: String) -> [String] {
    var texts: [String] = []
    var isInside = false
    for line in batch.split(separator: "\n") where !line.contains(/^ *\/\//) {
      if line.contains("\"\"\"") {
        isInside.toggle()
      } else if isInside {
        texts.append(String(line))
      } else {
        texts += line.matches(of: /"((?:[^"\\]|\\.)*)"/).map { String($0.1) }
      }
    }
    return texts
  }
}
