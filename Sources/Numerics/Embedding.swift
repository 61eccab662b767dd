/// A table of coordinates with one row per cell, which is also a collection of these rows.
///
///     for (name, row) in zip(cells.names, result.embedding) {
///       print(name, row[row.startIndex])
///     }
public struct Embedding: Equatable, Sendable {
  /// The number of cells, `n`.
  public let cellCount: Int

  /// The number of coordinates of each cell, `d`.
  public let dimensions: Int

  /// The coordinates, row-major; `(n, d)`.
  public let values: [Float]

  /// Makes a table from its values.
  public init(cellCount: Int, dimensions: Int, values: [Float]) {
    precondition(
      values.count == cellCount * dimensions,
      "\(values.count) values are not \(cellCount) × \(dimensions)")
    self.cellCount = cellCount
    self.dimensions = dimensions
    self.values = values
  }

  /// The coordinates of one cell; `(d)`.
  public subscript(cell: Int) -> ArraySlice<Float> {
    values[cell * dimensions..<(cell + 1) * dimensions]
  }

  /// Returns the coordinates, each divided by a power of its standard deviation.
  package func scaled(by variances: [Double], power: Float) -> Embedding {
    guard power > 0 else { return self }
    // Do not amplify the rounding errors of a component without variance.
    let least = 1e-12 * (variances.max() ?? 0)
    let scales = variances.map {
      $0 > Swift.max(least, 1e-30) ? Float(Numerics.power($0, -0.5 * Double(power))) : 1
    }
    var values = values
    for k in values.indices { values[k] *= scales[k % dimensions] }
    return Embedding(cellCount: cellCount, dimensions: dimensions, values: values)
  }

  /// Returns the table with only the given cells, in their order.
  package func rows(_ cells: [Int]) -> Embedding {
    // Return all cells without a copy, which would double the memory.
    if cells.count == cellCount, cells.elementsEqual(0..<cellCount) { return self }
    var rows: [Float] = []
    rows.reserveCapacity(cells.count * dimensions)
    for cell in cells { rows += self[cell] }
    return Embedding(cellCount: cells.count, dimensions: dimensions, values: rows)
  }
}

extension Embedding: RandomAccessCollection {
  /// The index of the first cell: 0.
  public var startIndex: Int { 0 }

  /// The number of cells, ``cellCount``.
  public var endIndex: Int { cellCount }
}

extension Matrix {
  /// Makes a matrix of the coordinates of an embedding; `(n, d)`.
  package init(_ embedding: Embedding) {
    self.init(
      rows: embedding.cellCount, columns: embedding.dimensions, values: embedding.values)
  }
}
