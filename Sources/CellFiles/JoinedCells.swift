public import HDF5
public import Machine

/// The cells of one or several files as one matrix: the files one below the other, and
/// the genes that all of them have, or any of them.
public struct JoinedCells: Sendable, ExpressionMatrix {
  /// The files, in the order given.
  public let files: [CellFile]

  /// The genes, in the order of the first file, then those that later ones add; `[geneCount]`.
  public let genes: [Gene]

  /// The name of each cell, no two alike; `[cellCount]`.
  public let cellNames: [String]

  /// The source of each cell.
  public let sources: Sources

  /// For each file, the joined column of each of its columns, −1 for those left out.
  public let geneColumns: [[Int32]]

  /// How they were joined; names that were to be what the files share most are what that was.
  public let joining: JoiningOptions

  /// The column of `var` for symbols beside other names: that of the files, where all have the same.
  let symbolColumn: String

  /// What a user should know about how the files were joined, a sentence each.
  public let notices: [String]

  /// What each file's cells are called after, where each file is a source; `[files.count]`.
  public let fileNames: [String]

  /// Joins files.
  ///
  /// Genes are matched by identifier or by symbol, whichever the files share more of.
  /// A gene's or a cell's name that occurs again within a file gets `-1`, `-2`, …
  /// appended, as anndata does it; a cell's name that occurs in several files gets
  /// the file's name appended in each.
  ///
  /// - Parameters:
  ///   - files: The files, at least one.
  ///   - sourceKey: The column of `obs` that names the source of each cell; `nil` for one
  ///     source for each file, named after it.
  ///   - joining: Which genes are kept, and what they are matched by. The default is those that
  ///     every file has.
  ///   - allowingOneSource: Whether all cells may be of one source, as where new cells are
  ///     mapped. The default is `false`.
  /// - Throws: ``CellFileError``, where no gene is in all files, or the sources are no sources;
  ///   `HDF5Error`.
  public init(
    _ files: [CellFile], sourceKey: String?, joining: JoiningOptions = JoiningOptions(),
    allowingOneSource: Bool = false
  ) throws {
    precondition(!files.isEmpty, "there are no files to join")
    let (names, areFileNames) = sourceNames(ofFiles: files.map(\.path))
    var notices: [String] = []
    if !areFileNames {
      notices.append(
        "files of one name are told apart as: \(names.joined(separator: ", "))")
    }
    if let sourceKey { notices += try checkBatchKey(sourceKey, of: files) }
    sources =
      try sourceKey.map { try Sources(column: $0, of: files) }
      ?? Sources(files: files, names: names)
    if !allowingOneSource { try sources.checkSeveral(of: files, column: sourceKey) }
    let join = try GeneJoin(files, options: joining)
    (genes, geneColumns) = (join.genes, join.columns)
    symbolColumn = join.symbolColumn
    self.joining = JoiningOptions(genes: joining.genes, geneNaming: join.naming)
    cellNames = uniqueCellNames(files, names, &notices)
    self.files = files
    fileNames = names
    self.notices = files.flatMap(\.notices) + join.notices + notices
  }

  /// The number of cells of all files.
  public var cellCount: Int { cellNames.count }

  /// The number of genes.
  public var geneCount: Int { genes.count }

  /// Which genes a file has; `[geneCount]`.
  func genesMeasured(inFile file: Int) -> [Bool] {
    var isMeasured = [Bool](repeating: false, count: geneCount)
    for column in geneColumns[file] where column >= 0 { isMeasured[Int(column)] = true }
    return isMeasured
  }

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
