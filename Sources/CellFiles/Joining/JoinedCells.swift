package import HDF5
package import Support

/// The cells of one or several files as one matrix.
///
/// The files are concatenated in order. The genes are those that all files have, or those that any
/// file has.
package struct JoinedCells: Sendable, ExpressionMatrix {
  /// The files, in the order given.
  package let files: [CellFile]

  /// The genes in the order of the first file, followed by those that later files add;
  /// `[geneCount]`.
  package let genes: [Gene]

  /// The name of each cell, unique; `[cellCount]`.
  package let cellNames: CellNames

  /// The batch of each cell.
  package private(set) var batches: BatchAssignment

  /// The joined column of each column of each file, −1 for omitted genes.
  package let geneColumns: [[Int32]]

  /// The options of the join; a gene naming chosen automatically is filled in.
  package let joining: JoiningOptions

  /// The column of `var` for symbols if the genes have other names: the column of the files if all
  /// agree.
  let symbolColumn: String

  /// Notices about the join, one sentence each.
  package let notices: [String]

  /// The batch name of each file if each file is a batch; `[files.count]`.
  package let fileNames: [String]

  /// Joins files.
  ///
  /// Genes are matched by identifier or by symbol, whichever more genes of all files share. A
  /// repeated gene or cell name within a file gets a suffix `-1`, `-2`, …, as in anndata. A cell
  /// name that occurs in several files gets the file's name as a suffix in each.
  ///
  /// - Parameters:
  ///   - files: The files, at least one.
  ///   - batchKey: The column of `obs` that names the batch of each cell; `nil` for one batch per
  ///     file, named after the file.
  ///   - joining: The options for selecting and matching genes. The default keeps the genes that
  ///     every file has.
  ///   - allowingOneBatch: `true` if all cells may belong to one batch, as when new cells are
  ///     mapped. The default is `false`.
  /// - Throws: ``CellFileError`` if no gene is in all files, or if the batches are invalid;
  ///   `HDF5Error`.
  package init(
    _ files: [CellFile], batchKey: String?, joining: JoiningOptions = JoiningOptions(),
    allowingOneBatch: Bool = false
  ) throws {
    precondition(!files.isEmpty, "there are no files to join")
    let (names, areFileNames) = batchNames(ofFiles: files.map(\.path))
    var notices: [String] = []
    if !areFileNames {
      notices.append(
        "files with equal names are renamed: \(names.joined(separator: ", "))")
    }
    if let batchKey { notices += try checkBatchKey(batchKey, of: files) }
    batches =
      try batchKey.map { try BatchAssignment(column: $0, of: files) }
      ?? BatchAssignment(files: files, names: names)
    if !allowingOneBatch { try batches.checkSeveral(of: files, column: batchKey) }
    let join = try GeneJoin(files, options: joining)
    (genes, geneColumns) = (join.genes, join.columns)
    symbolColumn = join.symbolColumn
    self.joining = JoiningOptions(genes: joining.genes, geneNaming: join.naming)
    cellNames = uniqueCellNames(files, names, &notices)
    self.files = files
    fileNames = names
    self.notices = files.flatMap(\.notices) + join.notices + notices
  }

  /// Returns the same cells with their batches among more.
  package func with(batches: BatchAssignment) -> JoinedCells {
    precondition(batches.batchOfCell.count == cellCount, "\(batches.batchOfCell.count) batches")
    var cells = self
    cells.batches = batches
    return cells
  }

  /// The number of cells of all files.
  package var cellCount: Int { cellNames.count }

  /// The number of genes.
  package var geneCount: Int { genes.count }

  /// Returns a flag for each gene that is true if a file has the gene; `[geneCount]`.
  func genesMeasured(inFile file: Int) -> [Bool] {
    var isMeasured = [Bool](repeating: false, count: geneCount)
    for column in geneColumns[file] where column >= 0 { isMeasured[Int(column)] = true }
    return isMeasured
  }

  /// Calls `body` with every block of rows, file after file.
  ///
  /// - Parameters:
  ///   - type: The number type the values are converted to.
  ///   - body: The closure that receives each block; gene indices refer to ``genes``.
  /// - Throws: ``CellFileError`` or `HDF5Error` if reading fails; rethrows errors of `body`.
  package func forEachRowBlock<Value: StoredNumber>(
    as type: Value.Type, _ body: (RowBlock<Value>) throws -> Void
  ) throws {
    try forEachRowBlock(as: type, map: { $0 }, body)
  }

  /// Calls `body` with the result of `map` for every block of rows, file after file.
  ///
  /// - Parameters:
  ///   - type: The number type the values are converted to.
  ///   - map: The closure called once for each block, on any of the reading threads; gene indices
  ///     refer to ``genes``.
  ///   - body: The closure that receives the results, on the calling thread.
  /// - Throws: ``CellFileError`` or `HDF5Error` if reading fails; rethrows errors of `map` and
  ///   `body`.
  package func forEachRowBlock<Value: StoredNumber, Result: Sendable>(
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

/// Returns unique cell names.
private func uniqueCellNames(
  _ files: [CellFile], _ batchNames: [String], _ notices: inout [String]
) -> CellNames {
  var joined = files[0].cellNames
  if files.count > 1 {
    let areShared = CellNames.areShared(among: files.map(\.cellNames))
    joined = CellNames([])
    joined.reserve(
      asFor: files.map(\.cellNames),
      more: zip(batchNames, areShared).reduce(0) { sum, file in
        sum + (1 + file.0.utf8.count) * file.1.count { $0 }
      })
    for (file, (batch, areShared)) in zip(files, zip(batchNames, areShared)) {
      for (name, isShared) in zip(file.cellNames, areShared) {
        joined.append(isShared ? "\(name)-\(batch)" : name)
      }
    }
    let shared = areShared.joined().count { $0 }
    if shared > 0 {
      notices.append(
        "the names of \(shared) cells occur in several files; the file name was appended")
    }
  }
  let unique = joined.madeUnique()
  if unique.changed > 0 {
    notices.append("\(unique.changed) repeated cell names were made unique with '-1', '-2', …")
  }
  return unique.names
}
