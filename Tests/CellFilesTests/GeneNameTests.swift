import HDF5
import Testing
import TestSupport
@testable import CellFiles

/// Files of ten genes whose names are no names, and what is taken instead.
@Suite struct GeneNameTests {
  let made: MadeFiles

  init() throws { made = try MadeFiles() }

  static let symbols = [
    "TP53", "MYC", "GAPDH", "ACTB", "CD3E", "CD8A", "MS4A1", "NKG7", "LYZ", "PPBP",
  ]
  static let numbers = (0..<10).map(String.init)

  /// Writes a file of one cell with a count of 1 of the first gene, 2 of the second, and so on.
  private func file(
    _ name: String, _ genes: [String], _ columns: [(String, Column)] = []
  ) throws -> CellFile {
    var variables = DataFrame(names: genes)
    for (name, column) in columns { variables[name] = column }
    try writeAnnData(
      to: made.path(name), cells: DataFrame(names: [name]), genes: variables,
      matrix: SmallMatrix(rows: [genes.indices.map { Double($0 + 1) }]), storedAs: Int32.self)
    return try CellFile(readingAt: made.path(name))
  }

  private func join(
    _ files: [CellFile], _ genes: JoiningOptions.Genes = .inner, by naming: GeneNaming? = nil
  ) throws -> JoinedCells {
    var options = JoiningOptions()
    options.genes = genes
    options.geneNaming = naming
    return try JoinedCells(files, batchKey: nil, joining: options)
  }

  private func bare(_ notices: [String]) -> [String] {
    notices.map { $0.replacing(made.path("") + "/", with: "") }
  }

  private func ids(_ range: Range<Int>) -> [String] { range.map { "ENSG\(10_000_000_000 + $0)" } }

  @Test(arguments: ["", "NA", "nan", "NaN", "None", "null", "-", "NA-1", "nan.2", "-3", "None-12"])
  func `a placeholder is no name`(name: String) { #expect(isPlaceholder(name)) }

  @Test(arguments: ["NAT1", "Nanog", "A-1", "7157", "NKX2-1", "HLA-A", "RP11-1.2", "é-1"])
  func `a name is no placeholder`(name: String) { #expect(!isPlaceholder(name)) }

  @Test func `numbers of rows, from 0 or 1, in any order or with some left out`() {
    #expect(areRowNumbers((0..<50).map(String.init)))
    #expect(areRowNumbers((1...50).map(String.init)))
    #expect(areRowNumbers((0..<50).reversed().map(String.init)))
    #expect(areRowNumbers((0..<50).map { "\($0).0" }))
    #expect(areRowNumbers((0..<50).map { String(7 * $0 + 3) }))
    let entrez = ["7157", "4609", "2597", "60", "916", "925", "931", "4818", "4069", "5473"]
    #expect(!areRowNumbers(entrez))
    #expect(!areRowNumbers((1...200).map { String($0 * $0 * 37) }))
    #expect(!areRowNumbers(Self.symbols) && !areRowNumbers([]))
  }

  @Test(arguments: [
    "gene_name", "feature_name", "gene_symbols", "Gene Symbol", "SYMBOL", "original_gene", "index",
  ])
  func `numbered genes are called by a column, and that is said`(column: String) throws {
    let a = try file("a", Self.numbers, [(column, .strings(Self.symbols))])
    #expect(a.genes.map(\.name) == Self.symbols)
    #expect(
      bare(a.notices) == [
        "'a' has row numbers instead of gene names, such as '0'; its genes are named by '\(column)' "
          + "instead"
      ])
    let b = try file("b", Self.numbers, [(column, .strings(Self.symbols.reversed()))])
    let joined = try join([a, b])
    #expect(joined.genes.map(\.name) == Self.symbols)
    #expect(
      try rows(of: joined) == [(1...10).map(Double.init), (1...10).reversed().map(Double.init)])
  }

  @Test func `names from 1, with the identifiers alone`() throws {
    let a = try file(
      "a", (1...10).map(String.init), [("gene_ids", .strings(ids(0..<10)))])
    #expect(a.genes[3] == Gene(name: ids(3..<4)[0], id: ids(3..<4)[0]))
    let b = try file("b", ids(5..<15))
    #expect(try join([a, b]).genes.map(\.name) == ids(5..<10))
  }

  @Test func `a column that says nothing is passed over`() throws {
    let a = try file(
      "a", Self.numbers,
      [
        ("feature_name", .strings(Array(repeating: "NA", count: 10))),
        ("gene_name", .strings(Self.numbers)), ("symbol", .strings(Self.symbols)),
      ])
    #expect(a.genes.map(\.name) == Self.symbols)
  }

  @Test func `genes without any names are not joined`() throws {
    let a = try file("a", Self.numbers, [("n_cells", .integers(Array(repeating: 3, count: 10)))])
    let b = try file("b", Self.symbols)
    #expect(a.genes.map(\.name) == Self.numbers && !a.namesItsGenes)
    for files in [[a, b], [b, a]] {
      #expect(
        made.text { _ = try join(files) }
          == "'a' has no gene names, only '0', '1', …; row numbers and placeholders cannot be "
          + "matched; add a column 'gene_name' or 'gene_ids' with symbols or identifiers; its "
          + "columns of genes are: n_cells")
    }
  }

  @Test func `a column of row numbers is not one of identifiers`() throws {
    let order = Array(Self.symbols.reversed())
    for start in [Int64(0), 1] {
      let number = Column.integers((0..<10).map { $0 + start })
      let a = try file("a", Self.symbols, [("id", number)])
      let b = try file("b", order, [("id", number)])
      #expect(try a.geneNames(by: .id) == nil)
      let joined = try join([a, b])
      #expect(joined.genes.map(\.name) == Self.symbols && joined.joining.geneNaming == .symbol)
      #expect(try rows(of: joined)[1] == (1...10).reversed().map(Double.init))
    }
  }

  @Test func `numbers of Entrez are identifiers`() throws {
    let entrez: [Int64] = [7157, 4609, 2597, 60, 916, 925, 931, 4818, 4069, 5473]
    let a = try file("a", Self.symbols, [("entrez_id", .integers(entrez))])
    let b = try file(
      "b", entrez.reversed().map(String.init), [("symbol", .strings(Self.symbols.reversed()))])
    #expect(try a.geneNames(by: .id) == entrez.map(String.init))
    #expect(try b.geneNames(by: .symbol) == Self.symbols.reversed())
    #expect(b.genes.map(\.name) == entrez.reversed().map(String.init) && b.notices == [])
    let joined = try join([a, b])
    #expect(joined.joining.geneNaming == .id && joined.geneCount == 10)
    #expect(try rows(of: joined)[1] == (1...10).reversed().map(Double.init))
    #expect(try join([b, file("c", entrez.map(String.init))]).geneCount == 10)
  }

  @Test func `a placeholder that is repeated is matched with none`() throws {
    var (first, second) = (Self.symbols, Array(Self.symbols.reversed()))
    (first[2], first[5], second[0], second[9]) = ("NA", "NA", "NA", "NA-1")
    let files = try [file("a", first), file("b", second)]
    let joined = try join(files)
    #expect(joined.genes.map(\.name) == ["MYC", "ACTB", "CD3E", "MS4A1", "NKG7", "LYZ"])
    #expect(
      bare(joined.notices).contains(
        "2 genes in 'a' have a placeholder such as 'NA' instead of a name and are not matched with "
          + "genes of other files"))
    let all = try join(files, .outer)
    #expect(all.geneCount == 14 && Set(all.genes.map(\.name)).count == 14)
    let placeholders = all.genes.indices.filter { isPlaceholder(all.genes[$0].name) }
    let counts = try rows(of: all)
    #expect(placeholders.allSatisfy { counts[0][$0] == 0 || counts[1][$0] == 0 })
  }

  @Test func `a placeholder among symbols gives way to the identifier`() throws {
    var symbols = Self.symbols
    (symbols[2], symbols[5]) = ("nan", "nan")
    let a = try file("a", ids(0..<10), [("feature_name", .strings(symbols))])
    let b = try file("b", ids(0..<10).reversed(), [("feature_name", .strings(symbols.reversed()))])
    let joined = try join([a, b], by: .symbol)
    #expect(joined.genes[2].name == ids(2..<3)[0] && joined.geneCount == 10)
    #expect(try rows(of: joined)[1] == (1...10).reversed().map(Double.init))
  }

  @Test func `identifiers whose symbols differ are refused, unless asked for`() throws {
    let a = try file("a", Self.symbols, [("gene_ids", .strings(ids(0..<10)))])
    let shifted = Array(Self.symbols[1...]) + ["TP53"]
    let other = Array(shifted[..<4]) + ["FOO1", "FOO2", "FOO3", "FOO4", "FOO5", "FOO6"]
    let b = try file("b", other, [("gene_ids", .strings(ids(0..<10)))])
    let said =
      "the identifiers of 'a' and 'b' do not mean the same genes: 10 of 10 shared identifiers have "
      + "different symbols, such as '\(ids(0..<1)[0])' ('TP53' and 'MYC'), '\(ids(1..<2)[0])' "
      + "('MYC' and 'GAPDH'), '\(ids(2..<3)[0])' ('GAPDH' and 'ACTB')"
    #expect(
      made.text { _ = try join([a, b]) }
        == said + "; correct the identifiers, or match the genes by symbol instead")
    #expect(bare(try join([a, b], by: .id).notices) == [said])
    #expect(try join([a, b], by: .symbol).genes.map(\.name) == ["MYC", "GAPDH", "ACTB", "CD3E"])
    // A few that were renamed, and capitals, do not matter.
    let renamed = Self.symbols.map { $0.lowercased() }[..<7] + ["X1", "X2", "X3"]
    let c = try file("c", Array(renamed), [("gene_ids", .strings(ids(0..<10)))])
    #expect(try join([a, c]).geneCount == 10)
  }

  @Test func `symbols beside identifiers survive joining`() throws {
    let symbols = Column.categorical(Self.symbols.map { $0 })
    let a = try file("a", ids(0..<10), [("feature_name", symbols)])
    let b = try file(
      "b", ids(0..<10).reversed(), [("feature_name", .strings(Self.symbols.reversed()))])
    func written(_ cells: JoinedCells) throws -> CellFile {
      try writeJoined(
        to: made.path("out.h5ad"), cells: cells, usedGenes: Array(repeating: true, count: 10),
        adding: AnnDataAdditions())
      return try CellFile(readingAt: made.path("out.h5ad"))
    }
    for genes in [JoiningOptions.Genes.inner, .outer] {
      let out = try written(join([a, b], genes))
      #expect(out.genes.map(\.name) == ids(0..<10))
      #expect(try out.varColumn("feature_name").labels() == Self.symbols)
    }
    let c = try file("c", Self.symbols, [("gene_ids", .strings(ids(0..<10)))])
    #expect(try written(join([a, c])).varColumn("gene_symbols").labels() == Self.symbols)
    try writeJoined(
      to: made.path("one.h5ad"),
      cells: JoinedCells([a], batchKey: nil, allowingOneBatch: true), genes: [1, 3],
      adding: AnnDataAdditions()
    ) { Array(repeating: 0, count: $0.count * 2) }
    #expect(
      try CellFile(readingAt: made.path("one.h5ad")).varColumn("feature_name").labels()
        == ["MYC", "ACTB"])
  }

  @Test func `loom attributes that are no names`() throws {
    func loom(_ name: String, _ attributes: [(String, [String])]) throws -> CellFile {
      try CellFile(
        readingAt: made.make(name) { file in
          try file.write((1...10).map(Double.init), at: "matrix", shape: [10, 1])
          try file.createGroup("col_attrs")
          try file.createGroup("row_attrs")
          try file.write(strings: [name], at: "col_attrs/CellID")
          for (name, values) in attributes {
            try file.write(strings: values, at: "row_attrs/\(name)")
          }
        })
    }
    let other = try loom("a.loom", [("original_gene", Self.symbols)])
    #expect(other.genes.map(\.name) == Self.symbols)
    #expect(
      bare(other.notices) == [
        "'a.loom' has row numbers instead of gene names, such as '0'; its genes are named by "
          + "'original_gene' instead"
      ])
    let numbered = try loom(
      "b.loom", [("Accession", Self.numbers), ("Gene", Self.symbols.reversed())])
    #expect(numbered.genes[0] == Gene(name: "PPBP"))
    #expect(try join([other, numbered]).geneCount == 10)
    let hidden = try loom("c.loom", [("Gene", Self.numbers), ("gene_name", Self.symbols)])
    #expect(hidden.genes.map(\.name) == Self.symbols)
    let nameless = try loom("d.loom", [("Accession", Self.numbers)])
    #expect(
      made.text { _ = try join([other, nameless]) }.hasPrefix("'d.loom' has no gene names"))
    let entrez = ["7157", "4609", "2597", "60", "916", "925", "931", "4818", "4069", "5473"]
    #expect(try loom("e.loom", [("Accession", entrez)]).genes.map(\.name) == entrez)
  }

  @Test func `probes are summed to genes`() throws {
    let counts = madeCounts(cells: 4, genes: 5)
    let path = try made.make("p.h5") {
      try $0.writeTenX(
        counts, names: ["A", "A", "B", "A", "C"],
        ids: ["E1|A|0", "E1|A|1", "E2|B|0", "E1|A|2", "E3|C|0"],
        types: Array(repeating: "Gene Expression", count: 5))
      try $0.write(strings: ["E1", "E1", "E2", "E1", "E3"], at: "matrix/features/gene_id")
      try $0.write(
        [UInt8(1), 1, 1, 0, 1], at: "matrix/features/filtered_probes")
    }
    let file = try CellFile(readingAt: path)
    #expect(
      file.genes == [
        Gene(name: "A", id: "E1"), Gene(name: "B", id: "E2"), Gene(name: "C", id: "E3"),
      ])
    #expect(try rows(of: file) == counts.map { [$0[0] + $0[1], $0[2], $0[4]] })
    #expect(
      bare(file.notices).first?.hasPrefix("'p.h5' counts probes: 4 of 5 are summed to 3") == true)
  }
}
