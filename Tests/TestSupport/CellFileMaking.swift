package import HDF5

/// The order in which a made matrix is stored.
package enum MadeLayout: String, CaseIterable, Sendable {
  /// Compressed rows.
  case csr

  /// Compressed columns.
  case csc

  /// All values.
  case dense
}

/// A compressed matrix in parts, so that tests can damage one of them.
package struct MadeSparse: Sendable {
  /// Where each row, or column, starts.
  package var pointers: [Int] = [0]

  /// The column, or row, of each value.
  package var indices: [Int] = []

  /// The values.
  package var values: [Double] = []

  /// Compresses rows; the columns of their transpose come from ``transposed(_:)``.
  package init(rows: [[Double]]) {
    for row in rows {
      for (column, value) in row.enumerated() where value != 0 {
        indices.append(column)
        values.append(value)
      }
      pointers.append(indices.count)
    }
  }
}

/// Rows as columns.
package func transposed(_ rows: [[Double]]) -> [[Double]] {
  (0..<(rows.first?.count ?? 0)).map { column in rows.map { $0[column] } }
}

/// A matrix of counts, most of them zero.
package func madeCounts(cells: Int, genes: Int, seed: UInt64 = 1) -> [[Double]] {
  var state = seed
  return (0..<cells).map { _ in
    (0..<genes).map { _ in
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      let random = state >> 33
      return random % 4 == 0 ? Double(random / 4 % 9) : 0
    }
  }
}

extension File {
  /// Writes a matrix as anndata does.
  package func writeMatrix<Number: StoredNumber>(
    _ rows: [[Double]], at name: String, layout: MadeLayout = .csr, of type: Number.Type,
    storage: StorageOptions = .init()
  ) throws where Number: MadeNumber {
    let genes = rows.first?.count ?? 0
    switch layout {
    case .dense:
      try write(
        rows.flatMap { $0 }.map(Number.init(made:)), at: name, shape: [rows.count, genes],
        storage: storage)
      try setAttribute("encoding-type", of: name, to: .string("array"))
      try setAttribute("encoding-version", of: name, to: .string("0.2.0"))
    case .csr, .csc:
      let sparse = MadeSparse(rows: layout == .csr ? rows : transposed(rows))
      try write(sparse, at: name, layout: layout, shape: [rows.count, genes], of: type)
    }
  }

  /// Writes the parts of a compressed matrix as anndata does.
  package func write<Number: StoredNumber>(
    _ sparse: MadeSparse, at name: String, layout: MadeLayout, shape: [Int], of type: Number.Type
  ) throws where Number: MadeNumber {
    try createGroup(name)
    try setAttribute("encoding-type", of: name, to: .string("\(layout.rawValue)_matrix"))
    try setAttribute("encoding-version", of: name, to: .string("0.1.0"))
    try setAttribute("shape", of: name, to: .integers(shape.map(Int64.init)))
    try write(sparse.values.map(Number.init(made:)), at: "\(name)/data")
    try write(sparse.indices.map { Int32(clamping: $0) }, at: "\(name)/indices")
    try write(sparse.pointers, at: "\(name)/indptr")
  }

  /// Writes a table without columns as anndata does.
  package func writeTable(_ name: String, index: [String], columns: [String] = []) throws {
    try createGroup(name)
    try setAttribute("encoding-type", of: name, to: .string("dataframe"))
    try setAttribute("encoding-version", of: name, to: .string("0.2.0"))
    try setAttribute("_index", of: name, to: .string("_index"))
    try setAttribute(
      "column-order", of: name, to: columns.isEmpty ? .floats([]) : .strings(columns))
    try write(strings: index, at: "\(name)/_index")
  }

  /// Writes a column of categories as anndata does.
  package func writeCategorical(
    _ name: String, codes: [Int], categories: [String], ordered: Bool = false
  ) throws {
    try createGroup(name)
    try setAttribute("encoding-type", of: name, to: .string("categorical"))
    try setAttribute("encoding-version", of: name, to: .string("0.2.0"))
    try setAttribute("ordered", of: name, to: .boolean(ordered))
    try write(codes.map { Int8(clamping: $0) }, at: "\(name)/codes")
    try write(strings: categories, at: "\(name)/categories")
  }

  /// Writes a whole `.h5ad`: cells `c0`, `c1`, … and genes `g0`, `g1`, …, and where there
  /// are batches, a column `batch`.
  package func writeAnnData(
    _ rows: [[Double]], layout: MadeLayout = .csr, batches: [String]? = nil,
    cells: [String]? = nil, genes: [String]? = nil
  ) throws {
    try writeMatrix(rows, at: "X", layout: layout, of: Float.self)
    try writeTable(
      "obs", index: cells ?? rows.indices.map { "c\($0)" },
      columns: batches == nil ? [] : ["batch"])
    try writeTable("var", index: genes ?? (rows.first ?? []).indices.map { "g\($0)" })
    if let batches { try write(strings: batches, at: "obs/batch") }
  }

  /// Writes a matrix as Cell Ranger 3 does.
  package func writeTenX(
    _ rows: [[Double]], names: [String], ids: [String]? = nil, types: [String]? = nil,
    genomes: [String]? = nil
  ) throws {
    let sparse = MadeSparse(rows: rows)
    try write(sparse.values.map { Int32($0) }, at: "matrix/data")
    try write(sparse.indices, at: "matrix/indices")
    try write(sparse.pointers, at: "matrix/indptr")
    try write([Int32(names.count), Int32(rows.count)], at: "matrix/shape")
    try write(strings: rows.indices.map { "BC\($0)-1" }, at: "matrix/barcodes")
    try write(strings: names, at: "matrix/features/name")
    if let ids { try write(strings: ids, at: "matrix/features/id") }
    if let types { try write(strings: types, at: "matrix/features/feature_type") }
    if let genomes { try write(strings: genomes, at: "matrix/features/genome") }
  }

  /// Writes a matrix as Cell Ranger 2 does, in a group named after the genome.
  package func writeTenX(_ rows: [[Double]], genome: String, names: [String]) throws {
    let sparse = MadeSparse(rows: rows)
    try write(sparse.values.map { Int32($0) }, at: "\(genome)/data")
    try write(sparse.indices, at: "\(genome)/indices")
    try write(sparse.pointers, at: "\(genome)/indptr")
    try write([Int32(names.count), Int32(rows.count)], at: "\(genome)/shape")
    try write(strings: rows.indices.map { "BC\($0)-1" }, at: "\(genome)/barcodes")
    try write(strings: names.map { "ENSG-\($0)" }, at: "\(genome)/genes")
    try write(strings: names, at: "\(genome)/gene_names")
  }
}

/// A number that test values can be converted to.
package protocol MadeNumber {
  /// The nearest number of this type.
  init(made value: Double)
}

extension Float: MadeNumber {
  /// The nearest number of this type.
  package init(made value: Double) { self = Float(value) }
}

extension Double: MadeNumber {
  /// The same number.
  package init(made value: Double) { self = value }
}

extension MadeNumber where Self: FixedWidthInteger {
  /// The number without its fraction.
  package init(made value: Double) { self = Self(value) }
}

extension UInt8: MadeNumber {}
extension UInt16: MadeNumber {}
extension Int32: MadeNumber {}
extension Int64: MadeNumber {}
