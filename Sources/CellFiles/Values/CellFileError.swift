package import Support
/// The reason why cells could not be read from a file.
///
/// Every case has the file's path and the offending contents; its description says what to do.
package enum CellFileError: Error, Equatable, Sendable {
  // What is in the file

  /// The file's format is not supported.
  case unreadableFormat(path: String, format: UnreadableFormat)

  /// The file has no matrix `X`, or, for a loom file, no `matrix`.
  case noMatrix(path: String, matrix: String, layers: [String])

  /// The file has no layer of that name.
  case noSuchLayer(path: String, layer: String, layers: [String])

  /// The file has no `raw`.
  case noRaw(path: String)

  /// A Cell Ranger 2 file has several genomes, and none was chosen.
  case severalGenomes(path: String, genomes: [String])

  /// No gene belongs to that genome.
  case noSuchGenome(path: String, genome: String, genomes: [String])

  /// No feature has that type.
  case noSuchFeatureType(path: String, featureType: String, featureTypes: [String])

  /// The features are of several types, of which those of one were requested, and all are read.
  case typesTogether(path: String, featureType: String, types: [String])

  /// An `.h5mu` file has several modalities, and none was chosen.
  case severalModalities(path: String, modalities: [String])

  /// The file has no modality of that name.
  case noSuchModality(path: String, modality: String, modalities: [String])

  /// A folder has no matrix; `alternatives` are matrices in its subfolders.
  case noMatrixInFolder(path: String, alternatives: [String])

  /// A folder has several matrices, and none of them has a standard name.
  case severalMatrices(path: String, names: [String])

  /// No file beside a Matrix Market matrix names its cells, or its genes; `files` are the text
  /// files found.
  case noNamesBeside(matrix: String, of: String, count: Int, files: [String])

  /// Several files beside a Matrix Market matrix may name its cells, or its genes.
  case severalCompanions(matrix: String, of: String, files: [String])

  /// A file of this format contains its cell and gene names, so no companion file may be given.
  case namesWithin(path: String, format: String, option: String)

  /// An element has an unknown encoding.
  case unknownEncoding(path: String, object: String, found: String)

  /// A column has values that are neither labels nor numbers, such as dates as opaque bytes.
  case unreadableColumn(path: String, object: String, found: String)

  // Its shape

  /// The matrix is not two-dimensional.
  case notTwoDimensional(path: String, object: String, shape: [Int])

  /// The shape of the matrix differs from the numbers of cell and gene names.
  case shapeMismatch(path: String, object: String, found: [Int], cells: Int, genes: Int)

  /// The matrix states a number of rows or columns that is negative or too large.
  case absurdShape(path: String, object: String, found: [Int])

  /// The number of values differs from the number of cells or genes.
  case lengthMismatch(path: String, object: String, found: Int, expected: Int)

  /// The file has no cells.
  case noCells(path: String)

  /// The file has no genes.
  case noGenes(path: String)

  // Text

  /// A line of a text file is malformed.
  case badLine(path: String, line: Int, found: String, expected: String)

  /// A text file ends before its last entry.
  case missingEntries(path: String, found: Int, expected: Int)

  /// A text file cannot be read to its end.
  case damagedText(path: String, reason: String)

  /// The number of cell or gene names in a file differs from the matrix.
  case nameCount(path: String, found: Int, matrix: String, rows: Int, columns: Int)

  // A compressed matrix

  /// The length of `indptr` is not the number of rows plus one.
  case pointerCount(path: String, object: String, found: Int, expected: Int)

  /// `indptr` does not start with zero.
  case pointerStart(path: String, object: String, found: Int)

  /// `indptr` decreases from one entry to the next.
  case pointersFall(path: String, object: String, at: Int, from: Int, to: Int)

  /// The last entry of `indptr` is not the number of values.
  case pointerEnd(path: String, object: String, found: Int, expected: Int)

  /// The numbers of indices and values differ.
  case indexCount(path: String, object: String, indices: Int, values: Int)

  /// An index is not a valid row or column.
  case indexOutOfRange(path: String, object: String, position: Int, found: Int, limit: Int)

  /// The map from the rows of a MuData's common table to a modality's cells gives a cell no row, or two.
  case badRowMap(path: String, object: String, reason: String)

  // Tables

  /// The table has no column of that name.
  case noSuchColumn(
    path: String, table: String, column: String, columns: [String],
    candidates: [BatchKeyCandidate])

  /// The code of a category is out of range.
  case codeOutOfRange(path: String, object: String, row: Int, found: Int, categories: Int)

  /// The file's `obsm` has no table of numbers of that name.
  case noSuchEmbedding(path: String, name: String, names: [String])

  /// The object of that name in `obsm` is not a table of numbers.
  case unreadableEmbedding(path: String, name: String, found: String, names: [String])

  /// A file of this format has no `obsm`.
  case noEmbeddings(path: String, format: String)

  // Batches

  /// Some cells have no label in the batch column.
  case missingLabels(path: String, column: String, missing: Int, cells: Int, firstCell: String)

  /// Some cells have a placeholder for a missing label in the batch column, such as "nan".
  case placeholderLabels(
    path: String, column: String, labels: [String], missing: Int, cells: Int, firstCell: String)

  /// Every cell has a different label in the batch column.
  case labelPerCell(path: String, column: String, labels: Int)

  /// The batch column has too many different fractions or other measurements to name batches.
  case measurementKey(
    path: String, column: String, values: Int, cells: Int, least: String, greatest: String)

  /// All cells belong to one batch.
  case oneBatch(path: String, column: String?, label: String)

  /// The genes of a file have no names of the requested kind.
  case noGeneNames(path: String, naming: GeneNaming, example: String)

  /// The genes of a file have only row numbers or placeholders for names.
  case unnamedGenes(path: String, examples: [String], columns: [String])

  /// Most genes with the same identifier have different symbols.
  case symbolsDisagree(first: String, second: String, disagreement: SymbolDisagreement)

  /// Two of the files are the same file.
  case sameFile(first: String, second: String)

  /// The contents of a table of cells are invalid.
  case badTable(path: String, reason: String)

  /// No cell of a file has a row in a table of cells.
  case noCellsInTable(table: String, file: String, tableNames: [String], cellNames: [String])

  /// The contents of a sample sheet are invalid.
  case badSheet(path: String, reason: String)

  /// No gene occurs in every file.
  case noSharedGenes(first: String, second: String, firstGene: String, secondGene: String)
}

extension CellFileError: CustomStringConvertible {
  /// One sentence that names the file, the object, what was found, and what to do.
  package var description: String {
    switch self {
    case .unreadableFormat(let path, let format):
      "'\(path)' is \(format)"
    case .noMatrix(let path, let matrix, let layers) where layers.isEmpty:
      "'\(path)' has neither a matrix '\(matrix)' nor layers"
    case .noMatrix(let path, let matrix, let layers):
      "'\(path)' has no matrix '\(matrix)'; choose one of its layers with `layer`: \(list(layers))"
    case .noSuchLayer(let path, let layer, let layers) where layers.isEmpty:
      "'\(path)' has no layer '\(layer)' and no other layers"
    case .noSuchLayer(let path, let layer, let layers):
      "'\(path)' has no layer '\(layer)'\(suggestion(for: layer, among: layers)); its layers are: "
        + list(layers)
    case .noRaw(let path):
      "'\(path)' has no 'raw'; leave out `useRaw`"
    case .severalGenomes(let path, let genomes):
      "'\(path)' holds several genomes; choose one with `genome`: \(list(genomes))"
    case .noSuchGenome(let path, let genome, let genomes) where genomes.isEmpty:
      "'\(path)' names no genomes; leave out `genome = \(genome)`"
    case .noSuchGenome(let path, let genome, let genomes):
      "'\(path)' has no genome '\(genome)'; it has: \(list(genomes))"
    case .noSuchFeatureType(let path, let featureType, let featureTypes) where featureTypes.isEmpty:
      "'\(path)' names no types of features; leave out `featureType = \(featureType)`"
    case .typesTogether(let path, let featureType, let types):
      "'\(path)' holds features of several types (\(types.joined(separator: ", "))), which are always read "
        + "together; write a file with those of '\(featureType)' alone"
    case .noSuchFeatureType(let path, let featureType, let featureTypes):
      "'\(path)' has no features of type '\(featureType)'; choose one with `featureType`: "
        + list(featureTypes)
    case .severalModalities(let path, let modalities) where modalities.isEmpty:
      "'\(path)' holds no modalities"
    case .severalModalities(let path, let modalities):
      "'\(path)' holds several modalities; choose one with `modality`: \(list(modalities))"
    case .noSuchModality(let path, let modality, let modalities) where modalities.isEmpty:
      "'\(path)' has no modalities; leave out `modality = \(modality)`"
    case .noSuchModality(let path, let modality, let modalities):
      "'\(path)' has no modality '\(modality)'\(suggestion(for: modality, among: modalities)); it "
        + "has: \(list(modalities))"
    case .noMatrixInFolder, .severalMatrices, .noNamesBeside, .severalCompanions, .badLine,
      .missingEntries,
      .damagedText, .nameCount:
      textDamage
    case .unknownEncoding(let path, let object, let found):
      "'\(object)' in '\(path)' has an unknown encoding (\(found)); "
        + "write the file again with a current anndata"
    case .unreadableColumn(let path, let object, let found):
      "'\(object)' in '\(path)' holds \(found), not labels or numbers; convert the "
        + "column to strings or numbers, or remove it"
    case .notTwoDimensional(let path, let object, let shape):
      "'\(object)' in '\(path)' has \(shape.count > 8 ? "\(shape.count) dimensions" : "shape \(shape)"), "
        + "but a matrix of cells and genes has two dimensions"
    case .shapeMismatch(let path, let object, let found, let cells, let genes):
      "'\(object)' in '\(path)' has shape \(found), but there are names of \(cells) cells "
        + "and \(genes) genes"
    case .absurdShape(let path, let object, let found):
      "'\(object)' in '\(path)' is damaged: its stated shape is \(found)"
    case .lengthMismatch(let path, let object, let found, let expected):
      "'\(object)' in '\(path)' has \(found) entries, not \(expected)"
    case .noCells(let path):
      "'\(path)' has no cells"
    case .noGenes(let path):
      "'\(path)' has no genes"
    case .pointerCount, .pointerStart, .pointersFall, .pointerEnd, .indexCount, .indexOutOfRange,
      .badRowMap:
      damage
    case .noSuchColumn(let path, let table, let column, let columns, let candidates):
      absence(of: column, from: table, in: path, columns, candidates)
    case .codeOutOfRange(let path, let object, let row, let found, let categories):
      "'\(object)' in '\(path)' is damaged: row \(row) has the code \(found), "
        + "but there are \(categories) categories"
    case .noSuchEmbedding(let path, let name, let names) where names.isEmpty:
      "'\(path)' has no '\(name)' in 'obsm' and no other embeddings"
    case .noSuchEmbedding(let path, let name, let names):
      "'\(path)' has no '\(name)' in 'obsm'\(suggestion(for: name, among: names)); there are: "
        + list(names)
    case .unreadableEmbedding(let path, let name, let found, let names):
      "'\(name)' in 'obsm' of '\(path)' is \(found), not a table of numbers; "
        + (names.isEmpty
          ? "store it as an array, or as a data frame of numbers" : "give one of: \(list(names))")
    case .noEmbeddings(let path, let format):
      "'\(path)' is \(format), which holds no embeddings; give an .h5ad, or a zarr store of anndata"
    case .missingLabels(let path, let column, let missing, let cells, let firstCell):
      "\(missing) of \(cells) cells in '\(path)' have no label in '\(column)', first "
        + "'\(firstCell)'; label them, or remove them"
    case .placeholderLabels(
      let path, let column, let labels, let missing, let cells, let firstCell):
      "\(missing) of \(cells) cells in '\(path)' have no label in '\(column)': "
        + labels.map { "'\($0)'" }.joined(separator: " and ")
        + " mean\(labels.count == 1 ? "s" : "") a missing label; the first such cell is "
        + "'\(firstCell)'; label them, or remove them"
    case .labelPerCell(let path, let column, let labels):
      "'\(column)' in '\(path)' has \(labels) labels for as many cells; "
        + "choose a column whose levels have many cells each"
    case .measurementKey(
      let path, let column, let values, let cells, let least, let greatest):
      "'\(column)' in '\(path)' is a measurement, with \(values) different numbers from \(least) to "
        + "\(greatest) in \(cells) cells; choose a column whose levels have many cells each, or, "
        + "if these are names, store them as text or as whole numbers"
    case .oneBatch(let path, let column?, let label):
      "all cells in '\(path)' are '\(label)' in '\(column)'; "
        + "there is no batch effect to remove within one batch"
    case .oneBatch(let path, nil, _):
      "'\(path)' is one file and therefore one batch; give several files, or `batchKey`"
    case .noGeneNames(let path, let naming, let example):
      "'\(path)' has no \(naming == .id ? "identifiers" : "symbols") of its genes, which have names "
        + "such as '\(example)'; leave out `geneNaming = \(naming.rawValue)`"
    case .unnamedGenes(let path, let examples, let columns):
      "'\(path)' has no gene names, only \(list(examples.map { "'\($0)'" })), …; row "
        + "numbers and placeholders cannot be matched; add a column 'gene_name' or 'gene_ids' with "
        + "symbols or identifiers"
        + (columns.isEmpty ? "" : "; its columns of genes are: \(list(columns))")
    case .symbolsDisagree(let first, let second, let disagreement):
      "\(disagreement.sentence(first: first, second: second)); correct the identifiers, or match "
        + "the genes by symbol instead"
    case .sameFile(let first, let second) where first == second:
      "'\(first)' is given twice; give it once"
    case .sameFile(let first, let second):
      "'\(first)' and '\(second)' are the same file; give it once"
    case .namesWithin(let path, let format, let option):
      "'\(path)' is \(format), which contains the names of its cells and genes; leave out `\(option)`"
    case .badTable(let path, let reason):
      "the table '\(path)' \(reason)"
    case .noCellsInTable(let table, let file, let tableNames, let cellNames):
      "no cell of '\(file)' is in the table '\(table)': the cells have names such as "
        + "\(quotedList(cellNames)), the rows \(quotedList(tableNames)); give a table with "
        + "a column of the same names"
    case .badSheet(let path, let reason):
      "the sample sheet '\(path)' \(reason)"
    case .noSharedGenes(let first, let second, let firstGene, let secondGene):
      "no gene of '\(first)' is in '\(second)'; their first genes are '\(firstGene)' "
        + "and '\(secondGene)'; give files of one species and one kind of gene names"
    }
  }

  /// The description of a damaged text file.
  private var textDamage: String {
    switch self {
    case .noMatrixInFolder(let path, let alternatives) where alternatives.isEmpty:
      "'\(path)' is a folder without a matrix 'matrix.mtx' or 'matrix.mtx.gz'"
    case .noMatrixInFolder(let path, let alternatives):
      "'\(path)' is a folder without a matrix 'matrix.mtx' or 'matrix.mtx.gz'; give one of: "
        + list(alternatives)
    case .severalMatrices(let path, let names):
      "'\(path)' is a folder with several matrices; give one of: \(list(names))"
    case .noNamesBeside(let matrix, let what, let count, let files):
      "'\(matrix)' has no file beside it that names its \(count) \(what); "
        + (files.isEmpty ? "there are no other text files" : "text files there: \(list(files))")
        + "; name one with `\(what == "genes" ? "features" : "barcodes")`"
    case .severalCompanions(let matrix, let what, let files):
      "several files beside '\(matrix)' could name its \(what); choose one with "
        + "`\(what == "genes" ? "features" : "barcodes")`: \(list(files))"
    case .badLine(let path, let line, let found, let expected):
      "line \(line) of '\(path)' is \(found.isEmpty ? "empty" : "'\(found)'"), not \(expected)"
    case .missingEntries(let path, let found, let expected):
      "'\(path)' is truncated: it has \(found) of \(expected) entries; "
        + "copy or download the file again"
    case .damagedText(let path, let reason):
      "'\(path)' is damaged: \(reason); copy or download the file again"
    case .nameCount(let path, let found, let matrix, let rows, let columns):
      "'\(path)' has \(found) names, but '\(matrix)' has \(rows) rows (genes) and "
        + "\(columns) columns (cells)"
    default: ""
    }
  }

  private func absence(
    of column: String, from table: String, in path: String, _ columns: [String],
    _ candidates: [BatchKeyCandidate]
  ) -> String {
    if columns.isEmpty {
      return "'\(path)' has no column '\(column)': it contains only the names of its "
        + (table.hasSuffix("obs")
          ? "cells; give a table with that column as `cellTable`"
          : "genes")
    }
    let present =
      "'\(path)' has no column '\(column)' in '\(table)'\(suggestion(for: column, among: columns)); "
      + "there are: \(list(columns))"
    guard !candidates.isEmpty else { return present }
    let alike = candidates.map { "\($0.name) (\($0.levels) levels)" }
    return present + "; columns that look like a batch key: " + alike.joined(separator: ", ")
  }

  /// Returns names as a list, each in quotes.
  private func quotedList(_ names: [String]) -> String {
    names.map { "'\($0)'" }.joined(separator: ", ")
  }

  /// Returns names as a list, at most the first fifty.
  private func list(_ names: [String]) -> String {
    let shown = names.prefix(50).joined(separator: ", ")
    return names.count > 50 ? shown + ", and \(names.count - 50) more" : shown
  }
}

extension CellFileError: CategorizedError {
  /// The category of the failure.
  package var category: FailureCategory {
    if case .sameFile = self { return .usage }
    return .data
  }
}
