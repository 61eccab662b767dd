import Foundation
import Testing
import TestSupport

/// Numbers and names are the same whatever language the system speaks.
@Suite struct LocaleTests {
  let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  /// German has a comma in numbers, and Turkish another small letter for I.
  @Test(arguments: ["de_DE", "tr_TR"])
  func `results are those of the C locale`(language: String) throws {
    let made = try Program.shell(
      "localedef -i \(language) -f UTF-8 \"$PWD/\(language).UTF-8\"", in: folder.url)
    guard made.status == 0 else {
      print("skipped: localedef cannot make \(language); Debian has it in the package 'locales'")
      return
    }
    try makeInput(at: folder.path("X.H5AD"))
    let commands = [
      [
        "X.H5AD", "-o", "OUT.CSV", "--json", "R.JSON", "--model", "M.H5", "--permutation-test",
        "--dropout", "0.25", "--memory", "1.5G", "--visits", "640", "--hidden-sizes", "4",
        "--n-latent", "2",
      ],
      ["X.H5AD", "-o", "OUT.TSV.GZ", "--visits", "640", "--hidden-sizes", "4", "--n-latent", "2"],
      ["X.H5AD", "-o", "OUT.H5AD", "--visits", "640", "--hidden-sizes", "4", "--n-latent", "2"],
      ["map", "M.H5", "X.H5AD", "-o", "-"], ["evaluate", "OUT.H5AD"],
      ["evaluate", "OUT.H5AD", "--csv", "-"], ["evaluate", "OUT.H5AD", "--json", "-"],
      ["certify", "M.H5"], ["inspect", "X.H5AD"], ["none.h5ad", "-o", "x.csv"],
    ]
    func results(_ locale: String) throws -> [String] {
      var results: [String] = []
      for command in commands {
        let outcome = try Program.shell(
          "LOCPATH=\"$PWD\" LC_ALL=\(locale) LANG=\(locale) LANGUAGE=\(language) exec \"$0\" \"$@\"",
          command, in: folder.url)
        results += ["\(command) \(outcome.status)", outcome.output, outcome.error]
      }
      results.append(try String(contentsOfFile: folder.path("OUT.CSV"), encoding: .utf8))
      var record = try #require(
        JSONSerialization.jsonObject(with: Data(contentsOf: folder.url.appending(path: "R.JSON")))
          as? [String: Any])
      // Times and memory differ from run to run.
      for key in ["seconds", "peak_memory_bytes", "peak_anonymous_bytes"] { record[key] = nil }
      let kept = try JSONSerialization.data(withJSONObject: record, options: [.sortedKeys])
      results.append(String(decoding: kept, as: UTF8.self))
      return results
    }
    let plain = try results("C")
    #expect(plain.contains { $0.contains("\"dropout\":0.25") })
    #expect(try results("\(language).UTF-8") == plain)
  }
}
