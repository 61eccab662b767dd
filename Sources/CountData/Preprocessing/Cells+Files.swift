public import CellFiles
internal import Foundation
public import Machine

extension Cells {
  /// Opens files and joins their cells; the counts themselves are read later, by blocks.
  ///
  /// - Parameters:
  ///   - paths: The files: `.h5ad`, `.h5mu`, `.loom`, 10x `.h5`, or folders of a matrix in Matrix
  ///     Market's format; the content decides, not the name.
  ///   - sourceKey: The column of `obs` that names a cell's source, or several, parted by commas.
  ///     The default, `nil`, takes `batch` of one file, and each of several files as a source.
  ///   - options: Which matrix of the files is read.
  ///   - joining: Which genes of several files are kept. The default is those that all have.
  /// - Throws: `HDF5Error`, `CellFileError`.
  public init(
    readingAt paths: [String], sourceKey: String? = nil,
    options: ReadingOptions = ReadingOptions(), joining: JoiningOptions = JoiningOptions()
  ) throws {
    try self.init(
      SampleSheet(paths: paths), sourceKey: sourceKey, options: options, joining: joining)
  }

  /// Opens the files of a sample sheet and joins their cells.
  ///
  /// - Parameters:
  ///   - samples: The files, with labels that become columns of `obs`.
  ///   - sourceKey: The column of `obs` that names a cell's source, or several, parted by commas.
  ///     The default, `nil`, takes `batch` of one file or of the sheet, and else each of several
  ///     files as a source.
  ///   - options: Which matrix of the files is read.
  ///   - joining: Which genes of several files are kept. The default is those that all have.
  /// - Throws: `HDF5Error`, `CellFileError`.
  public init(
    _ samples: SampleSheet, sourceKey: String? = nil, options: ReadingOptions = ReadingOptions(),
    joining: JoiningOptions = JoiningOptions()
  ) throws {
    let files = try samples.open(options: options)
    try checkAreDifferent(files)
    let hasDefault = files.count == 1 || samples.columns.contains(Self.defaultSourceKey)
    let key = sourceKey ?? (hasDefault ? Self.defaultSourceKey : nil)
    if let key, key.contains(","), !files.allSatisfy({ $0.columnNames.contains(key) }) {
      // Several keys: each aligns by itself, and the network's sources are their combinations.
      let keys = try key.split(separator: ",").map {
        try JoinedCells(
          files, sourceKey: $0.trimmingCharacters(in: .whitespaces), joining: joining)
      }
      try self.init(keys[0], sourceKey: key, sources: Sources(combining: keys.map(\.sources)))
      sourceKeys = keys.map(\.sources)
      for key in keys.dropFirst() {
        notices += key.notices.filter { !notices.contains($0) }
      }
    } else {
      try self.init(JoinedCells(files, sourceKey: key, joining: joining), sourceKey: key)
    }
    let fixed = fixedColumns(
      of: files, batches: sources,
      keys: [key ?? ""]
        + (key?.split(separator: ",") ?? []).map {
          $0.trimmingCharacters(in: .whitespaces)
        })
    notices += [fixedColumnNotice(fixed, keys: key.map { [$0] } ?? [])].compactMap(\.self)
    warnings += try copies(among: files)
    notices += samples.notices + (joined?.columnConflicts() ?? [])
  }

  /// The column that names the sources of a single file where none is given.
  public static let defaultSourceKey = "batch"

  /// Takes over cells that were opened and joined before.
  ///
  /// - Parameters:
  ///   - joined: The cells.
  ///   - sourceKey: The column that named their sources.
  ///   - sources: Their sources, where these are not those they were joined with.
  /// - Throws: `HDF5Error`, `CellFileError`.
  public init(_ joined: JoinedCells, sourceKey: String?, sources: Sources? = nil) throws {
    self.init(
      parts: try zip(joined.files, joined.geneColumns).map { file, columns in
        Part(
          name: file.path, matrixName: file.matrixName, matrix: file,
          geneNames: file.genes.map(\.name), sharedGenes: columns,
          otherCounts: try file.otherCountMatrices().map(optionReading))
      },
      names: joined.cellNames, genes: joined.genes.map(\.name), sources: sources ?? joined.sources)
    self.joined = joined
    self.sourceKey = sourceKey
    notices = joined.notices
    if self.sources.names.count > (sources ?? joined.sources).names.count {
      notices.append(
        "cells of one source come from files with different genes; the network takes them for "
          + "\(self.sources.names.count) sources: "
          + self.sources.names.prefix(6).joined(separator: ", ")
          + (self.sources.names.count > 6 ? ", …" : ""))
    }
  }
}

extension Cells {
  /// Checks, before anything is trained, that there is a column of labels.
  ///
  /// - Parameter labelKey: The column of `obs`.
  /// - Throws: `CellFileError`, where a file lacks it; what reading it throws.
  public func checkLabels(_ labelKey: String) throws {
    for file in joined?.files ?? [] { _ = try file.column(labelKey) }
  }

  /// The labels of a column, and the number of each cell's, −1 for none.
  ///
  /// It is `nil` without a column, and for cells that do not come from files.
  package func labels(_ labelKey: String?) throws -> (names: [String], ofCell: [Int32])? {
    guard let labelKey, let joined else { return nil }
    let levels = Column.strings(try joined.labels(ofColumn: labelKey))
      .levels()
    return (levels.names, levels.ofRow)
  }
}

/// The option that makes a run read a matrix of an `.h5ad`.
private func optionReading(_ matrix: String) -> String {
  // Within a modality it is the same option.
  let parts = matrix.split(separator: "/")
  let inner = parts.first == "mod" ? parts.dropFirst(2) : parts[...]
  return switch inner.first {
  case "layers": "--layer \(inner.dropFirst().joined(separator: "/"))"
  case "raw", "raw.X": "--use-raw"
  default: matrix
  }
}

extension Cells: CustomStringConvertible {
  /// One line: how many cells, genes and sources there are.
  public var description: String {
    let named = sources.names.prefix(5).joined(separator: ", ")
    return "\(counted(count, "cell")), \(counted(genes.count, "gene")), "
      + "\(counted(sources.names.count, "source")): \(named)"
      + (sources.names.count > 5 ? ", …" : "")
  }
}

extension Sources {
  /// The combinations that occur of the sources under several keys.
  package init(combining keys: [Sources]) {
    let n = keys[0].ofCell.count
    let combinations = (0..<n).map { cell in keys.map { $0.ofCell[cell] } }
    let sorted = Set(combinations).sorted { $0.lexicographicallyPrecedes($1) }
    let numbers = Dictionary(uniqueKeysWithValues: zip(sorted, Int32(0)...))
    self.init(
      names: Self.names(of: sorted, keys),
      ofCell: combinations.map { numbers[$0] ?? 0 })
  }

  /// Names combinations by their labels, in quotes where two would have the same name otherwise.
  private static func names(of combinations: [[Int32]], _ keys: [Sources]) -> [String] {
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
