import ArgumentParser
import Foundation
import TestSupport
import Testing
@testable import ScharmonizeCLI

/// Options of version 0.1.0 under their old names.
@Suite struct OldSpellingsTests {
  private static let files: [String: [String]] = [
    "integrate": ["x.h5ad", "-o", "out.h5ad", "--corrected", "c.h5ad"],
    "map": ["model.h5", "x.h5ad", "-o", "out.h5ad"], "simulate": ["-o", "out.h5ad"],
  ]

  /// A value of each renamed option that takes one.
  private static let values = [
    "--as": "b", "--clusters": "3", "--components": "4", "--critic-hidden": "8,4",
    "--hidden": "16,8", "--latent": "5", "--minibatches": "single", "--neighbours": "7",
    "--source-shrinkage": "inf", "--sources": "2",
  ]

  @Test(arguments: ["integrate", "map", "simulate"])
  func `an old name is parsed as the new one`(command: String) throws {
    let start = [command] + (Self.files[command] ?? [])
    let plain = try parsed(start)
    for (old, new) in OldSpellings.names[command] ?? [:] {
      let value = Self.values[old].map { [$0] } ?? []
      let expected = try parsed(start + [new] + value)
      #expect(expected != plain, "\(new)")
      #expect(try parsed(OldSpellings.replaced(in: start + [old] + value)) == expected, "\(old)")
      guard let value = value.first else { continue }
      #expect(
        try parsed(OldSpellings.replaced(in: start + ["\(old)=\(value)"])) == expected, "\(old)=")
    }
  }

  @Test(arguments: ["--encoder-norm", "--decoder-norm"])
  func `an old value is parsed as the new one`(option: String) throws {
    let start = Self.files["integrate"] ?? []
    let expected = try parsed(start + [option, "per-batch"])
    #expect(try parsed(start) != expected)
    for old in [[option, "source"], ["\(option)=source"]] {
      #expect(try parsed(OldSpellings.replaced(in: start + old)) == expected, "\(old)")
      // Without the word 'integrate' as well as with it.
      #expect(
        try parsed(OldSpellings.replaced(in: ["integrate"] + start + old)) == expected, "\(old)")
    }
  }

  @Test(arguments: [
    ["integrate", "--", "--latent", "--decoder-norm", "source"], ["map", "--latent", "3"],
    ["evaluate", "--components=3"], ["help", "--hidden"], ["source", "--layer", "source"],
    ["simulate", "--latent", "--neighbours"], ["--hidden-sizes", "4", "--n-latent=2"], [],
  ])
  func `all other arguments are kept`(arguments: [String]) throws {
    #expect(try OldSpellings.replaced(in: arguments) == arguments)
  }

  @Test func `no old name is an option, and the help names none`() throws {
    for (command, names) in OldSpellings.names {
      let options = try DocumentSession.options(of: command)
      #expect(options.isSuperset(of: names.values), "\(command)")
      #expect(options.isDisjoint(with: names.keys), "\(command)")
      let help = try Program.run(["help", command]).output
      for old in names.keys {
        #expect(!help.split { " \n'=".contains($0) }.contains(Substring(old)), "\(command) \(old)")
      }
    }
    for (command, options) in OldSpellings.values {
      for (option, values) in options {
        #expect(try DocumentSession.options(of: command).contains(option))
        for old in values.keys {
          let outcome = try Program.run([command, "x.h5ad", "-o", "y.h5ad", option, "none-such"])
          #expect(!outcome.error.contains("'\(old)'") && !outcome.error.contains("- \(old)\n"))
        }
      }
    }
  }

  @Test(arguments: [
    (["x.h5ad", "-o", "y.csv", "--latent", "0"], "'--n-latent' cannot be 0"),
    (
      ["integrate", "x.h5ad", "-o", "y.csv", "--as=b"], "'--corrected-as' needs '--corrected FILE'"
    ),
    (["simulate", "-o", "a.h5", "--sources", "2"], "'--batches 2' needs one .h5 for each batch"),
  ])
  func `an error names the new option`(arguments: [String], expected: String) throws {
    let folder = try TemporaryFolder()
    let outcome = try Program.run(arguments, in: folder.url)
    #expect(outcome.status == 64)
    #expect(outcome.error.contains(expected), "\(outcome.error)")
  }

  @Test(arguments: ["--fine-tune", "--fine-tune-visits=5", "--fine-tune-shrinkage", "--seed"])
  func `an option that is gone says so`(option: String) throws {
    let folder = try TemporaryFolder()
    let outcome = try Program.run(["map", "m.h5", "x.h5ad", "-o", "y.csv", option], in: folder.url)
    #expect(outcome.status == 64)
    let name = option.prefix { $0 != "=" }
    #expect(outcome.error.hasPrefix("Error: 'map \(name)' was removed: "), "\(outcome.error)")
    #expect(outcome.error.contains("so leave the option out."), "\(outcome.error)")
  }

  private func parsed(_ arguments: [String]) throws -> String {
    var text = ""
    dump(try Scharmonize.parseAsRoot(arguments), to: &text)
    return text
  }
}
