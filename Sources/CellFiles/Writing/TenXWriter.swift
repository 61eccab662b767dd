internal import HDF5

/// A feature of a 10x file.
package struct TenXFeature: Sendable, Equatable {
  /// The stable identifier, such as `ENSG00000141510`.
  package var id: String

  /// The gene's name.
  package var name: String

  /// The feature type.
  ///
  /// The default is `"Gene Expression"`.
  package var type: String

  /// The reference genome.
  package var genome: String

  /// Makes a feature from its parts.
  package init(id: String, name: String, type: String = "Gene Expression", genome: String) {
    self.id = id
    self.name = name
    self.type = type
    self.genome = genome
  }
}

/// Writes a matrix of counts to an `.h5` file in the format of Cell Ranger 3 and later.
///
/// The matrix is read once, block by block, so that it need not fit into memory.
///
/// - Parameters:
///   - path: The file to create or replace.
///   - barcodes: The names of the cells; `[n]`.
///   - features: The genes; `[f]`.
///   - matrix: The counts; `(n, f)`.
/// - Throws: ``OutputError``, and errors of reading the matrix. A failure leaves no partial file.
package func writeTenX(
  to path: String, barcodes: [String], features: [TenXFeature],
  matrix: some ExpressionMatrix
) throws {
  precondition(
    matrix.cellCount == barcodes.count && matrix.geneCount == features.count,
    "a matrix of \(matrix.cellCount) × \(matrix.geneCount) for \(barcodes.count) barcodes "
      + "and \(features.count) features")
  let storage = StorageOptions(gzip: 4, shuffle: true)
  try writeHDF5(to: path) { file in
    try file.setAttribute("filetype", of: "/", to: .string("matrix"))
    try file.setAttribute("version", of: "/", to: .integer(2))
    try file.createGroup("matrix")
    try file.write(fixedStrings: barcodes, at: "matrix/barcodes", storage: storage)
    let columns = [
      ("id", features.map(\.id)), ("name", features.map(\.name)),
      ("feature_type", features.map(\.type)), ("genome", features.map(\.genome)),
      ("_all_tag_keys", ["genome"]),
    ]
    for (name, values) in columns {
      try file.write(fixedStrings: values, at: "matrix/features/\(name)", storage: storage)
    }
    // Genes × cells in compressed columns equals cells × genes in compressed rows.
    let shape = [Int32(features.count), Int32(barcodes.count)]
    try file.write(shape, at: "matrix/shape", storage: storage)
    var writer = try CSRWriter<Int32>(in: "matrix", of: file, hasWideIndices: true)
    try matrix.forEachRowBlock(as: Int32.self) { try writer.append($0) }
    try file.write(writer.finish().map { Int64($0) }, at: "matrix/indptr", storage: storage)
  }
}
