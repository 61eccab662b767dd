public import HDF5

/// The cells of one or several files as one matrix: the files one below the other, and
/// the genes that all of them have.
public struct JoinedCells: Sendable, ExpressionMatrix {
  /// The files, in the order given.
  public let files: [CellFile]

  /// The genes that every file has, in the order of the first; `[geneCount]`.
  public let genes: [Gene]

  /// The name of each cell, no two alike; `[cellCount]`.
  public let cellNames: [String]

  /// The source of each cell.
  public let sources: Sources

  /// For each file, the joined column of each of its columns, −1 for those left out.
  public let geneColumns: [[Int32]]

  /// What a user should know about how the files were joined, a sentence each.
  public let notices: [String]

  /// Joins files.
  ///
  /// Genes are matched by identifier where all files have them, and by name otherwise.
  /// A gene's or a cell's name that occurs again within a file gets `-1`, `-2`, …
  /// appended, as anndata does it; a cell's name that occurs in several files gets
  /// the file's name appended in each.
  ///
  /// - Parameters:
  ///   - files: The files, at least one.
  ///   - sourceKey: The column of `obs` that names the source of each cell; `nil` for one
  ///     source for each file, named after it.
  ///   - allowingOneSource: Whether all cells may be of one source, as where new cells are
  ///     mapped. The default is `false`.
  /// - Throws: ``CellFileError``, where no gene is in all files, or the sources are no sources;
  ///   `HDF5Error`.
  public init(
    _ files: [CellFile], sourceKey: String?, allowingOneSource: Bool = false
  ) throws {
    precondition(!files.isEmpty, "there are no files to join")
    let (names, areFileNames) = sourceNames(ofFiles: files.map(\.path))
    var notices: [String] = []
    if !areFileNames {
      notices.append(
        "files of one name are told apart as: \(names.joined(separator: ", "))")
    }
    sources =
      try sourceKey.map { try Sources(column: $0, of: files) }
      ?? Sources(files: files, names: names)
    if !allowingOneSource { try sources.checkSeveral(of: files, column: sourceKey) }
    let join = try GeneJoin(files)
    (genes, geneColumns) = (join.genes, join.columns)
    cellNames = uniqueCellNames(files, names, &notices)
    self.files = files
    self.notices = files.flatMap(\.notices) + join.notices + notices
  }

  /// The number of cells of all files.
  public var cellCount: Int { cellNames.count }

  /// The number of genes that every file has.
  public var geneCount: Int { genes.count }

  /// Calls `body` with every block of rows, file after file.
  ///
  /// - Parameters:
  ///   - type: The number type the values are converted to.
  ///   - body: What is done with a block; its genes are those of ``genes``.
  /// - Throws: ``CellFileError`` or `HDF5Error`, where reading fails; whatever `body` throws.
  public func forEachRowBlock<Value: StoredNumber>(
    as type: Value.Type, _ body: (RowBlock<Value>) throws -> Void
  ) throws {
    try forEachRowBlock(as: type, map: { $0 }, body)
  }

  /// Calls `body` with what `map` makes of every block of rows, file after file.
  ///
  /// - Parameters:
  ///   - type: The number type the values are converted to.
  ///   - map: Is called for each block once, on any of the reading threads; the block's genes are
  ///     those of ``genes``.
  ///   - body: What is done with the result, on the calling thread.
  /// - Throws: ``CellFileError`` or `HDF5Error`, where reading fails; whatever `map` and `body`
  ///   throw.
  public func forEachRowBlock<Value: StoredNumber, Result: Sendable>(
    as type: Value.Type, map: @Sendable (RowBlock<Value>) throws -> Result,
    _ body: (Result) throws -> Void
  ) throws {
    var offset = 0
    for (file, columns) in zip(files, geneColumns) {
      let isWhole = columns.count == geneCount && columns == Array(0..<Int32(geneCount))
      let firstCell = offset
      try file.forEachRowBlock(
        as: type,
        map: { block in
          var block = block
          block.firstRow += firstCell
          if !isWhole {
            canonicalize(
              starts: &block.starts, genes: &block.genes, values: &block.values, columns: columns)
          }
          return try map(block)
        }, body)
      offset += file.cellCount
    }
  }
}

/// Which genes files share, and in which column each of them is.
private struct GeneJoin {
  var genes: [Gene]
  var columns: [[Int32]]
  var notices: [String] = []

  init(_ files: [CellFile]) throws {
    let byID = files.allSatisfy { $0.genes.allSatisfy { $0.id != nil } }
    var renamed: [String] = []
    let keys = files.map { file in
      let unique = madeUnique(file.genes.map { byID ? $0.id ?? $0.name : $0.name })
      if unique.changed > 0 {
        renamed.append(
          "\(unique.changed) repeated gene \(byID ? "identifiers" : "names") in '\(file.path)' "
            + "got '-1', '-2', … appended")
      }
      return unique.names
    }
    var shared = Set(keys[0])
    for (file, keys) in zip(files, keys).dropFirst() {
      shared.formIntersection(keys)
      if shared.isEmpty {
        throw CellFileError.noSharedGenes(
          first: files[0].path, second: file.path, firstGene: files[0].genes[0].name,
          secondGene: file.genes[0].name)
      }
    }
    var column: [String: Int32] = [:]
    var genes: [Gene] = []
    for (key, gene) in zip(keys[0], files[0].genes) where shared.contains(key) {
      column[key] = Int32(genes.count)
      genes.append(byID ? gene : Gene(name: key, id: gene.id))
    }
    let names = madeUnique(genes.map(\.name))
    if byID, names.changed > 0 {
      renamed.append("\(names.changed) repeated gene names got '-1', '-2', … appended")
    }
    self.genes = zip(names.names, genes).map { Gene(name: $0, id: $1.id) }
    columns = keys.map { keys in keys.map { column[$0] ?? -1 } }
    if files.contains(where: { $0.geneCount > genes.count }) {
      let counts = files.map { "\($0.geneCount) in '\($0.path)'" }.joined(separator: ", ")
      notices.append("\(genes.count) genes are in every file: of \(counts)")
    }
    notices += renamed
  }
}

/// Cell names no two of which are alike.
private func uniqueCellNames(
  _ files: [CellFile], _ sourceNames: [String], _ notices: inout [String]
) -> [String] {
  var filesOfName: [String: Int] = [:]
  if files.count > 1 {
    for file in files {
      for name in Set(file.cellNames) { filesOfName[name, default: 0] += 1 }
    }
  }
  var joined: [String] = []
  var shared = 0
  for (file, source) in zip(files, sourceNames) {
    for name in file.cellNames {
      let isShared = filesOfName[name, default: 0] > 1
      if isShared { shared += 1 }
      joined.append(isShared ? "\(name)-\(source)" : name)
    }
  }
  if shared > 0 {
    notices.append(
      "\(shared) cells have a name that occurs in several files; the file's name was appended")
  }
  let unique = madeUnique(joined)
  if unique.changed > 0 {
    notices.append("\(unique.changed) repeated cell names got '-1', '-2', … appended")
  }
  return unique.names
}
