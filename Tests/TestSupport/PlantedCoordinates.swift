internal import HDF5

/// Coordinates of cells of planted types in batches, each batch with an offset.
package struct PlantedCoordinates: Sendable {
  /// The coordinates; `(cells, dimensions)`.
  package var rows: [[Float]] = []

  /// The batch of each cell.
  package var batches: [Int] = []

  /// The type of each cell.
  package var types: [Int] = []

  /// The number of coordinates.
  package static let dimensions = 8

  /// Makes cells: type `t` has its centre on axis `t`, and batch `b` is shifted along axis `7 - b`.
  ///
  /// - Parameters:
  ///   - types: The types of each batch, of six.
  ///   - cellsOfType: The number of cells of each type in each batch. The default is 60.
  package init(_ types: [[Int]], cellsOfType: Int = 60) {
    var state: UInt64 = 11
    func noise() -> Float {
      (0..<4).reduce(Float(0)) { sum, _ in
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return sum + Float(state >> 33) / 0x1p31 - 0.5
      }
    }
    for (batch, types) in types.enumerated() {
      for type in types {
        for _ in 0..<cellsOfType {
          rows.append(
            (0..<Self.dimensions).map { axis in
              (axis == type ? 8 : 0) + (axis == 7 - batch ? 4 : 0) + noise()
            })
          batches.append(batch)
          self.types.append(type)
        }
      }
    }
  }

  /// The names of the cells.
  package var names: [String] { rows.indices.map { "c\($0)" } }

  /// Writes an `.h5ad` with the coordinates in `obsm/X_pca`, and the columns `batch` and `type`.
  ///
  /// - Parameters:
  ///   - path: The file to make.
  ///   - hasCounts: `true` to write counts of two genes. The default is `true`; without them the
  ///     file has neither `X` nor genes.
  ///   - chosen: The rows to write. The default is `nil`, for all.
  ///   - prefix: The start of the cells' names. The default is `c`.
  /// - Throws: Errors of writing.
  package func write(
    to path: String, hasCounts: Bool = true, rows chosen: Range<Int>? = nil, prefix: String = "c"
  ) throws {
    let cells = chosen ?? 0..<rows.count
    let file = try File(creatingAt: path)
    if hasCounts {
      try file.writeMatrix(
        cells.map { [1, Double($0 % 3)] }, at: "X", layout: .csr, of: Float.self)
    }
    try file.writeTable(
      "obs", index: cells.map { "\(prefix)\($0)" }, columns: ["batch", "type"])
    try file.writeTable("var", index: hasCounts ? ["g0", "g1"] : [])
    try file.writeCategorical(
      "obs/batch", codes: cells.map { batches[$0] },
      categories: (0...(batches.max() ?? 0)).map { "lab\($0)" })
    try file.write(strings: cells.map { "t\(types[$0])" }, at: "obs/type")
    try file.createGroup("obsm")
    try file.setAttribute("encoding-type", of: "obsm", to: .string("dict"))
    try file.write(
      cells.flatMap { rows[$0] }, at: "obsm/X_pca", shape: [cells.count, Self.dimensions])
    try file.close()
  }

  /// The coordinates as a text table with the cells' names in the first column, in reverse order.
  package var table: String {
    let heading = (["cell"] + (0..<Self.dimensions).map { "PC\($0 + 1)" }).joined(separator: "\t")
    let lines = rows.indices.reversed().map { row in
      (["c\(row)"] + rows[row].map { "\($0)" }).joined(separator: "\t")
    }
    return ([heading] + lines).joined(separator: "\n") + "\n"
  }
}
