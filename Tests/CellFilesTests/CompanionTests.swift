import Foundation
import Testing
import TestSupport
@testable import CellFiles

/// Files beside a matrix in Matrix Market's format that are not called as Cell Ranger does it.
@Suite struct CompanionTests {
  let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  static let symbols = GeneNameTests.symbols
  static let ids = (0..<10).map { "ENSG\(10_000_000_000 + $0)" }
  static let barcodes = ["AAACCCAAGAAA", "AAACCCAAGTTT", "GGGTTTAACCAA"].map { "\($0)-1" }

  private func write(_ name: String, _ lines: [String]) throws {
    let url = folder.url.appending(path: name)
    try FileManager.default.createDirectory(
      at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
    try Data((lines.joined(separator: "\n") + "\n").utf8).write(to: url)
  }

  /// Writes a matrix of ten genes and three cells: gene g of cell c has 10 c + g + 1.
  private func matrix(_ name: String, cellsAsRows: Bool = false, times: Int = 1) throws {
    var entries: [String] = []
    for copy in 0..<times {
      for gene in 0..<10 {
        for cell in 0..<3 {
          let (row, value) = (copy * 10 + gene + 1, 10 * cell + gene + 1)
          entries.append(
            cellsAsRows ? "\(cell + 1) \(row) \(value)" : "\(row) \(cell + 1) \(value)")
        }
      }
    }
    let sizes = cellsAsRows ? "3 \(10 * times)" : "\(10 * times) 3"
    try write(
      name,
      ["%%MatrixMarket matrix coordinate integer general", "\(sizes) \(entries.count)"] + entries)
  }

  private func open(_ name: String, _ companions: Companions = Companions()) throws -> CellFile {
    var options = ReadingOptions()
    options.companions = companions
    return try CellFile(readingAt: folder.path(name), options: options)
  }

  private func failure(_ name: String, _ companions: Companions = Companions()) -> String {
    do {
      _ = try open(name, companions)
      return "nothing was thrown"
    } catch {
      return "\(error)".replacing(folder.url.path + "/", with: "")
    }
  }

  private func notices(_ file: CellFile) -> [String] {
    file.notices.map { $0.replacing(folder.url.path + "/", with: "") }
  }

  private static let values = (0..<3).map { cell in (0..<10).map { Double(10 * cell + $0 + 1) } }

  private static func genes(_ line: (Int) -> String) -> [String] { (0..<10).map(line) }

  @Test func `a heading gives columns of obs and var`() throws {
    try matrix("a/matrix.mtx")
    try write(
      "a/barcodes.tsv",
      ["Batch\tBarcode\tx"] + zip(Self.barcodes, 0...).map { "\($1 % 2)\t\($0)\t01" })
    try write(
      "a/genes.tsv",
      ["CHR\tENSEMBL\tSYMBOL"] + Self.genes { "\($0)\t\(Self.ids[$0])\t\(Self.symbols[$0])" })
    let file = try open("a")
    #expect(Array(file.cellNames) == Self.barcodes)
    #expect(file.columnNames == ["Batch", "x"])
    #expect(try file.column("Batch") == .integers([0, 1, 0]))
    #expect(try file.column("x").labels() == ["01", "01", "01"])
    #expect(file.genes[3] == Gene(name: Self.symbols[3], id: Self.ids[3]))
    #expect(try file.varColumn("CHR").labels()[3] == "3")
    #expect(try rows(of: file) == Self.values)
    #expect(
      notices(file) == [
        "'a/barcodes.tsv' has a heading; the columns of the cells are: Batch, x",
        "'a/genes.tsv' has a heading; the genes are named by 'ENSEMBL' and 'SYMBOL'",
      ])
  }

  @Test func `R's headings, with row numbers or a field too few`() throws {
    try matrix("a/matrix.mtx")
    try write(
      "a/barcodes.csv",
      ["\"\",\"x\""] + zip(Self.barcodes, 1...).map { "\"\($1)\",\"\($0)\"" })
    try write("a/genes.txt", ["\"V1\""] + Self.genes { "\"\($0 + 1)\" \"\(Self.symbols[$0])\"" })
    let file = try open("a")
    #expect(Array(file.cellNames) == Self.barcodes && file.genes.map(\.name) == Self.symbols)
    #expect(file.columnNames == [])
  }

  @Test func `columns without a heading, and identifiers without a name`() throws {
    try matrix("a/matrix.mtx")
    try write("a/barcodes.tsv", zip(Self.barcodes, 0...).map { "\($0)\ts\($1 % 2)" })
    try write(
      "a/rowData.csv",
      ["\"\",\"symbol\""] + Self.genes { "\"\(Self.ids[$0])\",\"\(Self.symbols[$0])\"" })
    let file = try open("a")
    #expect(file.columnNames == ["column_2"])
    #expect(try file.column("column_2").labels() == ["s0", "s1", "s0"])
    #expect(file.genes[2] == Gene(name: Self.symbols[2], id: Self.ids[2]))
    #expect(
      notices(file) == [
        "the names of the genes of 'a/matrix.mtx' are read from 'a/rowData.csv'",
        "'a/barcodes.tsv' has no heading; the columns of the cells are: column_2",
        "'a/rowData.csv' has a heading; the genes are named by 'index' and 'symbol'",
      ])
  }

  @Test func `a heading in place of a name is counted out`() throws {
    try matrix("a/matrix.mtx")
    try write("a/barcodes.tsv", ["barcode"] + Self.barcodes.dropLast())
    try write("a/genes.tsv", Self.symbols)
    #expect(
      failure("a")
        == "'a/barcodes.tsv' has 2 names, but 'a/matrix.mtx' has 10 rows (genes) and 3 columns "
        + "(cells)")
  }

  @Test(arguments: [
    ("m.mtx", "m_cols.txt", "m_rows.txt", false),
    ("m.mtx", "m_rows.txt", "m_cols.txt", true),
    ("matrix.mtx", "colnames.csv", "rownames.csv", false),
    ("matrix.mtx", "cells.csv", "all_genes.csv", true),
    ("GSM1_counts_A.mtx", "GSM1_barcodes_A.tsv", "GSM1_genes_A.tsv", false),
    ("GSM1_A.mtx", "GSM1_A_cell_names.txt", "GSE9_features.tsv", false),
    ("GSM1_Tcells_matrix.mtx", "GSM1_Tcells_barcodes.csv", "GSM1_Tcells_genes.csv", false),
    ("data.mtx", "c.txt", "g.txt", false),
  ])
  func `lists of any name`(matrix: String, cells: String, genes: String, cellsAsRows: Bool) throws {
    try self.matrix("a/\(matrix)", cellsAsRows: cellsAsRows)
    try write("a/\(cells)", Self.barcodes)
    try write("a/\(genes)", Self.symbols)
    if matrix.hasPrefix("GSM") {
      try self.matrix("a/GSM2_B_matrix.mtx")
      try write("a/GSM2_B_barcodes.tsv", Self.barcodes)
      if genes.hasPrefix("GSM") { try write("a/GSM2_B_genes.tsv", Self.symbols.reversed()) }
    }
    let file = try open("a/\(matrix)")
    #expect(Array(file.cellNames) == Self.barcodes && file.genes.map(\.name) == Self.symbols)
    #expect(try rows(of: file) == Self.values)
    #expect(
      notices(file) == [
        "the names of the cells of 'a/\(matrix)' are read from 'a/\(cells)'",
        "the names of the genes of 'a/\(matrix)' are read from 'a/\(genes)'",
      ])
  }

  @Test func `as many cells as genes`() throws {
    let square = ["%%MatrixMarket matrix coordinate integer general", "3 3 2", "1 2 5", "3 1 7"]
    for (name, cells, genes) in [
      ("parse/count_matrix.mtx", "cell_metadata.csv", "all_genes.csv"),
      ("kb/cells_x_genes.mtx", "cells_x_genes.barcodes.txt", "cells_x_genes.genes.txt"),
      ("rows/counts.mtx", "counts_rows.txt", "counts_cols.txt"),
    ] {
      try write(name, square)
      let folder = name.split(separator: "/")[0]
      try write("\(folder)/\(cells)", Self.barcodes)
      try write("\(folder)/\(genes)", Array(Self.symbols[..<3]))
      #expect(try rows(of: open(name)) == [[0, 5, 0], [0, 0, 0], [7, 0, 0]], "\(name)")
    }
  }

  @Test func `spliced, unspliced and ambiguous counts are summed`() throws {
    for (name, names) in [
      ("a", Self.ids + Self.ids.map { $0 + "-U" } + Self.ids.map { $0 + "-A" }), ("b", Self.ids),
    ] {
      try matrix("\(name)/quants_mat.mtx", cellsAsRows: true, times: 3)
      try write("\(name)/quants_mat_rows.txt", Self.barcodes)
      try write("\(name)/quants_mat_cols.txt", names)
      let file = try open(name)
      #expect(file.genes.map(\.name) == Self.ids)
      #expect(try rows(of: file) == Self.values.map { $0.map { 3 * $0 } })
      #expect(
        notices(file).last
          == "'\(name)/quants_mat.mtx' counts spliced, unspliced and ambiguous molecules of 10 "
          + "genes; the three are summed")
    }
  }

  @Test func `none, several, and those that are named`() throws {
    try matrix("a/matrix.mtx")
    try write("a/barcodes.tsv", Self.barcodes)
    try write("a/notes.txt", ["x"])
    #expect(
      failure("a")
        == "'a/matrix.mtx' has no file beside it that names its 10 genes; text files there: "
        + "'a/barcodes.tsv' (3 lines), 'a/notes.txt' (1 line); name one with `features`")
    try write("a/my_genes.txt", Self.symbols)
    try write("a/old_genes.txt", Self.ids)
    #expect(
      failure("a")
        == "several files beside 'a/matrix.mtx' could name its genes; choose one with `features`: "
        + "a/my_genes.txt, a/old_genes.txt")
    var companions = Companions()
    companions.features = folder.path("a/old_genes.txt")
    #expect(try open("a", companions).genes.map(\.name) == Self.ids)
    #expect(try open("a", companions).notices == [])
    companions.barcodes = folder.path("a/notes.txt")
    #expect(
      failure("a", companions)
        == "'a/notes.txt' has 1 names, but 'a/matrix.mtx' has 10 rows (genes) and 3 columns (cells)"
    )
  }

  @Test func `a list of another sample is not taken`() throws {
    try matrix("a/GSM1_A_matrix.mtx")
    try write("a/GSM1_A_barcodes.tsv", Self.barcodes)
    try write("a/GSM2_B_genes.tsv", Self.symbols)
    #expect(
      failure("a")
        == "'a/GSM1_A_matrix.mtx' has no file beside it that names its 10 genes; text files there: "
        + "'a/GSM1_A_barcodes.tsv' (3 lines), 'a/GSM2_B_genes.tsv' (10 lines); name "
        + "one with `features`")
  }

  @Test func `a sheet names them`() throws {
    try matrix("a/matrix.mtx")
    try write("names/c.txt", Self.barcodes)
    try write("names/g.txt", Self.symbols)
    try write("names/t.csv", ["cell,day"] + Self.barcodes.map { "\($0),4" })
    try write(
      "s.csv",
      ["path,barcodes,features,cell_table,site", "a,names/c.txt,names/g.txt,names/t.csv,x"])
    let sheet = try SampleSheet(readingAt: folder.path("s.csv"))
    #expect(sheet.columns == ["site"])
    let file = try #require(try sheet.open().first)
    #expect(file.columnNames == ["site", "day"] && file.genes.map(\.name) == Self.symbols)
  }
}
