package import HDF5

/// Writes a new AnnData file.
///
/// The matrix is read once, block by block, so that it need not fit into memory. The file has the
/// current style of anndata, which every version since 0.8 reads.
///
/// - Parameters:
///   - path: The `.h5ad` file to create or replace.
///   - cells: The table of the cells, `obs`.
///   - genes: The table of the genes, `var`.
///   - matrix: The expression values, `X`; `(cells, genes)`. `nil` for a file without them.
///   - type: The type of the stored values.
///   - additions: Tables for `obsm` and values for `uns`. The default is empty.
/// - Throws: ``OutputError``, and errors of reading the matrix. A failure leaves no partial file.
package func writeAnnData(
  to path: String, cells: DataFrame, genes: DataFrame, matrix: (any ExpressionMatrix)?,
  storedAs type: any StoredNumber.Type, adding additions: AnnDataAdditions = .init()
) throws {
  if let matrix {
    precondition(
      matrix.cellCount == cells.names.count && matrix.geneCount == genes.names.count,
      "a matrix of \(matrix.cellCount) × \(matrix.geneCount) for \(cells.names.count) cells "
        + "and \(genes.names.count) genes")
  }
  try writeAnnData(to: path, cells: cells, genes: genes, adding: additions) { file in
    if let matrix { try write(matrix, as: type, to: file) }
  }
}

/// Writes a new AnnData file whose `X` is written by `writeExpression`.
func writeAnnData(
  to path: String, cells: DataFrame, genes: DataFrame, adding additions: AnnDataAdditions,
  writeExpression: (borrowing File) throws -> Void
) throws {
  try writeHDF5(to: path) { file in
    try file.mark("/", .annData)
    try writeExpression(file)
    try file.write(cells, at: "obs")
    try file.write(genes, at: "var")
    for group in ["layers", "obsm", "obsp", "uns", "varm", "varp"] {
      try file.createGroup(group)
      try file.mark(group, .dictionary)
    }
    try file.add(additions)
  }
}

/// Resolves the generic types of the matrix and the stored values.
private func write(
  _ matrix: some ExpressionMatrix, as type: (some StoredNumber).Type, to file: borrowing File
) throws {
  try file.write(matrix, as: type, at: "X")
}

/// Returns the type that holds the values of all inputs: theirs if they agree, or a wider one.
///
/// - Parameter elements: The stored type of each input.
/// - Returns: The common type, or else a 64-bit type, for integers if all inputs are integers.
package func commonValueType(of elements: [ElementType]) -> any StoredNumber.Type {
  let types = elements.map(valueType)
  guard let first = types.first else { return Float.self }
  if types.allSatisfy({ $0 == first }) { return first }
  // No wider integer type holds unsigned 64-bit integers.
  let areWhole = types.allSatisfy { $0 != Float.self && $0 != Double.self && $0 != UInt64.self }
  return areWhole ? Int64.self : Double.self
}

private func valueType(_ element: ElementType) -> any StoredNumber.Type {
  switch element {
  case .integer(bytes: 1, signed: true): Int8.self
  case .integer(bytes: 2, signed: true): Int16.self
  case .integer(bytes: 4, signed: true): Int32.self
  case .integer(bytes: _, signed: true): Int64.self
  case .integer(bytes: 1, signed: false), .boolean: UInt8.self
  case .integer(bytes: 2, signed: false): UInt16.self
  case .integer(bytes: 4, signed: false): UInt32.self
  case .integer: UInt64.self
  case .float(bytes: 8): Double.self
  default: Float.self
  }
}
