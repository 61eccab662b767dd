import Foundation
import HDF5
import Testing
import TestSupport

@Suite struct InspectTests {
  let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
    let rows = madeCounts(cells: 40, genes: 10)
    let file = try File(creatingAt: folder.path("x.h5ad"))
    try file.writeMatrix(
      rows.map { $0.map { $0 == 0 ? 0 : log1p($0) } }, at: "X", layout: .csr, of: Float.self)
    try file.writeMatrix(rows, at: "layers/counts", layout: .csc, of: Int32.self)
    try file.writeTable(
      "obs", index: (0..<40).map { "c\($0)" }, columns: ["donor", "quality", "type"])
    try file.writeTable("var", index: (0..<10).map { "g\($0)" })
    try file.writeCategorical(
      "obs/donor", codes: (0..<40).map { $0 % 4 }, categories: ["p", "q", "r", "s"])
    try file.write((0..<40).map { Double($0) / 7 }, at: "obs/quality")
    try file.write(strings: (0..<40).map { "t\($0 % 3)" }, at: "obs/type")
    try file.close()
  }

  @Test func `it says what is there, and the command to run`() throws {
    let stored = madeCounts(cells: 40, genes: 10).joined().count { $0 != 0 }
    let outcome = try Program.run(["inspect", "x.h5ad"], in: folder.url)
    #expect(outcome.status == 0)
    #expect(outcome.error == "")
    #expect(
      outcome.output == """
        x.h5ad: h5ad, 40 cells × 10 genes
          cells: c0, c1, c2, …
          genes: g0, g1, g2, …
          matrices:
            X              csr float32  \(stored) stored  log-normalized values
            layers/counts  csc int32    \(stored) stored  counts
          columns of obs:
            donor    categories  4 levels   p, q, r, s  ← looks like a batch key
            quality  floats      40 levels  0.0 to 5.571428571428571
            type     strings     3 levels   t0, t1, t2
        To integrate:
          scharmonize x.h5ad --batch-key donor --layer counts -o harmonized.h5ad --report report.html

        """)
  }

  @Test func `the command that it names works`() throws {
    let outcome = try Program.run(["inspect", "x.h5ad"], in: folder.url)
    let command = try #require(outcome.output.split(separator: "\n").last)
    let arguments = command.split(separator: " ").dropFirst().map(String.init)
    let run = try Program.run(
      arguments + ["--visits", "320", "--hidden-sizes", "16"], in: folder.url)
    #expect(run.status == 0, "\(run.error)")
  }

  @Test func `JSON has the same for programs`() throws {
    let outcome = try Program.run(["inspect", "x.h5ad", "--json"], in: folder.url)
    let json = try #require(
      JSONSerialization.jsonObject(with: Data(outcome.output.utf8)) as? [String: Any])
    let file = try #require((json["files"] as? [[String: Any]])?.first)
    #expect(file["cells"] as? Int == 40)
    let matrices = try #require(file["matrices"] as? [[String: Any]])
    #expect(matrices.map { $0["is_counts"] as? Bool } == [false, true])
    let columns = try #require(file["columns"] as? [[String: Any]])
    #expect(columns.map { $0["looks_like_batch_key"] as? Bool } == [true, false, false])
    #expect((json["command"] as? String)?.contains("--batch-key donor") == true)
  }

  @Test func `batches that hold different cell types are warned of before any run`() throws {
    try PlantedBatches([[0], [1], [2]]).write(to: folder.path("sorted.h5ad"))
    let outcome = try Program.run(
      ["inspect", "sorted.h5ad", "--batch-key", "lab", "--threads", "2"], in: folder.url)
    #expect(outcome.status == 0 && outcome.error == "")
    #expect(
      outcome.output.hasSuffix(
        """
          columns of obs:
            lab   categories  3 levels  lab0, lab1, lab2  ← looks like a batch key
            type  strings     3 levels  t0, t1, t2
        Cell types that the batches of 'lab' share, estimated without labels:
            lab0  40 cells  alone 100%  lacking –  no shared types found
            lab1  40 cells  alone 100%  lacking –  no shared types found
            lab2  40 cells  alone 100%  lacking –  no shared types found
          alone: cells of the batch without a counterpart in other batches; lacking: cells of other \
        batches without a counterpart in the batch.
          warning: no two batches are found to share cell types, as with sorted samples only; \
        unshared populations are kept separate; if they share types, give '--composition equal', or \
        a coarser '--batch-key'
        To integrate:
          scharmonize sorted.h5ad --batch-key lab -o harmonized.h5ad --report report.html

        """), "\(outcome.output)")

    let json = try Program.run(
      ["inspect", "sorted.h5ad", "--batch-key", "lab", "--json"], in: folder.url)
    let contents = try JSONSerialization.jsonObject(with: Data(json.output.utf8)) as? [String: Any]
    let batches = try #require(contents?["batches"] as? [String: Any])
    #expect(batches["batch_key"] as? String == "lab")
    #expect((batches["warnings"] as? [String])?.count == 1)
    let composition = try #require(batches["composition"] as? [String: Any])
    let each = try #require(composition["batches"] as? [[String: Any]])
    #expect(each.map { $0["is_different"] as? Bool } == [true, true, true])
    #expect(each.map { $0["alone"] as? Double } == [1, 1, 1])
  }

  @Test func `batches that cannot be compared have a reason, and a key that is not there an error`()
    throws
  {
    let few = try Program.run(["inspect", "x.h5ad", "--batch-key", "donor"], in: folder.url)
    #expect(few.status == 0)
    #expect(
      few.output.contains(
        "\nThe batches of 'donor' were not compared: fewer than 50 of the genes used are measured "
          + "in all batches.\nTo integrate:\n"))
    let none = try Program.run(["inspect", "x.h5ad", "--batch-key", "lab"], in: folder.url)
    #expect(none.status == 65)
    #expect(none.error.hasPrefix("Error: 'x.h5ad' has no column 'lab' in 'obs'; there are: donor"))
    let one = try Program.run(["inspect", "x.h5ad", "--batch-key", "donor,type"], in: folder.url)
    #expect(one.status == 0 && one.output.contains("--batch-key donor,type --layer counts"))
  }

  @Test func `control characters of names are shown as escapes`() throws {
    let file = try File(creatingAt: folder.path("odd.h5ad"))
    try file.writeAnnData(
      [[1, 0], [0, 2]], cells: ["a\nb", "c\u{1B}[2J"], genes: ["x\t", "\u{202E}y"])
    try file.close()
    let outcome = try Program.run(["inspect", "odd.h5ad"], in: folder.url)
    #expect(outcome.status == 0, "\(outcome.error)")
    #expect(
      outcome.output.contains(
        """
          cells: a\\nb, c\\u{1B}[2J
          genes: x\\t, \\u{202E}y

        """))
    let failed = try Program.run(
      ["odd.h5ad", "--batch-key", "b\n\u{7}", "-o", "o.npy"], in: folder.url)
    #expect(failed.status == 65)
    #expect(failed.error.hasPrefix("Error: 'odd.h5ad' has no column 'b\\n\\u{07}'"))
    #expect(failed.error.split(separator: "\n").count == 1)
  }

  @Test func `a MuData without modalities`() throws {
    let file = try File(creatingAt: folder.path("a.h5mu"))
    for name in ["mod", "obs", "var"] { try file.createGroup(name) }
    try file.close()
    let outcome = try Program.run(["inspect", "a.h5mu"], in: folder.url)
    #expect(outcome.status == 65)
    #expect(outcome.error == "Error: 'a.h5mu' holds no modalities\n")
  }

  @Test func `a file that is not there`() throws {
    let outcome = try Program.run(["inspect", "none.h5ad"], in: folder.url)
    #expect(outcome.status == 66)
    #expect(outcome.error == "Error: cannot open 'none.h5ad': there is no such file\n")
  }

  @Test func `the command has the most plausible keys`() throws {
    let folder = try TemporaryFolder()
    let planted = PlantedBatches([[0, 1], [0, 1]], cellsOfType: 25)
    func command(_ batch: String, _ type: String, cellTable: String = "") throws -> Substring? {
      try planted.write(to: folder.path("x.h5ad"), columns: (batch, type))
      try cellTable.write(toFile: folder.path("t.csv"), atomically: true, encoding: .utf8)
      let outcome = try Program.run(
        ["inspect", "x.h5ad"] + (cellTable.isEmpty ? [] : ["--cell-table", "t.csv"]),
        in: folder.url)
      #expect(outcome.status == 0, "\(outcome.error)")
      return outcome.output.split(separator: "\n").last?.trimmingPrefix("  ")
    }
    #expect(
      try command("study", "CellType")
        == "scharmonize x.h5ad --batch-key study --label-key CellType -o harmonized.h5ad "
        + "--report report.html")
    // 'sample' is more typical than 'study', but has a level for every two cells or more.
    let cells = planted.rows.indices
    func table(_ levels: Int) -> String {
      "cell,sample\n" + cells.map { "c\($0),s\($0 % levels)\n" }.joined()
    }
    #expect(
      try command("study", "kind", cellTable: table(2))?.contains("--batch-key sample") == true)
    #expect(
      try command("study", "kind", cellTable: table(40))?.contains("--batch-key study") == true)
  }

  @Test func `modalities, genomes and feature types, and how each matrix is read`() throws {
    let formats = TestFiles.fixtures.appending(path: "formats")
    func output(_ name: String) throws -> String {
      let outcome = try Program.run(["inspect", name], in: formats)
      #expect(outcome.status == 0, "\(outcome.error)")
      return outcome.output
    }
    #expect(
      try output("two.h5mu") == """
        two.h5mu: h5mu, 24 cells × 11 genes
          cells: BC00-1, BC01-1, BC02-1, …
          genes: GENE0, GENE1, GENE2, …
          modalities: prot, rna
          note: modality 'rna' of 'two.h5mu' is read; its modalities are prot, rna; choose another with '--modality'
          matrices:
            mod/rna/X   csr float32    139 stored  counts
            mod/prot/X  dense float32  72 stored   counts  --modality prot
          columns of obs:
            batch  categories  2 levels  a, b  ← looks like a batch key
            donor  categories  2 levels  x, y  ← looks like a batch key
        To integrate:
          scharmonize two.h5mu --batch-key batch -o harmonized.h5ad --report report.html

        """)
    #expect(
      try output("v2_two_genomes.h5").contains(
        """
          genomes: hg19, mm10
          matrices:
            hg19  csr int32  76 stored  counts  --genome hg19
            mm10  csr int32  63 stored  counts  --genome mm10
        """))
    #expect(
      try output("v3_narrow.h5").contains(
        """
          feature types: CRISPR, Gene Expression
          matrices:
            matrix  csr uint16  139 stored  counts
            matrix  csr uint16  139 stored  counts  --feature-type CRISPR
        """))
    #expect(
      try output("scope.loom").hasSuffix(
        "  scharmonize scope.loom --batch-key batch -o harmonized.h5ad --report report.html\n"))
    #expect(try output("mtx_geo").contains("matrix.mtx.gz  mtx int32  139 stored  counts"))
    #expect(try output("axis1.h5mu").contains("    mod/two/X  csr float32"))
  }

  @Test func `an unfiltered matrix is recognized`() throws {
    // Of 1200 barcodes two are cells.
    let rows = (0..<1200).map { cell in
      (0..<320).map { gene in cell < 2 || gene == cell % 320 ? 1.0 : 0 }
    }
    let file = try File(creatingAt: folder.path("raw.h5"))
    try file.writeTenX(rows, names: (0..<320).map { "g\($0)" })
    try file.close()
    let outcome = try Program.run(["inspect", "raw.h5"], in: folder.url)
    #expect(
      outcome.output.contains(
        "  note: most cells are nearly empty, as in an unfiltered 10x matrix; give the filtered "
          + "one, or '--min-counts 500'\n"))
  }
}
