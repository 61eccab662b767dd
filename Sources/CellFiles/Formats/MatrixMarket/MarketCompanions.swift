/// The files that name the cells and genes of a Matrix Market matrix.
///
/// They are found beside the matrix by three signs: words in their names, the part of the name
/// shared with the matrix, and the number of lines. The number of lines equals the rows or columns
/// of the matrix, plus one for a heading.
struct MarketCompanions {
  /// The table that names the cells.
  let cells: MarketTable

  /// The table that names the genes.
  ///
  /// For spliced and unspliced counts it lists each gene once or three times.
  let genes: MarketTable

  /// A flag that is true if the rows of the matrix are cells, not genes.
  let rowsAreCells: Bool

  /// The files that may be tables with further columns about the cells.
  let cellTables: [String]

  /// Notices about files without Cell Ranger's standard names, one sentence each.
  let notices: [String]

  /// Finds the files of a matrix.
  ///
  /// - Parameters:
  ///   - matrix: The path of the matrix.
  ///   - header: The header of the matrix.
  ///   - given: The files that the caller names.
  /// - Throws: ``CellFileError`` if no file fits, if several do, or if one is damaged;
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
      notices.append("the names of the \(what) of '\(matrix)' are read from '\(table.path)'")
    }
    self.notices = notices + found.cells.notices + found.genes.notices
  }

  /// Returns whether the supposed cells have gene names, or the supposed genes have barcodes.
  private static func areSwapped(_ cells: MarketTable, _ genes: MarketTable) -> Bool {
    let (cells, genes) = (cells.column(0), genes.column(0))
    return lookLikeBarcodes(genes) && !lookLikeBarcodes(cells)
      || lookLikeEnsembl(cells) && !lookLikeEnsembl(genes)
  }

  private static func lookLikeBarcodes(_ names: [String]) -> Bool {
    5 * names.count(where: TableHeading.isBarcode) >= 4 * names.count
  }

  /// Returns whether names look like Ensembl identifiers; numbers do not count, as they may also
  /// name cells.
  private static func lookLikeEnsembl(_ names: [String]) -> Bool {
    lookLikeIdentifiers(names) && names.contains { Int($0) == nil }
  }
}
