import Foundation
import Testing
import TestSupport

/// Valid HDF5 with contents that no program would write: each is refused, or read, with a sentence.
///
/// The files are made by `Tests/Fixtures/make_hostile.py`; `messages.tsv` beside them has what the
/// program says of each.
@Suite struct HostileContentsTests {
  struct Case: Sendable, CustomTestStringConvertible {
    let name: String
    let status: Int32
    let message: String
    var testDescription: String { name }
  }

  static let folder = TestFiles.fixtures.appending(path: "hostile")

  static let cases: [Case] = {
    let table = try? String(contentsOf: folder.appending(path: "messages.tsv"), encoding: .utf8)
    return (table ?? "").split(separator: "\n").map { line in
      let fields = line.split(separator: "\t", omittingEmptySubsequences: false)
      return Case(
        name: String(fields[0]), status: Int32(fields[1]) ?? -1, message: String(fields[2]))
    }
  }()

  @Test func `every file has its message`() throws {
    let names = try FileManager.default.contentsOfDirectory(atPath: Self.folder.path)
    #expect(
      names.filter { $0.hasSuffix(".h5ad") }.sorted() == Self.cases.map { "\($0.name).h5ad" })
  }

  @Test(arguments: cases) func `hostile contents`(hostile: Case) throws {
    let folder = try TemporaryFolder()
    let name = "\(hostile.name).h5ad"
    // The second is what some of them point to.
    for file in Set([name, "indptr_negative.h5ad"]) {
      try FileManager.default.copyItem(
        at: Self.folder.appending(path: file), to: folder.url.appending(path: file))
    }
    let run = try HostileRun(["inspect", name], in: folder.url)
    #expect(run.fault == nil)
    // A sanitizer has the first word where the library itself fails.
    // A later library reads what is newer than 1.10.8.
    let isRead = hostile.name == "newer_library" && run.status == 0
    if !isRead, !(HostileRun.isSanitized && run.isFaultOfLibrary) {
      #expect(run.status == hostile.status)
      #expect(run.error == (hostile.message.isEmpty ? "" : "Error: \(hostile.message)\n"))
    }
    if run.isFaultOfLibrary { return }
    let whole = TestFiles.fixtures.appending(path: "formats/integers.h5ad").path
    let integrated = try HostileRun(
      [
        name, whole, "-o", "out.h5ad", "--visits", "256", "--hidden-sizes", "8", "--n-latent", "2",
        "--n-components", "2", "--join", "outer", "--quiet",
      ], in: folder.url, output: "out.h5ad")
    #expect(integrated.fault == nil, "\(integrated.error)")
  }

  @Test func `names that unzip to a thousand times their size`() throws {
    let folder = try TemporaryFolder()
    try FileManager.default.copyItem(
      at: TestFiles.fixtures.appending(path: "formats/mtx_v3"),
      to: folder.url.appending(path: "x"))
    let packed = try Program.shell(
      "head -c 40000000 /dev/zero | tr '\\0' '\\n' | gzip > x/barcodes.tsv.gz", in: folder.url)
    #expect(packed.status == 0)
    let run = try HostileRun(["inspect", "x"], in: folder.url)
    #expect(run.fault == nil && run.status == 65)
    #expect(
      run.error.contains(
        "x/barcodes.tsv.gz' is damaged: it unzips to more than a hundred times its size"),
      "\(run.error)")
  }
}
