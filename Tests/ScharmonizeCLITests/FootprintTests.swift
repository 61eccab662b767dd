import Foundation
import Testing
import TestSupport

/// Nothing is written but the named outputs.
@Suite struct FootprintTests {
  @Test func `no command leaves anything at home, in the scratch folder or where it runs`() throws {
    let folder = try TemporaryFolder()
    for name in ["home", "scratch", "here", "in", "out"] {
      try FileManager.default.createDirectory(
        atPath: folder.path(name), withIntermediateDirectories: false)
    }
    let (input, output) = (folder.path("in"), folder.path("out"))
    try makeInput(at: "\(input)/x.h5ad")
    let before = try Data(contentsOf: URL(filePath: "\(input)/x.h5ad"))
    let fast = ["--visits", "640", "--hidden-sizes", "4", "--n-latent", "2", "--n-components", "4"]
    let expected = Set([
      "x.h5ad", "m.h5", "c.h5ad", "r.json", "new.tsv.gz", "s.csv", "s.json", "certificate.json",
      "made.h5ad",
    ])
    for command in [
      [
        "\(input)/x.h5ad", "-o", "\(output)/x.h5ad", "--model", "\(output)/m.h5", "--corrected",
        "\(output)/c.h5ad", "--json", "\(output)/r.json", "--memory", "1M", "--permutation-test",
      ] + fast,
      ["\(input)/x.h5ad", "-o", "-"] + fast,
      ["map", "\(output)/m.h5", "\(input)/x.h5ad", "-o", "\(output)/new.tsv.gz"],
      [
        "evaluate", "\(output)/x.h5ad", "--csv", "\(output)/s.csv", "--json", "\(output)/s.json",
      ],
      ["inspect", "\(input)/x.h5ad"],
      ["certify", "\(output)/m.h5", "--json", "\(output)/certificate.json"],
      ["simulate", "-o", "\(output)/made.h5ad", "--cells", "30", "--genes", "40"],
      ["none.h5ad", "-o", "\(output)/failed.csv"], ["--help"],
    ] {
      let outcome = try Program.shell(
        "HOME=\"$PWD/../home\" XDG_CACHE_HOME= TMPDIR=\"$PWD/../scratch\" exec \"$0\" \"$@\"",
        command, in: folder.url.appending(path: "here"))
      #expect(outcome.status == (command[0] == "none.h5ad" ? 66 : 0), "\(outcome.error)")
    }
    func files(_ name: String) throws -> Set<String> {
      Set(try FileManager.default.contentsOfDirectory(atPath: folder.path(name)))
    }
    for name in ["home", "scratch", "here"] { #expect(try files(name).isEmpty, "\(name)") }
    #expect(try files("out") == expected)
    #expect(try files("in") == ["x.h5ad"])
    #expect(try Data(contentsOf: URL(filePath: "\(input)/x.h5ad")) == before)
    #expect(try files("").count == 5)
  }
}
