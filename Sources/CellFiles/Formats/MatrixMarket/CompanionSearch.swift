internal import Foundation
internal import Support

/// A search for the files that belong to a matrix, in its folder.
///
/// The role and sample in a file's name determine its rank; its number of lines decides whether it
/// fits.
struct CompanionSearch {
  /// A file that may name cells or genes.
  struct Candidate {
    /// The lines of the file.
    var table: MarketTable

    /// The suitability by name; larger is better.
    var rank: Int

    /// The role, if the name shows it.
    var role: CompanionName.Role?
  }

  /// The rank of a file that the caller names or that has a standard name.
  private static let usualRank = 1000

  /// The maximum size in bytes of a file without a standard name to be considered.
  private static let largestFile = 1 << 27

  /// The path of the matrix.
  let matrix: String

  private let folder: String
  private let file: String

  /// The samples in the names of the folder's other matrices.
  private let otherSamples: [Set<String>]

  /// The names of the folder's text files.
  private let texts: [String]

  private let usual: MarketNames

  /// Lists the folder of a matrix.
  init(of matrix: String) {
    self.matrix = matrix
    let file = fileName(of: matrix)
    self.file = file
    folder = String(matrix.dropLast(file.count))
    let place = folder.isEmpty ? "." : folder
    let names = (try? FileManager.default.contentsOfDirectory(atPath: place)) ?? []
    let visible = names.filter { !$0.hasPrefix(".") }.sorted()
    otherSamples = visible.filter { $0 != file && CompanionName.isMatrix($0) }
      .map(CompanionName.sample(ofMatrix:))
    texts = visible.filter { $0 != file && CompanionName.isText($0) }
    usual = MarketNames(of: matrix)
  }

  /// A flag that is true if the matrix has the name that alevin-fry uses.
  var isAlevin: Bool { file.hasPrefix("quants_mat") }

  /// A flag that is true if the names are those of programs with cells as rows: bustools,
  /// alevin-fry and Parse.
  var hasCellsAsRows: Bool {
    isAlevin || file.hasPrefix("cells_x_genes") || file.hasPrefix("DGE")
      || texts.contains { $0 == "all_genes.csv" || $0 == "all_genes.csv.gz" }
  }

  /// Returns whether a file has a name that Cell Ranger or bustools uses.
  func isUsual(_ path: String) -> Bool {
    usual.barcodes.contains(path) || usual.features.contains(path)
  }

  /// Returns the files that may name cells or genes, best names first; if one is given, only that
  /// one.
  ///
  /// - Throws: ``CellFileError`` if a file is damaged; `HDF5Error.cannotOpen`.
  func candidates(_ role: CompanionName.Role, given: String?) throws -> [Candidate] {
    if let given {
      return [Candidate(table: try MarketTable(readingAt: given), rank: Self.usualRank, role: role)]
    }
    let usual = role == .genes ? usual.features : usual.barcodes
    var found: [Candidate] = []
    for (number, path) in usual.enumerated() where FileManager.default.fileExists(atPath: path) {
      found.append(
        Candidate(
          table: try MarketTable(readingAt: path), rank: Self.usualRank - number, role: role))
    }
    for (name, words) in suitable where !usual.contains(folder + name) {
      guard let rank = words.rank(role) else { continue }
      found.append(
        Candidate(
          table: try MarketTable(readingAt: folder + name), rank: rank, role: words.role))
    }
    return found.sorted { $0.rank > $1.rank }
  }

  /// Returns the best candidate with one line for each row or column of the matrix.
  ///
  /// - Throws: ``CellFileError/severalCompanions(matrix:of:files:)`` if two have the same rank.
  func choose(
    _ candidates: [Candidate], of role: CompanionName.Role, lines: Int, areRows: Bool
  ) throws(CellFileError) -> MarketTable? {
    let isGenes = role == .genes
    let fitting = candidates.compactMap { candidate -> (rank: Int, table: MarketTable)? in
      guard candidate.role != (areRows ? .columns : .rows) else { return nil }
      // alevin-fry counts spliced, unspliced and ambiguous molecules of each gene separately.
      let table =
        candidate.table.fitting(lines)
        ?? (isGenes && isAlevin && lines % 3 == 0 ? candidate.table.fitting(lines / 3) : nil)
      return table.map { (candidate.rank, $0) }
    }
    guard let best = fitting.first else { return nil }
    let equals = fitting.filter { $0.rank == best.rank }
    guard equals.count == 1 else {
      throw .severalCompanions(
        matrix: matrix, of: isGenes ? "genes" : "cells", files: equals.map(\.table.path))
    }
    return best.table
  }

  /// Returns the files that may be tables of cells, except those already used.
  func cellTables(besides used: [String]) -> [String] {
    suitable.compactMap { name, words in
      words.role == .cellTable && !used.contains(folder + name) ? (words.rank(.cells), name) : nil
    }
    .sorted { ($0.0 ?? 0) > ($1.0 ?? 0) }.map { folder + $0.1 }
  }

  /// Returns the error for a matrix without fitting files.
  ///
  /// - Parameters:
  ///   - cells: The candidates for cell names.
  ///   - genes: The candidates for gene names.
  ///   - header: The header of the matrix.
  /// - Returns: The error.
  func failure(
    _ cells: [Candidate], _ genes: [Candidate], _ header: MarketHeader
  ) -> CellFileError {
    let (rows, columns) = (header.rows, header.columns)
    func fits(_ candidates: [Candidate], _ lines: Int) -> Bool {
      candidates.contains { $0.table.fitting(lines) != nil }
    }
    let isTurned =
      (fits(cells, rows) && !fits(cells, columns))
      || (fits(genes, columns) && !fits(genes, rows))
    for (what, candidates, lines) in [
      ("cells", cells, isTurned ? rows : columns), ("genes", genes, isTurned ? columns : rows),
    ] {
      // A file with an unusual name may have another purpose.
      guard let best = candidates.first, best.rank > Self.usualRank - 100 else {
        let lists = texts.prefix(10).map { name in
          let count = (try? TextSource.lines(ofFileAt: folder + name))?.count
          return "'\(folder + name)'"
            + (count.map { " (\($0) \($0 == 1 ? "line" : "lines"))" } ?? "")
        }
        return .noNamesBeside(matrix: matrix, of: what, count: lines, files: lists)
      }
      if !fits(candidates, lines) {
        return .nameCount(
          path: best.table.path, found: best.table.nameCount, matrix: matrix, rows: rows,
          columns: columns)
      }
    }
    // Each fits alone, but both are the same file, or the roles are swapped.
    return .noNamesBeside(
      matrix: matrix, of: "cells", count: isTurned ? rows : columns,
      files: cells.prefix(10).map { "'\($0.table.path)' (\($0.table.rows.count) lines)" })
  }

  /// The text files that do not belong to another sample.
  private var suitable: [(name: String, words: CompanionName)] {
    let sample = CompanionName.sample(ofMatrix: file)
    return texts.compactMap { name in
      let size = try? FileManager.default.attributesOfItem(atPath: folder + name)[.size] as? Int
      guard size ?? 0 <= Self.largestFile else { return nil }
      let words = CompanionName(name, matrix: file)
      guard !CompanionName.areOfDifferentSamples(words.sample, sample) else { return nil }
      let shared = words.sample.intersection(sample).count
      let isOfAnother = otherSamples.contains { words.sample.intersection($0).count > shared }
      return isOfAnother ? nil : (name, words)
    }
  }
}
