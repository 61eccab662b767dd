internal import Foundation

/// A search for the files that go with a matrix, among those of its folder.
///
/// Files are ranked by what their names say that they list, and of which sample; which of them fits
/// is told by its lines.
struct CompanionSearch {
  /// A file that may name cells or genes.
  struct Candidate {
    /// The lines of the file.
    var table: MarketTable

    /// How well it suits by its name, the greater the better.
    var rank: Int

    /// What its name says that it lists.
    var role: CompanionName.Role?
  }

  /// The rank of a file that is named by whoever asks, or called as usual.
  private static let usualRank = 1000

  /// The size of the largest file that is looked at though its name is not a usual one, in bytes.
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

  /// Looks into the folder of a matrix.
  init(of matrix: String) {
    self.matrix = matrix
    let file = (matrix as NSString).lastPathComponent
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

  /// Whether the matrix is called as those of alevin-fry.
  var isAlevin: Bool { file.hasPrefix("quants_mat") }

  /// Whether programs that call files so have cells as rows: bustools, alevin-fry and Parse.
  var hasCellsAsRows: Bool {
    isAlevin || file.hasPrefix("cells_x_genes") || file.hasPrefix("DGE")
      || texts.contains { $0 == "all_genes.csv" || $0 == "all_genes.csv.gz" }
  }

  /// Whether a file is called as Cell Ranger or bustools call it.
  func isUsual(_ path: String) -> Bool {
    usual.barcodes.contains(path) || usual.features.contains(path)
  }

  /// The files that may name cells, or genes, the best by their names first: only the one that is
  /// given, or else all that are found.
  ///
  /// - Throws: ``CellFileError``, where one is damaged; `HDF5Error.cannotOpen`.
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

  /// The best candidate that has a line for each row or column of the matrix.
  ///
  /// - Throws: ``CellFileError/severalCompanions(matrix:of:files:)``, where two are as good.
  func choose(
    _ candidates: [Candidate], of role: CompanionName.Role, lines: Int, areRows: Bool
  ) throws(CellFileError) -> MarketTable? {
    let isGenes = role == .genes
    let fitting = candidates.compactMap { candidate -> (rank: Int, table: MarketTable)? in
      guard candidate.role != (areRows ? .columns : .rows) else { return nil }
      // alevin-fry counts spliced, unspliced and ambiguous molecules of each gene.
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

  /// The files that may be tables of cells, besides some that are used already.
  func cellTables(besides used: [String]) -> [String] {
    suitable.compactMap { name, words in
      words.role == .cellTable && !used.contains(folder + name) ? (words.rank(.cells), name) : nil
    }
    .sorted { ($0.0 ?? 0) > ($1.0 ?? 0) }.map { folder + $0.1 }
  }

  /// Why no files were found that fit.
  ///
  /// - Parameters:
  ///   - cells: What may name the cells.
  ///   - genes: What may name the genes.
  ///   - header: What the matrix says of itself.
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
      // A file with a name of its own may be about something else.
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
    // Each fits, but both are one file, or only in another order.
    return .noNamesBeside(
      matrix: matrix, of: "cells", count: isTurned ? rows : columns,
      files: cells.prefix(10).map { "'\($0.table.path)' (\($0.table.rows.count) lines)" })
  }

  /// The text files that are not of another sample.
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
