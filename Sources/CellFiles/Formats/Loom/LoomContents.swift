internal import HDF5

/// A loom file: a dense matrix of genes × cells, with attributes of the cells and of the genes.
///
/// Versions 2 and 3 store the file's own attributes in different places; these are not needed here.
/// Specification: <http://linnarssonlab.org/loompy/format/index.html>.
struct LoomContents {
  let matrix: StoredMatrix
  let cellNames: [String]
  let genes: [Gene]
  let obs: LoomTable
  let variables: LoomTable
  var notices: [String] = []

  /// Attribute names for cell names, as used by loompy, anndata, loomR and SCopeLoomR.
  private static let cellNames = [
    "CellID", "obs_names", "cell_names", "CellName", "Cell", "cell_id", "barcode", "barcodes",
    "Barcode", "_index", "index",
  ]

  /// Attribute names for gene symbols.
  private static let geneNames = [
    "Gene", "var_names", "gene_names", "gene_name", "GeneName", "gene", "symbol", "Symbol",
    "_index", "index",
  ]

  /// Attribute names for gene identifiers.
  private static let geneIDs = [
    "Accession", "gene_ids", "gene_id", "GeneID", "ensembl_id", "EnsemblID", "Ensembl", "ID", "id",
  ]

  /// Reads the structure of the file.
  ///
  /// - Throws: ``CellFileError`` if the layer does not exist or the file is damaged; `HDF5Error`.
  init(in file: borrowing Container, options: ReadingOptions) throws {
    let name = try Self.matrixName(in: file, layer: options.layer)
    let shape = try file.info(of: name).shape
    guard shape.count == 2 else {
      throw CellFileError.notTwoDimensional(path: file.path, object: name, shape: shape)
    }
    matrix = try StoredMatrix(
      named: name, in: file, layout: .denseByGene, rows: shape[1], columns: shape[0])

    let names = try Self.names(Self.cellNames, of: "col_attrs", count: shape[1], in: file)
    let symbols = try Self.names(
      Self.geneNames, of: "row_attrs", count: shape[0], in: file, where: areGeneNames)
    let ids = try Self.names(
      Self.geneIDs, of: "row_attrs", count: shape[0], in: file, where: areGeneNames)
    cellNames = names?.values ?? (0..<shape[1]).map(String.init)
    if let symbols = symbols?.values {
      genes =
        ids.map { ids in zip(symbols, ids.values).map { Gene(name: $0, id: $1) } }
        ?? symbols.map { Gene(name: $0) }
    } else {
      genes = (ids?.values ?? (0..<shape[0]).map(String.init)).map { Gene(name: $0) }
    }
    if let used = symbols ?? ids, let unused = symbols?.unused ?? ids?.unused {
      notices.append(
        "'\(file.path)' has row numbers or placeholders in its attribute '\(unused)'; its genes are "
          + "named by '\(used.attribute)' instead")
    }
    if names == nil {
      notices.append(
        "'\(file.path)' has no attribute 'CellID'; its cells are named by their numbers")
    }
    obs = try LoomTable(
      named: "col_attrs", in: file, count: shape[1],
      leavingOut: Set([names?.attribute].compactMap(\.self)))
    variables = try LoomTable(
      named: "row_attrs", in: file, count: shape[0],
      leavingOut: Set([(symbols ?? ids)?.attribute].compactMap(\.self)))
  }

  /// Returns the names of the layers.
  ///
  /// - Throws: `HDF5Error`.
  static func layers(in file: borrowing Container) throws -> [String] {
    guard try file.kind(of: "layers") == .group else { return [] }
    return try file.children(of: "layers").filter { try file.kind(of: "layers/\($0)") == .dataset }
  }

  private static func matrixName(in file: borrowing Container, layer: String?) throws -> String {
    let layers = try layers(in: file)
    guard let layer else {
      guard try file.kind(of: "matrix") == .dataset else {
        throw CellFileError.noMatrix(path: file.path, matrix: "matrix", layers: layers)
      }
      return "matrix"
    }
    guard layers.contains(layer) else {
      throw CellFileError.noSuchLayer(path: file.path, layer: layer, layers: layers)
    }
    return "layers/\(layer)"
  }

  /// Returns the first valid attribute of a list as strings, and the first one skipped as invalid,
  /// if any.
  private static func names(
    _ attributes: [String], of group: String, count: Int, in file: borrowing Container,
    where areNames: ([String]) -> Bool = { _ in true }
  ) throws -> (attribute: String, values: [String], unused: String?)? {
    guard try file.kind(of: group) == .group else { return nil }
    var unused: String?
    let present = Set(try file.children(of: group))
    for attribute in attributes where present.contains(attribute) {
      let object = "\(group)/\(attribute)"
      guard try file.kind(of: object) == .dataset else { continue }
      let info = try file.info(of: object)
      guard info.element.isString || info.element.isNumeric else { continue }
      let values = try ColumnReader(path: file.path).column(object, in: file).labels()
      guard values.count == count else {
        throw CellFileError.lengthMismatch(
          path: file.path, object: object, found: values.count, expected: count)
      }
      let names = values.map { $0 ?? "" }
      if areNames(names) { return (attribute, names, unused) }
      unused = unused ?? attribute
    }
    return nil
  }
}
