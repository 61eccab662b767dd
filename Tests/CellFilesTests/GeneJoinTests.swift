import CellFiles
import HDF5
import Testing
import TestSupport

@Suite struct GeneJoinTests {
  let made: MadeFiles

  init() throws { made = try MadeFiles() }

  /// A file of one cell with a count of 1 of the first gene, 2 of the second, and so on.
  private func file(
    _ name: String, genes: [String], ids: [String]? = nil, symbols: [String]? = nil,
    cell: String? = nil
  ) throws -> CellFile {
    var variables = DataFrame(names: genes)
    if let ids { variables["gene_ids"] = .strings(ids) }
    if let symbols { variables["feature_name"] = .strings(symbols) }
    try writeAnnData(
      to: made.path(name), cells: DataFrame(names: [cell ?? name]), genes: variables,
      matrix: SmallMatrix(rows: [genes.indices.map { Double($0 + 1) }]), storedAs: Int32.self)
    return try CellFile(readingAt: made.path(name))
  }

  private func id(_ number: Int, version: Int? = nil) -> String {
    "ENSG0000000000\(number)" + (version.map { ".\($0)" } ?? "")
  }

  private func join(
    _ files: [CellFile], _ genes: JoiningOptions.Genes = .inner, by naming: GeneNaming? = nil
  ) throws -> JoinedCells {
    var options = JoiningOptions()
    options.genes = genes
    options.geneNaming = naming
    return try JoinedCells(files, batchKey: nil, joining: options)
  }

  private func notices(_ joined: JoinedCells) -> [String] {
    joined.notices.map { $0.replacing(made.path("") + "/", with: "") }
  }

  @Test func `the union, in the order of the files`() throws {
    let joined = try join(
      [file("a", genes: ["x", "y"]), file("b", genes: ["z", "y", "w"])], .outer)
    #expect(joined.genes.map(\.name) == ["x", "y", "z", "w"])
    #expect(try rows(of: joined) == [[1, 2, 0, 0], [0, 2, 1, 3]])
    #expect(
      notices(joined) == [
        "4 genes are in at least one file, 1 in all: of 2 in 'a', 3 in 'b'"
      ])
  }

  @Test func `the joined file tells which batches measured a gene`() throws {
    let joined = try join(
      [file("a", genes: ["x", "y"]), file("b", genes: ["z", "y", "w"])], .outer)
    try writeJoined(
      to: made.path("out.h5ad"), cells: joined, usedGenes: [true, true, true, false],
      adding: AnnDataAdditions())
    let out = try CellFile(readingAt: made.path("out.h5ad"))
    #expect(try rows(of: out) == [[1, 2, 0, 0], [0, 2, 1, 3]])
    #expect(try out.varColumn("measured_in").labels() == ["a", "a|b", "b", "b"])
    #expect(try out.varColumn("batches_measured") == .integers([1, 2, 1, 1]))
    let inner = try join([file("a", genes: ["x", "y"]), file("b", genes: ["z", "y"])])
    try writeJoined(
      to: made.path("out.h5ad"), cells: inner, usedGenes: [true], adding: AnnDataAdditions())
    #expect(
      try CellFile(readingAt: made.path("out.h5ad")).varColumnNames == ["scharmonize_gene"])
  }

  @Test func `files without any common gene are refused, joined either way`() throws {
    let files = try [
      file("a", genes: ["x", "y"]), file("b", genes: ["y", "z"]), file("c", genes: ["z", "w"]),
      file("d", genes: ["v"]),
    ]
    #expect(try join(Array(files.prefix(3)), .outer).geneCount == 4)
    #expect(
      made.text { _ = try join(Array(files.prefix(3))) }
        == "no gene of 'a' is in 'c'; their first genes are 'x' and 'z'; give files of one species "
        + "and one kind of gene names")
    #expect(
      made.text { _ = try join(files, .outer) }
        == "no gene of 'a' is in 'd'; their first genes are 'x' and 'v'; give files of one species "
        + "and one kind of gene names")
  }

  @Test func `genes are matched by what the files share most, and that is said`() throws {
    // Identifiers as names with symbols beside them, and the other way round.
    let a = try file("a", genes: [id(1), id(2), id(3)], symbols: ["A", "B", "C"])
    let b = try file(
      "b", genes: ["C", "OLD", "A"], ids: [id(3, version: 4), id(2, version: 1), id(9)])
    let joined = try join([a, b])
    #expect(joined.genes.map(\.name) == [id(2), id(3)])
    #expect(try rows(of: joined) == [[2, 3], [2, 1]])
    #expect(
      notices(joined) == [
        "genes are matched by identifier: all files share 2 identifiers and 2 symbols; choose with "
          + "`geneNaming`",
        "2 genes are in all files: of 3 in 'a', 3 in 'b'",
      ])
    let c = try file("c", genes: ["A", "B", "C"], ids: [id(7), id(2), id(8)])
    let bySymbol = try join([a, c])
    #expect(bySymbol.genes.map(\.name) == ["A", "B", "C"])
    #expect(
      notices(bySymbol) == [
        "genes are matched by symbol: all files share 1 identifiers and 3 symbols; choose with "
          + "`geneNaming`"
      ])
  }

  @Test func `genes are called by what is asked for`() throws {
    let a = try file("a", genes: ["A", "B"], ids: [id(1), id(2)])
    let b = try file("b", genes: [id(2), id(1)], symbols: ["B", "A"])
    let byID = try join([a, b], by: .id)
    #expect(
      byID.genes == [
        Gene(name: id(1), id: id(1), symbol: "A"), Gene(name: id(2), id: id(2), symbol: "B"),
      ])
    #expect(byID.notices == [])
    let bySymbol = try join([b, a], by: .symbol)
    #expect(bySymbol.genes.map(\.name) == ["B", "A"])
    #expect(try rows(of: bySymbol) == [[1, 2], [2, 1]])
    let one = JoiningOptions()
    var named = one
    named.geneNaming = .symbol
    #expect(
      try JoinedCells([b], batchKey: nil, joining: named, allowingOneBatch: true).genes.map(
        \.name)
        == ["B", "A"])
    #expect(
      try JoinedCells([b], batchKey: nil, joining: one, allowingOneBatch: true).genes.map(\.name)
        == [id(2), id(1)])
  }

  @Test func `names of a kind that there are none of`() throws {
    let a = try file("a", genes: ["A", "B"])
    #expect(
      made.text { _ = try join([a, a], by: .id) }
        == "'a' has no identifiers of its genes, which have names such as 'A'; leave out "
        + "`geneNaming = id`")
    let b = try file("b", genes: [id(1), id(2)])
    #expect(
      made.text { _ = try join([b, b], by: .symbol) }
        == "'b' has no symbols of its genes, which have names such as '\(id(1))'; leave out "
        + "`geneNaming = symbol`")
  }

  @Test func `one file given twice, also by a link, and copies`() throws {
    let a = try file("a", genes: ["A", "B"])
    let b = try file("b", genes: ["A", "B"], cell: "a")
    #expect(
      made.text { try checkAreDifferent([a, b, a]) } == "'a' is given twice; give it once")
    let link = try CellFile(readingAt: made.path("../\(made.folderName)/a"))
    #expect(
      made.text { try checkAreDifferent([a, link]) }.hasSuffix("are the same file; give it once"))
    #expect(throws: Never.self) { try checkAreDifferent([a, b]) }
    #expect(
      try copies(among: [a, b]).map { $0.replacing(made.path("") + "/", with: "") } == [
        "'a' and 'b' hold the same cells with the same counts; if one is a copy, leave it out"
      ])
    let other = try file("c", genes: ["A", "B"])
    #expect(try copies(among: [a, other]) == [])
  }

  @Test func `columns of different kinds become text, and that is said`() throws {
    func make(_ name: String, _ column: Column) throws -> CellFile {
      var cells = DataFrame(names: [name])
      cells["score"] = column
      try writeAnnData(
        to: made.path(name), cells: cells, genes: DataFrame(names: ["g"]),
        matrix: SmallMatrix(rows: [[1]]), storedAs: Int32.self)
      return try CellFile(readingAt: made.path(name))
    }
    let whole = try make("a", .integers([3]))
    let text = try make("b", .strings(["high"]))
    let fraction = try make("c", .floats([0.5]))
    let truth = try make("d", .booleans([true]))
    func conflicts(_ files: CellFile...) throws -> [String] {
      try JoinedCells(files, batchKey: nil).columnConflicts().map {
        $0.replacing(made.path("") + "/", with: "")
      }
    }
    #expect(
      try conflicts(whole, text) == [
        "'score' holds numbers in 'a' and text in 'b'; it is joined as text"
      ])
    #expect(
      try conflicts(truth, whole) == [
        "'score' holds truth values in 'd' and numbers in 'a'; it is joined as text"
      ])
    #expect(try conflicts(whole, fraction) == [])
    try writeJoined(
      to: made.path("out.h5ad"), cells: JoinedCells([whole, text], batchKey: nil),
      usedGenes: [true], adding: AnnDataAdditions())
    #expect(
      try CellFile(readingAt: made.path("out.h5ad")).column("score").labels() == ["3", "high"])
  }
}
