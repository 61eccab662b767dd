import CellFiles
import Foundation
import HDF5
import Testing
import TestSupport

/// A column or table that cannot be read stops only what needs it.
@Suite struct UnreadablePartTests {
  let made: MadeFiles

  init() throws { made = try MadeFiles() }

  /// A file whose column `when` holds references, and whose column `codes` is damaged.
  @discardableResult
  private func file(_ name: String) throws -> CellFile {
    try CellFile(
      readingAt: made.make(name) { file in
        try file.writeMatrix([[1, 0], [0, 2], [3, 0]], at: "X", of: Float.self)
        try file.writeTable(
          "obs", index: ["a", "b", "c"], columns: ["donor", "when", "codes", "short"])
        try file.writeTable("var", index: ["x", "y"])
        try file.write(strings: ["p", "q", "p"], at: "obs/donor")
        try file.createGroup("obs/when")
        try file.setAttribute("encoding-type", of: "obs/when", to: .string("awkward-array"))
        try file.writeCategorical("obs/codes", codes: [0, 9, 0], categories: ["one"])
        try file.write([1, 2], at: "obs/short")
      })
  }

  @Test func `joining goes on without it, and says so`() throws {
    let files = [try file("a.h5ad"), try file("b.h5ad")]
    let joined = try JoinedCells(files, batchKey: "donor")
    let sentences = joined.columnConflicts()
    #expect(sentences.count == 6)
    #expect(
      made.text { if let first = sentences.first { throw Sentence(description: first) } }
        == "the column 'when' is left out: 'obs/when' in 'a.h5ad' has an unknown encoding "
        + "('awkward-array'); write the file again with a current anndata")
    try writeJoined(
      to: made.path("out.h5ad"), cells: joined, usedGenes: [true, true],
      adding: AnnDataAdditions())
    let output = try CellFile(readingAt: made.path("out.h5ad"))
    #expect(output.columnNames == ["donor", "batch"])
    #expect(throws: CellFileError.self) { try JoinedCells(files, batchKey: "codes") }
    #expect(throws: CellFileError.self) { try files[0].column("short") }
    #expect(files[0].batchKeyCandidates().isEmpty)
  }

  private struct Sentence: Error, CustomStringConvertible { let description: String }

  @Test func `5,200 columns are joined and written`() throws {
    let names = (0..<5200).map { "column\($0)" }
    for name in ["a.h5ad", "b.h5ad"] {
      try made.make(name) { file in
        try file.writeMatrix([[1, 0], [0, 2]], at: "X", of: Float.self)
        var options = GroupOptions()
        (options.links, options.attributes) = (.indexed, .indexed)
        try file.createGroup("obs", options)
        try file.setAttribute("column-order", of: "obs", to: .strings(names))
        try file.write(strings: ["a", "b"], at: "obs/_index")
        for (number, column) in names.enumerated() {
          try file.write([Int32(number), 1], at: "obs/\(column)")
        }
        try file.writeTable("var", index: ["x", "y"])
      }
    }
    let files = try ["a.h5ad", "b.h5ad"].map { try CellFile(readingAt: made.path($0)) }
    let joined = try JoinedCells(files, batchKey: nil)
    #expect(joined.columnConflicts() == [])
    try writeJoined(
      to: made.path("out.h5ad"), cells: joined, usedGenes: [true, true],
      adding: AnnDataAdditions())
    let output = try CellFile(readingAt: made.path("out.h5ad"))
    #expect(output.columnNames == names + ["batch"])
    #expect(try output.column("column5199").labels() == ["5199", "1", "5199", "1"])
  }

  @Test func `prefixed columns of an h5mu`() throws {
    let path = try made.make("a.h5mu") { file in
      for (modality, column) in [("rna", "batch"), ("prot", "tags")] {
        let root = "mod/\(modality)"
        try file.writeMatrix([[1, 0], [0, 2]], at: "\(root)/X", of: Float.self)
        try file.writeTable("\(root)/obs", index: ["a", "b"], columns: [column])
        try file.write(strings: ["1", "2"], at: "\(root)/obs/\(column)")
        try file.writeTable("\(root)/var", index: ["x", "y"])
        try file.write([2, 1] as [UInt32], at: "obsmap/\(modality)")
      }
      let columns = ["site", "rna:donor", "rna:batch", "prot:tags", "odd"]
      try file.writeTable("obs", index: ["b", "a"], columns: columns)
      for column in columns.dropLast() {
        try file.write(strings: ["\(column)-b", "\(column)-a"], at: "obs/\(column)")
      }
      try file.createGroup("obs/odd")
    }
    let file = try CellFile(readingAt: path)
    #expect(file.columnNames == ["batch", "site", "rna:donor", "odd"])
    for column in ["site", "rna:donor", "rna:batch", "prot:tags"] {
      #expect(try file.column(column).labels() == ["\(column)-a", "\(column)-b"])
    }
    #expect(throws: CellFileError.self) { try file.column("odd") }
    #expect(file.columnIfReadable("odd").reason?.contains("'obs/odd'") == true)
    #expect(throws: CellFileError.self) { try file.column("rna:none") }
  }

  @Test(arguments: [
    ([1, 4_278_190_101], "entry 1 is 4278190101, but there are 2 cells"),
    ([1, -7], "entry 1 is -7, but there are 2 cells"),
    ([2, 2], "entries 0 and 1 are both 2"), ([0, 2], "no entry is 1, but one is 2"),
  ])
  func `a map of an h5mu that is not one to one`(map: [Int], problem: String) throws {
    let path = try made.make("a.h5mu") { file in
      try file.writeMatrix([[1, 0], [0, 2]], at: "mod/rna/X", of: Float.self)
      try file.writeTable("mod/rna/obs", index: ["a", "b"])
      try file.writeTable("mod/rna/var", index: ["x", "y"])
      try file.write(map, at: "obsmap/rna")
      try file.writeTable("obs", index: ["b", "a"], columns: ["site"])
      try file.write(strings: ["1", "2"], at: "obs/site")
    }
    let file = try CellFile(readingAt: path)
    #expect(
      file.columnIfReadable("site").reason?.contains(
        "'obsmap/rna' in '\(path)' is damaged: \(problem)") == true,
      "\(file.columnIfReadable("site").reason ?? "")")
  }

  @Test func `a large table of obsm is read in blocks of rows`() throws {
    let (rows, columns) = (30, 50_000)
    let values = (0..<rows * columns).map { Float($0 % 9_973) }
    let path = try made.make { file in
      try file.writeAnnData(
        Array(repeating: [1, 0], count: rows), batches: Array(repeating: "p", count: rows))
      try file.write(values, at: "obsm/X_wide", shape: [rows, columns])
    }
    let tables = try CellTables(readingAt: path)
    #expect(try tables.dimensions(ofEmbedding: "X_wide") == columns)
    var blocks: [[Float]] = []
    try tables.forEachRowBlock(ofEmbedding: "X_wide") { blocks.append($0) }
    #expect(blocks.map(\.count) == [20 * columns, 10 * columns])
    #expect(Array(blocks.joined()) == values)
    #expect(
      try tables.embedding("X_wide") == DenseTable(rows: rows, columns: columns, values: values))
  }

  @Test func `tables of obsm that are data frames, or something else`() throws {
    let path = try made.make { file in
      try file.writeAnnData([[1, 0], [0, 2]], batches: ["p", "q"])
      try file.writeTable("obsm/df", index: ["c0", "c1"], columns: ["x", "y"])
      try file.write([1.5, 2.5], at: "obsm/df/x")
      try file.write([3, 4], at: "obsm/df/y")
      try file.writeTable("obsm/words", index: ["c0", "c1"], columns: ["x", "type"])
      try file.write([1.5, 2.5], at: "obsm/words/x")
      try file.write(strings: ["T", "B"], at: "obsm/words/type")
      try file.writeMatrix([[1, 0], [0, 2]], at: "obsm/sparse", of: Float.self)
      try file.write([1, 2, 3, 4] as [Float], at: "obsm/X_pca", shape: [2, 2])
      try file.write([1, 2] as [Float], at: "obsm/list")
    }
    let tables = try CellTables(readingAt: path)
    #expect(tables.embeddingNames == ["X_pca", "df"])
    #expect(
      try tables.embedding("df") == DenseTable(rows: 2, columns: 2, values: [1.5, 3, 2.5, 4]))
    let others = "'a.h5ad' is %, not a table of numbers; give one of: X_pca, df"
    for (name, found) in [
      ("words", "a data frame whose column 'type' is not a list of numbers"),
      ("sparse", "encoded as 'csr_matrix'"), ("list", "a list of float32 with shape [2]"),
    ] {
      #expect(
        made.text { _ = try tables.embedding(name) }
          == "'\(name)' in 'obsm' of " + others.replacing("%", with: found))
    }
    #expect(
      made.text { _ = try tables.embedding("none") }
        == "'a.h5ad' has no 'none' in 'obsm'; there are: X_pca, df")
  }
}

/// The files that replay what people reported.
@Suite(.enabled(if: TestFiles.shared("cases/files") != nil, "the folder of cases is not here"))
struct UnreadablePartCaseTests {
  private func path(_ name: String) throws -> String {
    try #require(TestFiles.shared("cases/files/\(name)")).path
  }

  @Test func `columns of dates, complex numbers and lists are left out`() throws {
    let files = try ["p", "q"].map {
      try CellFile(readingAt: path("odd_columns/\($0).h5ad"))
    }
    let left = files[0].columnNames.filter { files[0].columnIfReadable($0).column == nil }
    #expect(!left.isEmpty)
    for name in left {
      let reason = try #require(files[0].columnIfReadable(name).reason)
      let why = name == "pair" ? "has 160 entries, not 80" : "not labels or numbers"
      #expect(reason.contains(why))
    }
    let joined = try JoinedCells(files, batchKey: nil)
    #expect(joined.columnConflicts().count == 2 * left.count)
    let folder = try TemporaryFolder()
    try writeJoined(
      to: folder.path("out.h5ad"), cells: joined,
      usedGenes: [Bool](repeating: true, count: joined.geneCount), adding: AnnDataAdditions())
    let names = try CellFile(readingAt: folder.path("out.h5ad")).columnNames
    #expect(Set(names).isDisjoint(with: left))
  }

  @Test func `a label of the whole file's obs under its prefix`() throws {
    let file = try CellFile(readingAt: path("mudata_prefixed/a.h5mu"))
    #expect(file.columnNames.contains("rna:donor"))
    #expect(Set(try file.column("rna:donor").labels()) == ["d0", "d1"])
  }

  @Test func `an embedding that is a data frame`() throws {
    let tables = try CellTables(readingAt: path("obsm_frame/a.h5ad"))
    #expect(tables.embeddingNames.contains("df"))
    #expect(try tables.embedding("df").rows == tables.cellNames.count)
  }

  @Test func `a group that keeps the order of its links is copied without expression`() throws {
    let folder = try TemporaryFolder()
    let output = folder.path("out.h5ad")
    try writeCopyWithoutExpression(
      of: path("ordered_links/a.h5ad"), to: output, adding: AnnDataAdditions())
    let before = try File(readingAt: path("ordered_links/a.h5ad"))
    let after = try File(readingAt: output)
    for group in ["obs", "var", "uns"] where try before.kind(of: group) == .group {
      #expect(try after.children(of: group) == before.children(of: group))
    }
    #expect(
      try after.attribute("column-order", of: "obs") == before.attribute("column-order", of: "obs"))
  }
}
