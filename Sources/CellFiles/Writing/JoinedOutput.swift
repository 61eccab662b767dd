internal import Machine

/// Writes the cells of several files, or of one of another format, as one AnnData file.
///
/// `obs` has the union of the files' columns, missing where a file has none, and the
/// source of each cell; `var` has the genes' identifiers, where there are any, and which
/// genes the model was trained on.
///
/// - Parameters:
///   - path: The `.h5ad` file to make, or to replace.
///   - cells: The files, joined.
///   - isKept: Which cells are written; `[cells.cellCount]`. The default is all.
///   - usedGenes: Which genes the model was trained on; `[cells.geneCount]`.
///   - sourceColumn: What the column of the sources is called. The default is `"batch"`. An
///     input's column of that name that says something else is kept as `batch_input`.
///   - includesExpression: Whether the file has an `X`. The default is `true`.
///   - additions: Tables for `obsm`, with a row for each cell that is written, and values
///     for `uns`.
/// - Throws: ``OutputError``; ``CellFileError`` and `HDF5Error`, where the inputs cannot be
///   read. No half-written file is left.
public func writeJoined(
  to path: String, cells: JoinedCells, isKept: [Bool]? = nil, usedGenes: [Bool],
  sourceColumn: String = "batch", includesExpression: Bool = true,
  adding additions: AnnDataAdditions
) throws {
  let obs = try joinedObs(of: cells, isKept: isKept, sourceColumn: sourceColumn)
  var genes = try joinedVar(of: cells)
  precondition(
    usedGenes.count == cells.geneCount, "\(usedGenes.count) answers for \(cells.geneCount) genes")
  genes["scharmonize_gene"] = .booleans(usedGenes)
  var matrix: any ExpressionMatrix = cells
  if let isKept, isKept.contains(false) { matrix = SelectedCells(of: cells, isKept: isKept) }
  try writeAnnData(
    to: path, cells: obs, genes: genes, matrix: includesExpression ? matrix : nil,
    storedAs: commonValueType(of: cells.files.map(\.storage.element)), adding: additions)
}

/// The union of the files' columns about cells, and the sources.
///
/// - Parameters:
///   - cells: The files, joined.
///   - isKept: Which cells it is about; `[cells.cellCount]`, or `nil` for all.
///   - sourceColumn: What the column of the sources is called; `nil` for none.
/// - Returns: The table, with a row for each cell that it is about.
/// - Throws: ``CellFileError`` and `HDF5Error`, where the inputs cannot be read.
func joinedObs(
  of cells: JoinedCells, isKept: [Bool]?, sourceColumn: String?
) throws -> DataFrame {
  var frame = DataFrame(names: cells.cellNames)
  let columnsOfFile = cells.files.map { Set($0.columnNames) }
  for name in cells.files.allColumnNames {
    // A column that cannot be read is left out, which ``JoinedCells/columnConflicts()`` tells.
    let columns = zip(cells.files, columnsOfFile).map { file, columns in
      columns.contains(name) ? file.columnIfReadable(name).column : nil
    }
    guard columns.contains(where: { $0 != nil }) else { continue }
    frame[name] = Column(
      joining: zip(columns, cells.files).map { column, file in
        column.map { .column($0) } ?? .absent(count: file.cellCount)
      })
  }
  if let sourceColumn {
    let sources = Column.categorical(
      codes: cells.sources.ofCell, categories: cells.sources.names, ordered: false)
    if let given = frame[sourceColumn], given.labels() != sources.labels() {
      var name = "\(sourceColumn)_input"
      while frame[name] != nil { name += "_" }
      frame[name] = given
    }
    frame[sourceColumn] = sources
  }
  guard let isKept, isKept.contains(false) else { return frame }
  return frame.selecting(rows: isKept.indices.filter { isKept[$0] })
}

/// What is known of the genes.
///
/// Where some files lack some genes, `measured_in` names the sources that have them, parted by
/// `|`, and `sources_measured` counts these: elsewhere a zero in `X` is none.
func joinedVar(of cells: JoinedCells) throws -> DataFrame {
  var frame = DataFrame(names: cells.genes.map(\.name))
  if cells.genes.contains(where: { $0.id != nil }) {
    frame["gene_ids"] = .strings(cells.genes.map(\.id))
  }
  if cells.genes.contains(where: { $0.symbol != nil }) {
    frame[cells.symbolColumn] = .strings(cells.genes.map(\.symbol))
  }
  let measured = cells.sourcesMeasuring()
  if measured.contains(where: { $0.count < cells.sources.names.count }) {
    frame["measured_in"] = .categorical(
      measured.map { $0.map { cells.sources.names[$0] }.joined(separator: "|") })
    frame["sources_measured"] = .integers(measured.map { Int64($0.count) })
    return frame
  }
  // What scanpy writes beside the names; all files mean the same genes, so one file's will do.
  if let first = cells.files.first, first.format == .h5ad || first.format == .h5mu {
    var column = [Int](repeating: 0, count: cells.geneCount)
    for (gene, joined) in cells.geneColumns[0].enumerated() where joined >= 0 {
      column[Int(joined)] = gene
    }
    let symbols = cells.files.count == 1 ? try first.geneLabels(by: .symbol)?.column : nil
    for name in ["gene_ids", "feature_types", "genome"] + [symbols].compactMap(\.self)
    where first.varColumnNames.contains(name) && frame[name] == nil {
      // Nothing needs it where it cannot be read.
      frame[name] = (try? first.varColumn(name))?.selecting(rows: column)
    }
  } else if let type = cells.files.first?.options.featureType,
    cells.files.allSatisfy({
      $0.format == .tenXv3 || $0.varColumnNames.contains("feature_types")
    })
  {
    frame["feature_types"] = .categorical(
      codes: [Int32](repeating: 0, count: cells.geneCount), categories: [type], ordered: false)
  }
  return frame
}

extension JoinedCells {
  /// For each gene, the sources all of whose cells are from files that have it.
  func sourcesMeasuring() -> [[Int]] {
    var filesOfSource = [Set<Int>](repeating: [], count: sources.names.count)
    var first = 0
    for (number, file) in files.enumerated() {
      for source in Set(sources.ofCell[first..<first + file.cellCount]) {
        filesOfSource[Int(source)].insert(number)
      }
      first += file.cellCount
    }
    let isMeasured = files.indices.map(genesMeasured(inFile:))
    return (0..<geneCount).map { gene in
      filesOfSource.indices.filter { filesOfSource[$0].allSatisfy { isMeasured[$0][gene] } }
    }
  }
}
