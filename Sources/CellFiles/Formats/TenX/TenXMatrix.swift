internal import HDF5

/// A Cell Ranger matrix: genes × cells in compressed columns, which equals cells × genes in
/// compressed rows.
struct TenXMatrix {
  /// The matrix.
  let matrix: StoredMatrix

  /// The barcodes.
  let cellNames: [String]

  /// The features that are read.
  let genes: [Gene]

  /// The column of each stored feature, −1 if the feature is not read; `nil` if all are read.
  let columns: [Int32]?

  /// The type of each feature that is read; `nil` if the file names no types.
  private(set) var featureTypes: [String]?

  /// Notices about the matrix, one sentence each.
  private(set) var notices: [String] = []

  /// Returns the groups of a Cell Ranger 1 or 2 file that are matrices, one per genome.
  ///
  /// - Throws: `HDF5Error`.
  static func genomes(in file: borrowing Container) throws -> [String] {
    let parts: Set = ["barcodes", "data", "genes", "indices", "indptr", "shape"]
    var genomes: [String] = []
    for name in try file.children(of: "/") where try file.kind(of: name) == .group {
      if Set(try file.children(of: name)).isSuperset(of: parts) { genomes.append(name) }
    }
    return genomes
  }

  /// Reads the names of a Cell Ranger 1 or 2 matrix.
  ///
  /// - Throws: ``CellFileError`` if there are several genomes; `HDF5Error`.
  init(version2In file: borrowing Container, options: ReadingOptions) throws {
    let genomes = try Self.genomes(in: file)
    let genome: String
    if let chosen = options.genome {
      guard genomes.contains(chosen) else {
        throw CellFileError.noSuchGenome(path: file.path, genome: chosen, genomes: genomes)
      }
      genome = chosen
    } else {
      guard genomes.count == 1 else {
        throw CellFileError.severalGenomes(path: file.path, genomes: genomes)
      }
      genome = genomes[0]
    }
    let ids = try file.strings("\(genome)/genes")
    let names =
      try file.kind(of: "\(genome)/gene_names") == .dataset
      ? file.strings("\(genome)/gene_names") : ids
    genes = try Self.genes(names: names, ids: ids, "\(genome)/gene_names", file)
    columns = nil
    (matrix, cellNames) = try Self.matrix(named: genome, in: file, features: ids.count)
  }

  /// Reads the names of a matrix of Cell Ranger 3 or later.
  ///
  /// - Throws: ``CellFileError`` if no feature has the requested type or genome; `HDF5Error`.
  init(version3In file: borrowing Container, options: ReadingOptions) throws {
    let names = try file.strings("matrix/features/name")
    let present = try file.children(of: "matrix/features")
    let ids = present.contains("id") ? try file.strings("matrix/features/id") : nil
    let all = try Self.genes(names: names, ids: ids, "matrix/features/id", file)
    let probes = try Probes(in: file, present, ids: ids, names: names)
    var isRead = probes?.isUsed ?? [Bool](repeating: true, count: all.count)
    let types =
      present.contains("feature_type")
      ? try Self.strings("matrix/features/feature_type", count: all.count, file) : []
    if let type = try options.chosenType(among: types, ofFileAt: file.path, &notices) {
      for feature in types.indices where types[feature] != type { isRead[feature] = false }
    }
    if let genome = options.genome {
      let genomes =
        present.contains("genome")
        ? try Self.strings("matrix/features/genome", count: all.count, file) : []
      guard genomes.contains(genome) else {
        throw CellFileError.noSuchGenome(
          path: file.path, genome: genome, genomes: Set(genomes).subtracting([""]).sorted())
      }
      for feature in genomes.indices where genomes[feature] != genome { isRead[feature] = false }
    }
    var genes: [Gene] = []
    var columnOfKey: [String: Int32] = [:]
    var (columns, kept) = ([Int32](repeating: -1, count: all.count), [Int]())
    for feature in all.indices where isRead[feature] {
      if let key = probes?.geneIDs[feature], let column = columnOfKey[key] {
        columns[feature] = column
        continue
      }
      columns[feature] = Int32(genes.count)
      if let key = probes?.geneIDs[feature] { columnOfKey[key] = Int32(genes.count) }
      genes.append(probes?.gene(feature) ?? all[feature])
      kept.append(feature)
    }
    (self.genes, self.columns) = (genes, genes.count == all.count ? nil : columns)
    featureTypes = types.isEmpty ? nil : kept.map { types[$0] }
    if probes != nil {
      notices.append(
        "'\(file.path)' counts probes: \(columns.count { $0 >= 0 }) of \(all.count) are summed to "
          + "\(genes.count) genes; the others are rejected by 'filtered_probes' or not requested")
    }
    (matrix, cellNames) = try Self.matrix(named: "matrix", in: file, features: all.count)
  }

  private static func matrix(
    named name: String, in file: borrowing Container, features: Int
  ) throws -> (StoredMatrix, [String]) {
    let cellNames = try file.strings("\(name)/barcodes")
    let shape = try file.read("\(name)/shape", as: Int.self)
    guard shape == [features, cellNames.count] else {
      throw CellFileError.shapeMismatch(
        path: file.path, object: name, found: shape.reversed(), cells: cellNames.count,
        genes: features)
    }
    let matrix = try StoredMatrix(
      named: name, in: file, layout: .csr, rows: cellNames.count, columns: features)
    try matrix.checkWhole(in: file)
    return (matrix, cellNames)
  }

  private static func genes(
    names: [String], ids: [String]?, _ object: String, _ file: borrowing Container
  ) throws -> [Gene] {
    guard let ids else { return names.map { Gene(name: $0) } }
    guard ids.count == names.count else {
      throw CellFileError.lengthMismatch(
        path: file.path, object: object, found: ids.count, expected: names.count)
    }
    return zip(names, ids).map { Gene(name: $0, id: $1) }
  }

  private static func strings(
    _ name: String, count: Int, _ file: borrowing Container
  ) throws -> [String] {
    let strings = try file.strings(name)
    guard strings.count == count else {
      throw CellFileError.lengthMismatch(
        path: file.path, object: name, found: strings.count, expected: count)
    }
    return strings
  }
}
