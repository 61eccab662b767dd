internal import Foundation
internal import HDF5

/// A matrix in Matrix Market's format with the two files beside it that name cells and genes.
///
/// Cell Ranger calls them `matrix.mtx`, `barcodes.tsv` and `features.tsv` (before version 3
/// `genes.tsv`), and compresses them since version 3. In archives names have something in front,
/// as in `GSM123_matrix.mtx.gz`; bustools calls them `cells_x_genes.mtx`,
/// `cells_x_genes.barcodes.txt` and `cells_x_genes.genes.txt`, and has cells as rows.
struct MarketFolder {
  let matrix: MarketMatrix
  let cellNames: [String]
  let genes: [Gene]

  /// The column of each stored feature, −1 where it is not read; `nil` where all are.
  let columns: [Int32]?

  let variables: HeldTable

  /// Opens a matrix and what is beside it.
  ///
  /// - Parameters:
  ///   - path: A folder, or the matrix in it.
  ///   - options: Which features are read.
  /// - Throws: ``CellFileError``, where a file is missing or damaged; `HDF5Error.cannotOpen`.
  init(readingAt path: String, options: ReadingOptions) throws {
    guard options.layer == nil else {
      throw CellFileError.noSuchLayer(path: path, layer: options.layer ?? "", layers: [])
    }
    guard !options.useRaw else { throw CellFileError.noRaw(path: path) }
    let mtx = try Self.matrixPath(at: path)
    let header = try MarketEntries(readingAt: mtx).header
    let files = MarketNames(of: mtx)
    let cellFile = try files.barcodes()
    let geneFile = try files.features()
    let cellNames = try Self.firstFields(of: cellFile)
    let features = try Self.fields(of: geneFile)

    let isUsual = header.rows == features.count && header.columns == cellNames.count
    let rowsAreCells =
      !isUsual && header.rows == cellNames.count && header.columns == features.count
    guard isUsual || rowsAreCells else {
      // Which of the two does not fit is told for the usual order.
      let fits = header.columns == cellNames.count
      throw CellFileError.nameCount(
        path: fits ? geneFile : cellFile, found: fits ? features.count : cellNames.count,
        matrix: mtx, rows: header.rows, columns: header.columns)
    }
    self.cellNames = cellNames
    let all = Self.genes(features)
    let kept = try Self.kept(features, path, options)
    genes = kept.map { all[$0] }
    if kept.count == all.count {
      columns = nil
    } else {
      var columns = [Int32](repeating: -1, count: all.count)
      for (column, feature) in kept.enumerated() { columns[feature] = Int32(column) }
      self.columns = columns
    }
    var frame = DataFrame(names: genes.map(\.name))
    if let first = features.first, first.count > 2 {
      frame["feature_types"] = .categorical(
        kept.map { features[$0].count > 2 ? features[$0][2] : nil })
    }
    variables = HeldTable(name: "var", frame: frame)
    let size = try FileManager.default.attributesOfItem(atPath: mtx)[.size] as? Int
    matrix = try MarketMatrix(
      readingAt: mtx, name: (mtx as NSString).lastPathComponent, rowsAreCells: rowsAreCells,
      bytes: size ?? 0)
  }

  /// The matrix of a folder, or the path itself where it is no folder.
  private static func matrixPath(at path: String) throws -> String {
    guard isFolder(path) else { return path }
    let names = try contents(path)
    let matrices = matrices(names)
    let usual = ["matrix.mtx", "matrix.mtx.gz"].first(where: matrices.contains)
    if let name = usual ?? (matrices.count == 1 ? matrices[0] : nil) { return join(path, name) }
    guard matrices.isEmpty else {
      throw CellFileError.severalMatrices(path: path, names: matrices.map { join(path, $0) })
    }
    guard !names.contains(where: [".zgroup", ".zattrs", "zarr.json"].contains) else {
      throw CellFileError.unreadableFormat(path: path, format: .zarr)
    }
    throw CellFileError.noMatrixInFolder(
      path: path, alternatives: try alternatives(in: path, names))
  }

  /// The names that are those of matrices.
  private static func matrices(_ names: [String]) -> [String] {
    names.filter { $0.hasSuffix(".mtx") || $0.hasSuffix(".mtx.gz") }
  }

  /// What could be given instead of a folder that has no matrix: folders and files within it.
  private static func alternatives(in path: String, _ names: [String]) throws -> [String] {
    var found: [String] = []
    func look(in folder: String, _ names: [String], depth: Int) throws {
      if !matrices(names).isEmpty, folder != path { found.append(folder) }
      for name in names where !name.hasPrefix(".") {
        let inner = join(folder, name)
        if [".h5", ".h5ad", ".loom", ".h5mu"].contains(where: name.hasSuffix) {
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
    var isFolder: ObjCBool = false
    let exists = unsafe FileManager.default.fileExists(atPath: path, isDirectory: &isFolder)
    return exists && isFolder.boolValue
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

  /// The fields of each line, parted by tabs, without quotes that R puts around them.
  private static func fields(of path: String) throws -> [[String]] {
    var lines = try TextSource.lines(ofFileAt: path)
    while lines.last?.isEmpty == true { lines.removeLast() }
    return lines.map { line in
      line.split(separator: "\t", omittingEmptySubsequences: false).map { field in
        field.count >= 2 && field.hasPrefix("\"") && field.hasSuffix("\"")
          ? String(field.dropFirst().dropLast()) : String(field)
      }
    }
  }

  private static func firstFields(of path: String) throws -> [String] {
    try fields(of: path).map { $0.first ?? "" }
  }

  /// Genes of lines with identifier and symbol, or of one that is either.
  private static func genes(_ features: [[String]]) -> [Gene] {
    features.map { fields in
      let id = fields.first ?? ""
      guard fields.count > 1 else { return Gene(name: id) }
      return Gene(name: fields[1].isEmpty ? id : fields[1], id: id)
    }
  }

  /// The features of the type that is read.
  private static func kept(
    _ features: [[String]], _ path: String, _ options: ReadingOptions
  ) throws -> [Int] {
    if let genome = options.genome {
      throw CellFileError.noSuchGenome(path: path, genome: genome, genomes: [])
    }
    // Genes only where every line says what it is, since version 3.
    guard let type = options.featureType, !features.isEmpty,
      features.allSatisfy({ $0.count > 2 && !$0[2].isEmpty })
    else { return Array(features.indices) }
    let kept = features.indices.filter { features[$0][2] == type }
    guard !kept.isEmpty else {
      throw CellFileError.noSuchFeatureType(
        path: path, featureType: type, featureTypes: Set(features.map { $0[2] }).sorted())
    }
    return kept
  }
}
