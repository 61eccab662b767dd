internal import Foundation
internal import HDF5
internal import Support
internal import Zarr

/// A Matrix Market matrix with the two files beside it that name cells and genes.
///
/// Cell Ranger names them `matrix.mtx`, `barcodes.tsv` and `features.tsv` (before version 3
/// `genes.tsv`), and compresses them since version 3. Archives add a prefix, as in
/// `GSM123_matrix.mtx.gz`. bustools names them `cells_x_genes.mtx`, `cells_x_genes.barcodes.txt`
/// and `cells_x_genes.genes.txt`, with cells as rows.
struct MarketFolder {
  let matrix: MarketMatrix
  let cellNames: [String]
  let genes: [Gene]

  /// The column of each stored feature, −1 if the feature is not read; `nil` if all are read.
  let columns: [Int32]?

  /// The columns besides the names in the table that names the cells.
  let cells: DataFrame

  let variables: HeldTable

  /// The files beside the matrix that may be tables of cells.
  let cellTables: [String]

  /// The type of each feature that is read; `nil` if the folder has no types.
  let featureTypes: [String]?

  /// Notices about the tables, one sentence each.
  let notices: [String]

  /// Opens a matrix and the files beside it.
  ///
  /// - Parameters:
  ///   - path: A folder, or the matrix in it.
  ///   - options: The options that select the features.
  /// - Throws: ``CellFileError`` if a file is missing or damaged; `HDF5Error.cannotOpen`.
  init(readingAt path: String, options: ReadingOptions) throws {
    let mtx = try Self.matrixPath(at: path)
    let header = try MarketEntries(readingAt: mtx).header
    let found = try MarketCompanions(of: mtx, header, given: options.companions)
    cellTables = found.cellTables
    (cellNames, cells) = Self.cells(found.cells)
    var notices = found.notices
    if !cells.columns.isEmpty {
      notices.append(
        "'\(found.cells.path)' has \(found.cells.heading == nil ? "no" : "a") heading; the columns of the "
          + "cells are: \(cells.columns.map(\.name).joined(separator: ", "))")
    }
    let types = FeatureTypes(of: found.genes)
    let features = found.rowsAreCells ? header.columns : header.rows
    var (all, genesFrame) = try Self.genes(found.genes, &notices)
    let kept: [Int]
    if let spliced = SplicedCounts(found.genes.rows.map { $0.first ?? "" }, of: features) {
      notices.append(spliced.notice(of: mtx))
      all = Array(all.prefix(spliced.genes))
      kept = Array(all.indices)
      columns = spliced.columns
    } else {
      kept = try Self.kept(all.count, types, path, options, &notices)
      var columns = [Int32](repeating: -1, count: all.count)
      for (column, feature) in kept.enumerated() { columns[feature] = Int32(column) }
      self.columns = kept.count == all.count ? nil : columns
    }
    self.notices = notices
    genes = kept.map { all[$0] }
    var frame = genesFrame.selecting(rows: kept)
    if let types { frame["feature_types"] = .categorical(kept.map { types.ofFeature[$0] }) }
    let isWhole = types?.ofFeature.allSatisfy { $0 != nil } ?? false
    featureTypes = isWhole ? kept.compactMap { types?.ofFeature[$0] } : nil
    variables = HeldTable(name: "var", frame: frame)
    let size = try FileManager.default.attributesOfItem(atPath: mtx)[.size] as? Int
    matrix = try MarketMatrix(
      readingAt: mtx, name: fileName(of: mtx), rowsAreCells: found.rowsAreCells,
      bytes: size ?? 0)
  }

  /// Returns the matrix of a folder, or the path itself if it is not a folder.
  private static func matrixPath(at path: String) throws -> String {
    guard isFolder(path) else { return path }
    let names = try contents(path)
    let matrices = matrices(names)
    let usual = ["matrix.mtx", "matrix.mtx.gz"].first(where: matrices.contains)
    if let name = usual ?? (matrices.count == 1 ? matrices[0] : nil) { return join(path, name) }
    guard matrices.isEmpty else {
      throw CellFileError.severalMatrices(path: path, names: matrices.map { join(path, $0) })
    }
    guard !ZarrStore.isHeadless(at: path) else {
      throw CellFileError.unreadableFormat(path: path, format: .incompleteZarr)
    }
    throw CellFileError.noMatrixInFolder(
      path: path, alternatives: try alternatives(in: path, names))
  }

  /// Returns the names that are names of matrices.
  private static func matrices(_ names: [String]) -> [String] {
    names.filter(CompanionName.isMatrix)
  }

  /// Returns alternatives to a folder without a matrix: folders and files within it.
  private static func alternatives(in path: String, _ names: [String]) throws -> [String] {
    var found: [String] = []
    func look(in folder: String, _ names: [String], depth: Int) throws {
      if !matrices(names).isEmpty, folder != path { found.append(folder) }
      for name in names where !name.hasPrefix(".") {
        let inner = join(folder, name)
        if [".h5", ".h5ad", ".loom", ".h5mu", ".zarr"].contains(where: name.hasSuffix) {
          found.append(inner)
        } else if depth < 3, found.count < 10, isFolder(inner) {
          try look(in: inner, contents(inner), depth: depth + 1)
        }
      }
    }
    try look(in: path, names, depth: 0)
    return found
  }

  static func isFolder(_ path: String) -> Bool {
    var status = stat()
    return unsafe stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
  }

  private static func contents(_ folder: String) throws -> [String] {
    do {
      return try FileManager.default.contentsOfDirectory(atPath: folder).sorted()
    } catch {
      throw HDF5Error.cannotOpen(path: folder, reason: .notPermitted)
    }
  }

  static func join(_ folder: String, _ name: String) -> String {
    folder.hasSuffix("/") ? folder + name : "\(folder)/\(name)"
  }

  /// Returns the feature types of a folder without reading its matrix.
  ///
  /// - Throws: ``CellFileError`` if a file is missing or damaged; `HDF5Error.cannotOpen`.
  static func featureTypes(at path: String, _ companions: Companions) throws -> [String] {
    let mtx = try matrixPath(at: path)
    let header = try MarketEntries(readingAt: mtx).header
    let genes = try MarketCompanions(of: mtx, header, given: companions).genes
    let types = FeatureTypes(of: genes)?.ofFeature ?? []
    return types.contains(nil) ? [] : Set(types.compactMap(\.self)).sorted()
  }

  /// Returns the names of cells, and the other columns of a table with a heading.
  private static func cells(_ table: MarketTable) -> (names: [String], frame: DataFrame) {
    func areDifferent(_ column: Int) -> Bool {
      let values = table.column(column)
      return Set(values).count == values.count && !areRowNumbers(values)
    }
    let heading = table.heading ?? [""]
    let place =
      heading.indices.first { TableHeading.namesCells(heading[$0]) }
      ?? heading.indices.first { areDifferent($0) } ?? 0
    let names = table.column(place)
    var frame = DataFrame(names: names)
    for (number, name) in table.namedColumns where number != place {
      frame[name] = Column(readingTexts: table.column(number))
    }
    return (names, frame)
  }

  /// Returns the genes, and the other columns of a table with a heading.
  private static func genes(
    _ table: MarketTable, _ notices: inout [String]
  ) throws -> ([Gene], DataFrame) {
    let names = table.column(0)
    guard table.heading != nil else {
      return (genes(withoutHeading: table, &notices), DataFrame(names: names))
    }
    var frame = DataFrame(names: names)
    for (number, name) in table.namedColumns { frame[name] = .strings(table.column(number)) }
    let held = HeldTable(name: "var", frame: frame)
    let symbols = try held.geneNames(.symbol, count: names.count, ofFileAt: table.path)
    let ids = try held.geneNames(.id, count: names.count, ofFileAt: table.path)
    for (number, name) in table.namedColumns {
      let isName = name == symbols?.column || name == ids?.column
      frame[name] = isName ? nil : Column(readingTexts: table.column(number))
    }
    guard symbols != nil || ids != nil else {
      return (genes(withoutHeading: table, &notices), frame)
    }
    let used = [ids?.column, symbols?.column].compactMap(\.self).map { "'\($0)'" }
    notices.append(
      "'\(table.path)' has a heading; the genes are named by \(used.joined(separator: " and "))")
    let genes = names.enumerated().map { gene, first in
      let id = ids?.values[gene]
      return Gene(name: symbols?.values[gene] ?? id ?? first, id: symbols == nil ? nil : id)
    }
    return (genes, frame)
  }

  /// Makes genes from lines with identifier and symbol in either order, or with only one of them.
  private static func genes(
    withoutHeading table: MarketTable, _ notices: inout [String]
  ) -> [Gene] {
    let (first, second) = (table.column(0), table.column(1))
    guard table.rows.contains(where: { $0.count > 1 }), geneNames(in: .strings(second)) != nil
    else {
      return first.map { Gene(name: $0) }
    }
    let isSwapped = lookLikeIdentifiers(second) && !lookLikeIdentifiers(first)
    if isSwapped {
      notices.append(
        "'\(table.path)' has symbols before identifiers, like '\(first[0])' and '\(second[0])'")
    }
    return zip(isSwapped ? second : first, isSwapped ? first : second).enumerated().map {
      // A line with one field has only the identifier.
      let (id, symbol) = $1
      guard table.rows[$0].count > 1 else { return Gene(name: id) }
      return Gene(name: isPlaceholder(symbol) ? id : symbol, id: id)
    }
  }

  /// Returns the features of the selected type.
  private static func kept(
    _ count: Int, _ types: FeatureTypes?, _ path: String, _ options: ReadingOptions,
    _ notices: inout [String]
  ) throws -> [Int] {
    // By default only genes are read, if every line has a type, as since version 3.
    guard let types, types.ofFeature.allSatisfy({ $0 != nil }),
      let type = try options.chosenType(
        among: types.ofFeature.compactMap(\.self), ofFileAt: path, &notices)
    else { return Array(0..<count) }
    return types.ofFeature.indices.filter { types.ofFeature[$0] == type }
  }
}
