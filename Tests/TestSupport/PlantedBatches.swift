internal import HDF5

/// Counts of cells of planted types in batches: each type has twenty genes of its own.
package struct PlantedBatches: Sendable {
  /// The counts; `(cells, genes)`.
  package var rows: [[Double]] = []

  /// The batch of each cell.
  package var batches: [Int] = []

  /// The type of each cell.
  package var types: [Int] = []

  /// Makes cells.
  ///
  /// - Parameters:
  ///   - types: The types of each batch, of eight.
  ///   - cellsOfType: The number of cells of each type in each batch. The default is 40.
  ///   - genes: The number of genes. The default is 160.
  package init(_ types: [[Int]], cellsOfType: Int = 40, genes: Int = 160) {
    var state: UInt64 = 7
    func uniform() -> Double {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Double(state >> 33) / 0x1p31
    }
    for (batch, types) in types.enumerated() {
      for type in types {
        for _ in 0..<cellsOfType {
          rows.append(
            (0..<genes).map { gene in
              let isEffect = batch == 1 && gene % 3 == 0
              return ((gene / 20 == type ? 24 : 4) * (isEffect ? 2 : 1) * uniform()).rounded()
            })
          batches.append(batch)
          self.types.append(type)
        }
      }
    }
  }

  /// Writes an `.h5ad` with a column of the batches and one of the types.
  ///
  /// - Parameters:
  ///   - path: The file to make.
  ///   - columns: The names of the columns. The default is `lab` and `type`.
  ///   - embeddings: The embeddings in `obsm`, of two dimensions each.
  ///   - countsLayer: The layer with the unchanged counts. The default is `nil`, for none.
  ///   - change: Changes the values of `X` before they are written.
  /// - Throws: Errors of writing.
  package func write(
    to path: String, columns: (batch: String, type: String) = ("lab", "type"),
    embeddings: [(name: String, points: [[Float]])] = [], countsLayer: String? = nil,
    change: (Double) -> Double = { $0 }
  ) throws {
    let file = try File(creatingAt: path)
    if let countsLayer {
      try file.createGroup("layers")
      try file.writeMatrix(rows, at: "layers/\(countsLayer)", layout: .csr, of: Float.self)
    }
    try file.writeMatrix(
      rows.map { $0.map(change) }, at: "X", layout: .csr, of: Float.self)
    try file.writeTable(
      "obs", index: rows.indices.map { "c\($0)" }, columns: [columns.batch, columns.type])
    try file.writeTable("var", index: (0..<(rows.first?.count ?? 0)).map { "g\($0)" })
    try file.writeCategorical(
      "obs/\(columns.batch)", codes: batches,
      categories: (0...(batches.max() ?? 0)).map { "lab\($0)" })
    try file.write(strings: types.map { "t\($0)" }, at: "obs/\(columns.type)")
    if !embeddings.isEmpty {
      try file.createGroup("obsm")
      try file.setAttribute("encoding-type", of: "obsm", to: .string("dict"))
      for (name, points) in embeddings {
        try file.write(points.flatMap(\.self), at: "obsm/\(name)", shape: [rows.count, 2])
      }
    }
    try file.close()
  }
}
