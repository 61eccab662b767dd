internal import HDF5

/// A row of the features in a 10x file.
public struct TenXFeature: Sendable, Equatable {
  /// The stable identifier, such as `ENSG00000141510`.
  public var id: String

  /// What the gene is called.
  public var name: String

  /// What is measured.
  ///
  /// The default is `"Gene Expression"`.
  public var type: String

  /// The genome that reads were mapped to.
  public var genome: String

  /// Makes a feature of its parts.
  public init(id: String, name: String, type: String = "Gene Expression", genome: String) {
    self.id = id
    self.name = name
    self.type = type
    self.genome = genome
  }
}

/// Writes a matrix of counts as Cell Ranger 3 and later do, to a `.h5` file.
///
/// The matrix is read once, block by block, so that it need not fit memory.
///
/// - Parameters:
///   - path: The file to make, or to replace.
///   - barcodes: The names of the cells; `[n]`.
///   - features: The genes; `[f]`.
///   - matrix: The counts; `(n, f)`.
/// - Throws: ``OutputError``, and what reading the matrix throws. No half-written file is left.
public func writeTenX(
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
    // Genes × cells by columns, which is cells × genes by rows.
    let shape = [Int32(features.count), Int32(barcodes.count)]
    try file.write(shape, at: "matrix/shape", storage: storage)
    var writer = try CSRWriter<Int32>(in: "matrix", of: file, hasWideIndices: true)
    try matrix.forEachRowBlock(as: Int32.self) { try writer.append($0) }
    try file.write(writer.finish().map { Int64($0) }, at: "matrix/indptr", storage: storage)
  }
}
