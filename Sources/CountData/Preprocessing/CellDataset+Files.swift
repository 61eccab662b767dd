public import CellFiles
internal import Foundation
package import Support

extension CellDataset {
  /// Opens files and joins their cells; the counts are read later, in blocks.
  ///
  /// - Parameters:
  ///   - paths: The files: `.h5ad`, `.h5mu`, zarr, `.loom`, 10x `.h5`, or folders of a Matrix Market
  ///     matrix. The format is recognized by the contents, not by the name.
  ///   - batchKey: The column of `obs` that names a cell's batch, or several, comma-separated. The
  ///     default is `nil`: `batch` for one file, and one batch per file for several.
  ///   - options: The options that select the matrix of each file. The default is
  ///     `ReadingOptions()`.
  ///   - joining: The options for joining the genes of several files. The default keeps the genes
  ///     that all files have.
  /// - Throws: `CategorizedError` if a file cannot be read or lacks what was asked for.
  public init(
    readingAt paths: [String], batchKey: String? = nil,
    options: ReadingOptions = ReadingOptions(), joining: JoiningOptions = JoiningOptions()
  ) throws {
    try self.init(
      SampleSheet(paths: paths), batchKey: batchKey, options: options, joining: joining)
  }

  /// Opens the files of a sample sheet and joins their cells.
  ///
  /// - Parameters:
  ///   - samples: The files, with labels that become columns of `obs`.
  ///   - batchKey: The column of `obs` that names a cell's batch, or several, comma-separated. The
  ///     default is `nil`: `batch` of one file or of the sheet, else one batch per file.
  ///   - options: The options that select the matrix of each file. The default is
  ///     `ReadingOptions()`.
  ///   - joining: The options for joining the genes of several files. The default keeps the genes
  ///     that all files have.
  /// - Throws: `CategorizedError` if a file cannot be read or lacks what was asked for.
  public init(
    _ samples: SampleSheet, batchKey: String? = nil, options: ReadingOptions = ReadingOptions(),
    joining: JoiningOptions = JoiningOptions()
  ) throws {
    let files = try samples.open(options: options)
    try checkAreDifferent(files)
    let hasDefault = files.count == 1 || samples.columns.contains(Self.defaultBatchKey)
    let key = batchKey ?? (hasDefault ? Self.defaultBatchKey : nil)
    if let key, key.holds(","), !files.allSatisfy({ $0.columnNames.contains(key) }) {
      // With several keys, the alignment treats each separately, and the network's batches are
      // their combinations.
      let keys = try key.split(separator: ",").map {
        try JoinedCells(
          files, batchKey: $0.trimmed, joining: joining)
      }
      try self.init(
        keys[0], batchKey: key, batches: BatchAssignment(combining: keys.map(\.batches)))
      batchKeys = keys.map(\.batches)
      for key in keys.dropFirst() {
        notices += key.notices.filter { !notices.contains($0) }
      }
    } else {
      try self.init(JoinedCells(files, batchKey: key, joining: joining), batchKey: key)
    }
    fixedColumns = CellFiles.fixedColumns(
      of: files, batches: batches,
      keys: [key ?? ""]
        + (key?.split(separator: ",") ?? []).map {
          $0.trimmed
        })
    notices += [fixedColumnNotice(fixedColumns, keys: key.map { [$0] } ?? [])].compactMap(\.self)
    warnings += try copies(among: files)
    notices += samples.notices + (joined?.columnConflicts() ?? [])
  }

  /// The default column of batches for a single file.
  public static let defaultBatchKey = "batch"

  /// Takes over cells that are already opened and joined.
  ///
  /// - Parameters:
  ///   - joined: The cells.
  ///   - batchKey: The column that names their batches.
  ///   - batches: The batches of the cells, if they differ from those of `joined`. The default is
  ///     `nil`.
  /// - Throws: `CategorizedError` if a file cannot be read or lacks what was asked for.
  package init(_ joined: JoinedCells, batchKey: String?, batches: BatchAssignment? = nil) throws {
    self.init(
      parts: try zip(joined.files, joined.geneColumns).map { try Part($0, sharedGenes: $1) },
      cellNames: joined.cellNames, genes: joined.genes.map(\.name),
      batches: batches ?? joined.batches)
    self.joined = joined
    self.batchKey = batchKey
    notices = joined.notices
    if self.batches.names.count > (batches ?? joined.batches).names.count {
      notices.append(
        "cells of one batch come from files with different genes; the network treats them as "
          + "\(self.batches.names.count) batches: "
          + self.batches.names.prefix(6).joined(separator: ", ")
          + (self.batches.names.count > 6 ? ", …" : ""))
    }
  }
}

extension CellDataset.Part {
  /// Takes the cells of a file.
  ///
  /// - Parameters:
  ///   - file: The file.
  ///   - sharedGenes: The index of each of its genes in the shared genes, or −1.
  /// - Throws: `HDF5Error` if its other matrices cannot be listed.
  package init(_ file: CellFile, sharedGenes: [Int32]) throws {
    self.init(
      name: file.path, matrixName: file.matrixName, matrix: file,
      geneNames: file.genes.map(\.name), sharedGenes: sharedGenes,
      otherCounts: try file.otherCountMatrices().map(optionReading))
  }
}

extension CellDataset {
  /// Checks, before training, that a column of labels exists.
  ///
  /// - Parameter labelKey: The column of `obs`.
  /// - Throws: `CellFileError` if a file lacks it; errors of reading it.
  package func checkLabels(_ labelKey: String) throws {
    for file in joined?.files ?? [] { _ = try file.column(labelKey) }
  }

  /// Returns the labels of a column, and the index of each cell's label, −1 for none.
  ///
  /// It is `nil` without a column, or if the cells do not come from files.
  package func labels(_ labelKey: String?) throws -> (names: [String], ofCell: [Int32])? {
    guard let labelKey, let joined else { return nil }
    let levels = Column.strings(try joined.labels(ofColumn: labelKey))
      .levels()
    return (levels.names, levels.ofRow)
  }

}

/// Returns the option that makes a run read a matrix of an `.h5ad` file.
private func optionReading(_ matrix: String) -> String {
  // Within a modality the option is the same.
  let parts = matrix.split(separator: "/")
  let inner = parts.first == "mod" ? parts.dropFirst(2) : parts[...]
  return switch inner.first {
  case "layers": "`layer = \(inner.dropFirst().joined(separator: "/"))`"
  case "obsm": "`layer = \(inner.joined(separator: "/"))`"
  case "raw", "raw.X": "`useRaw = true`"
  default: "'\(matrix)'"
  }
}

extension CellDataset {
  /// The word for the features, by ``featureKind`` and the types in the files.
  package var feature: FeatureNoun {
    switch featureKind {
    case .peaks: return .peak
    case .proteins: return .protein
    case .genes: break
    }
    let nouns = Set((joined?.files ?? []).map { $0.feature })
    guard let noun = nouns.first, nouns.count == 1 else { return .gene }
    // Peaks that are treated as genes.
    return noun == .peak ? .gene : noun
  }
}

extension CellDataset: CustomStringConvertible {
  /// One line with the numbers of cells, genes and batches.
  public var description: String {
    let named = batches.names.prefix(5).joined(separator: ", ")
    return "\(counted(count, "cell")), \(counted(genes.count, feature.rawValue)), "
      + "\(counted(batches.names.count, "batch")): \(named)"
      + (batches.names.count > 5 ? ", …" : "")
  }
}

extension BatchAssignment {
  /// Makes the combinations of batches under several keys that occur.
  package init(combining keys: [BatchAssignment]) {
    let n = keys[0].batchOfCell.count
    let combinations = (0..<n).map { cell in keys.map { $0.batchOfCell[cell] } }
    let sorted = Set(combinations).sorted { $0.lexicographicallyPrecedes($1) }
    let numbers = Dictionary(uniqueKeysWithValues: zip(sorted, Int32(0)...))
    self.init(
      names: Self.names(of: sorted, keys),
      batchOfCell: combinations.map { numbers[$0] ?? 0 })
  }

  /// Names combinations by their labels, quoted if two names would otherwise be equal.
  private static func names(of combinations: [[Int32]], _ keys: [BatchAssignment]) -> [String] {
    func names(quote: String) -> [String] {
      combinations.map { levels in
        zip(keys, levels).map {
          quote + $0.names[Int($1)].replacing(quote, with: quote + quote) + quote
        }
        .joined(separator: " / ")
      }
    }
    let plain = names(quote: "")
    return Set(plain).count == plain.count ? plain : names(quote: "'")
  }
}
