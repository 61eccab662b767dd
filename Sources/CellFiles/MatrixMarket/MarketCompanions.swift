/// The files that name the cells and genes of a matrix in Matrix Market's format.
///
/// They are found beside it, by the words in their names, by what the names share with that of the
/// matrix, and by their lines, which are as many as the matrix has rows or columns, or one more
/// where there is a heading.
struct MarketCompanions {
  /// The table that names the cells.
  let cells: MarketTable

  /// The table that names the genes, of spliced and unspliced counts each once or three times.
  let genes: MarketTable

  /// Whether the rows of the matrix are cells, and not genes.
  let rowsAreCells: Bool

  /// The files that may be tables with more about the cells.
  let cellTables: [String]

  /// What was taken without being called as Cell Ranger does it, a sentence each.
  let notices: [String]

  /// Finds the files of a matrix.
  ///
  /// - Parameters:
  ///   - matrix: The path of the matrix.
  ///   - header: What the matrix says of itself.
  ///   - given: The files that are named by whoever asks.
  /// - Throws: ``CellFileError``, where there are none that fit, or several, or one is damaged;
  ///   `HDF5Error.cannotOpen`.
  init(of matrix: String, _ header: MarketHeader, given: Companions) throws {
    let search = CompanionSearch(of: matrix)
    let cells = try search.candidates(.cells, given: given.barcodes)
    let genes = try search.candidates(.genes, given: given.features)
    typealias Found = (cells: MarketTable, genes: MarketTable, rowsAreCells: Bool)
    let ways = try (search.hasCellsAsRows ? [true, false] : [false, true])
      .compactMap { rowsAreCells -> Found? in
        let (rows, columns) = (header.rows, header.columns)
        let cell = try search.choose(
          cells, of: .cells, lines: rowsAreCells ? rows : columns, areRows: rowsAreCells)
        let gene = try search.choose(
          genes, of: .genes, lines: rowsAreCells ? columns : rows, areRows: !rowsAreCells)
        guard let cell, let gene, cell.path != gene.path else { return nil }
        return (cell, gene, rowsAreCells)
      }
    let isClear = ways.count < 2 || !Self.areSwapped(ways[0].cells, ways[0].genes)
    let found = isClear ? ways.first : ways.last
    guard let found else { throw search.failure(cells, genes, header) }
    (self.cells, self.genes, rowsAreCells) = found
    cellTables = search.cellTables(besides: [found.cells.path, found.genes.path])
    var notices: [String] = []
    for (table, given, what) in [
      (found.cells, given.barcodes, "cells"), (found.genes, given.features, "genes"),
    ] where given == nil && !search.isUsual(table.path) {
      notices.append("'\(table.path)' is taken for the names of the \(what) of '\(matrix)'")
    }
    self.notices = notices + found.cells.notices + found.genes.notices
  }

  /// Whether what is taken for cells has names of genes, or what is taken for genes has barcodes.
  private static func areSwapped(_ cells: MarketTable, _ genes: MarketTable) -> Bool {
    let (cells, genes) = (cells.column(0), genes.column(0))
    return lookLikeBarcodes(genes) && !lookLikeBarcodes(cells)
      || lookLikeEnsembl(cells) && !lookLikeEnsembl(genes)
  }

  private static func lookLikeBarcodes(_ names: [String]) -> Bool {
    5 * names.count(where: TableHeading.isBarcode) >= 4 * names.count
  }

  /// Numbers are no sign: they may name cells as well.
  private static func lookLikeEnsembl(_ names: [String]) -> Bool {
    lookLikeIdentifiers(names) && names.contains { Int($0) == nil }
  }
}
