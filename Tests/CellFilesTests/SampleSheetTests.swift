import CellFiles
import Foundation
import HDF5
internal import Support
import Testing
import TestSupport

@Suite struct SampleSheetTests {
  let made: MadeFiles

  init() throws { made = try MadeFiles() }

  private func sheet(_ text: String, _ name: String = "s.csv") throws -> SampleSheet {
    try Data(text.utf8).write(to: URL(filePath: made.path(name)))
    return try SampleSheet(readingAt: made.path(name))
  }

  private func failure(_ text: String) -> String {
    made.text { _ = try sheet(text) }
  }

  @Test func `commas, tabs, quotes and returns`() throws {
    let expected = [
      SampleSheet.Sample(path: made.path("a.h5ad"), labels: ["d1", "v3, \"new\""]),
      SampleSheet.Sample(path: "/x/b.h5", labels: ["d2", nil]),
    ]
    let commas = try sheet(
      "donor,path,kit\r\nd1,a.h5ad,\"v3, \"\"new\"\"\"\r\n\r\nd2,/x/b.h5,\r\n")
    #expect(commas.columns == ["donor", "kit"])
    #expect(commas.samples == expected)
    let tabs = try sheet(
      "\u{FEFF}donor\tpath\tkit\nd1\ta.h5ad\t\"v3, \"\"new\"\"\"\nd2\t/x/b.h5\t\n")
    #expect(tabs.samples == expected)
  }

  @Test func `sheets that say nothing, or something that cannot be`() {
    #expect(failure("\n\n") == "the sample sheet 's.csv' is empty")
    #expect(
      failure("file,donor\na,b\n")
        == "the sample sheet 's.csv' has no column 'path'; its columns are: file, donor")
    #expect(failure("path,x,x\n") == "the sample sheet 's.csv' has two columns 'x'")
    #expect(failure("path,\na,b\n") == "the sample sheet 's.csv' has a column without a name")
    #expect(failure("path,x\n") == "the sample sheet 's.csv' lists no files")
    #expect(failure("path,x\n,b\n") == "the sample sheet 's.csv' has no path in line 2")
    #expect(
      failure("path,x\na,b\na,b,c\n") == "line 3 of 's.csv' is 'a,b,c', not 2 fields: path, x")
    #expect(
      failure("path,x\na,\"b\n") == "line 2 of 's.csv' is 'a,\"b', not 2 fields: path, x")
    #expect(
      failure("\"path,x\n")
        == "the sample sheet 's.csv' has an unterminated quote in its first line")
    #expect(
      made.text { _ = try SampleSheet(readingAt: made.path("none.csv")) }
        == "cannot open 'none.csv': there is no such file")
  }

  @Test func `labels become columns, before the file's own, and may name the batches`() throws {
    for name in ["a.h5ad", "b.h5ad"] {
      try made.make(name) {
        try $0.writeAnnData(
          [[1, 2], [3, 4]], batches: ["x", "y"], cells: ["\(name)0", "\(name)1"])
      }
    }
    let files = try sheet("path,donor,batch\na.h5ad,d1,p\nb.h5ad,d2,q\n").open()
    #expect(files[0].columnNames == ["donor", "batch"])
    #expect(try files[1].column("donor").labels() == ["d2", "d2"])
    #expect(
      files[0].notices.map { $0.replacing(made.path("") + "/", with: "") }
        == ["column 'batch' of the sample sheet replaces that of 'a.h5ad'"])
    let joined = try JoinedCells(files, batchKey: "batch")
    #expect(joined.batches == BatchAssignment(names: ["p", "q"], batchOfCell: [0, 0, 1, 1]))
    try writeJoined(
      to: made.path("out.h5ad"), cells: joined, usedGenes: [true, true],
      adding: AnnDataAdditions())
    let out = try CellFile(readingAt: made.path("out.h5ad"))
    #expect(try out.column("donor").labels() == ["d1", "d1", "d2", "d2"])

    let gap = try sheet("path,donor\na.h5ad,d1\nb.h5ad,\n").open()
    #expect(
      made.text { _ = try JoinedCells(gap, batchKey: "donor") }
        == "2 of 2 cells in 'b.h5ad' have no label in 'donor', first 'b.h5ad0'; label them, or "
        + "remove them")
  }
}
