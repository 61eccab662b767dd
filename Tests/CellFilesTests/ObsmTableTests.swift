import CellFiles
import HDF5
import Testing
import TestSupport

/// Tables of `obsm` that are read as the matrix, such as totalVI's counts of proteins.
@Suite struct ObsmTableTests {
  let made: MadeFiles
  let proteins = madeCounts(cells: 12, genes: 5)
  let names = ["CD3", "CD4", "CD8", "CD19", "IgG1"]

  init() throws { made = try MadeFiles() }

  /// Writes cells with counts of genes, and adds to their `obsm`.
  private func file(
    _ name: String = "a.h5ad", _ fill: (borrowing File) throws -> Void
  ) throws -> String {
    try made.make(name) { file in
      try file.writeAnnData(madeCounts(cells: 12, genes: 9, seed: 2))
      try file.createGroup("obsm")
      try fill(file)
    }
  }

  private func writeFrame(
    _ name: String, to file: borrowing File, rows: [[Double]]
  ) throws {
    try file.writeTable(name, index: rows.indices.map { "c\($0)" }, columns: names)
    for (column, protein) in names.enumerated() {
      try file.write(rows.map { $0[column] }, at: "\(name)/\(protein)")
    }
  }

  private func open(_ path: String, _ key: String) throws -> CellFile {
    var options = ReadingOptions()
    options.layer = "obsm/\(key)"
    return try CellFile(readingAt: path, options: options)
  }

  @Test(arguments: MadeLayout.allCases)
  func `an array or a sparse matrix has the names in uns`(layout: MadeLayout) throws {
    let path = try file {
      try $0.writeMatrix(
        proteins, at: "obsm/protein_expression", layout: layout, of: Int64.self)
      try $0.write(strings: names, at: "uns/protein_names")
    }
    let table = try open(path, "protein_expression")
    #expect(try rows(of: table) == proteins)
    #expect(table.genes.map(\.name) == names && table.cellNames.count == 12)
    #expect(table.matrixName == "obsm/protein_expression" && table.isInteger)
    #expect(table.proteinEvidence == "the table is 'obsm/protein_expression'")
    #expect(table.feature == .protein && table.notices == [])
    #expect(try CellFile(readingAt: path).proteinEvidence == nil)
  }

  @Test func `a data frame has the names of its columns, in pieces of any size`() throws {
    let path = try file { try writeFrame("obsm/adt", to: $0, rows: proteins) }
    for blockValues in [1, 7, 1 << 20] {
      var options = ReadingOptions()
      (options.layer, options.blockValues, options.threads) = ("obsm/adt", blockValues, 2)
      let table = try CellFile(readingAt: path, options: options)
      #expect(try rows(of: table, atMost: blockValues) == proteins)
      #expect(table.genes.map(\.name) == names && !table.isInteger)
    }
  }

  @Test func `without names columns have numbers, with a notice`() throws {
    let path = try file {
      try $0.writeMatrix(proteins, at: "obsm/counts", layout: .dense, of: Int32.self)
      try $0.write(strings: ["CD3", "CD4"], at: "uns/protein_names")
    }
    let table = try open(path, "counts")
    #expect(table.genes.map(\.name) == ["0", "1", "2", "3", "4"])
    #expect(table.notices.count == 1)
    #expect(table.notices[0].contains("row numbers instead of gene names"))
    #expect(table.proteinEvidence == nil && table.feature == .gene)
  }

  @Test func `beside a table, other counts of proteins are suggested, but not X`() throws {
    let path = try file {
      try $0.writeMatrix(
        proteins.map { $0.map { 0.5 * $0 } }, at: "obsm/adt_clr", layout: .dense, of: Float.self)
      try $0.writeMatrix(proteins, at: "obsm/adt", layout: .dense, of: Int32.self)
      try $0.writeMatrix(
        proteins.map { Array($0.prefix(2)) }, at: "obsm/spatial", layout: .dense, of: Int32.self)
    }
    #expect(try open(path, "adt_clr").otherCountMatrices() == ["obsm/adt"])
    #expect(try open(path, "adt").otherCountMatrices().isEmpty)
  }

  @Test func `what is no table of the cells is refused`() throws {
    let path = try file {
      try $0.writeMatrix(proteins, at: "obsm/protein_expression", layout: .dense, of: Int32.self)
      try $0.writeMatrix(
        Array(proteins.dropLast()), at: "obsm/short", layout: .dense, of: Int32.self)
      try writeFrame("obsm/short_frame", to: $0, rows: Array(proteins.dropLast()))
      try $0.write(strings: names, at: "obsm/words")
    }
    #expect(
      made.text { _ = try open(path, "protein_expresion") }
        == "'a.h5ad' has no 'protein_expresion' in 'obsm' (did you mean 'protein_expression'?); "
        + "there are: protein_expression, short, short_frame")
    #expect(
      made.text { _ = try open(path, "short") }
        == "'obsm/short' in 'a.h5ad' has shape [11, 5], but there are names of 12 cells and 5 genes"
    )
    #expect(made.text { _ = try open(path, "short_frame") }.contains("short_frame/CD3"))
    #expect(made.text { _ = try open(path, "words") }.contains("not a table of numbers"))
    var options = ReadingOptions()
    options.layer = "short"
    #expect(
      made.text { _ = try CellFile(readingAt: path, options: options) }
        == "'a.h5ad' has no layer 'short'; its layers are: obsm/short")
  }

  @Test func `only tables that are named after proteins are listed`() throws {
    let path = try file {
      try $0.writeMatrix(proteins, at: "obsm/protein_expression", layout: .dense, of: Int32.self)
      try $0.writeMatrix(proteins, at: "obsm/X_pca", layout: .dense, of: Float.self)
      try $0.writeMatrix(proteins, at: "obsm/spatial", layout: .dense, of: Int32.self)
    }
    #expect(
      try CellFileContents(ofFileAt: path).readings.map(\.layer)
        == [nil, "obsm/protein_expression"])
  }

  @Test func `scanpy's column of feature types tells proteins`() throws {
    func evidence(_ types: [String]) throws -> String? {
      let path = try made.make { file in
        try file.writeMatrix(proteins, at: "X", of: Float.self)
        try file.writeTable("obs", index: proteins.indices.map { "c\($0)" })
        try file.writeTable("var", index: names, columns: ["feature_types"])
        try file.write(strings: types, at: "var/feature_types")
      }
      return try CellFile(readingAt: path).proteinEvidence
    }
    let all = names.map { _ in "Antibody Capture" }
    #expect(try evidence(all) == "their type is 'Antibody Capture'")
    #expect(try evidence(all.dropLast() + ["Gene Expression"]) == nil)
  }
}
