/// A table of coordinates with one row per cell, which is also a collection of these rows.
///
///     for (name, row) in zip(cells.names, result.embedding) {
///       print(name, row[row.startIndex])
///     }
///
/// The coordinates of millions of cells are in a scratch file if they exceed the memory of the run;
/// the file disappears with the last copy of the table.
public struct Embedding: Sendable {
  /// The number of cells, `n`.
  public let cellCount: Int

  /// The number of coordinates of each cell, `d`.
  public let dimensions: Int

  private let storage: Storage

  /// The storage of the coordinates.
  private enum Storage: Sendable {
    case array([Float])
    case buffer(FloatBuffer)
  }

  /// The coordinates, row-major; `(n, d)`.
  ///
  /// If they are in a scratch file, this copies all of them to memory.
  public var values: [Float] {
    switch storage {
    case .array(let values): values
    case .buffer(let buffer): buffer.values
    }
  }

  /// Makes a table from its values.
  public init(cellCount: Int, dimensions: Int, values: [Float]) {
    precondition(
      values.count == cellCount * dimensions,
      "\(values.count) values are not \(cellCount) × \(dimensions)")
    self.cellCount = cellCount
    self.dimensions = dimensions
    storage = .array(values)
  }

  /// Makes a table of the values of a buffer, which must not change any more.
  package init(cellCount: Int, dimensions: Int, buffer: FloatBuffer) {
    precondition(
      buffer.count == cellCount * dimensions,
      "\(buffer.count) values are not \(cellCount) × \(dimensions)")
    self.cellCount = cellCount
    self.dimensions = dimensions
    storage = .buffer(buffer)
  }

  /// The coordinates of one cell, with indices from 0; `(d)`.
  public subscript(cell: Int) -> ArraySlice<Float> { values(ofCells: cell..<cell + 1)[...] }

  /// Returns the coordinates of consecutive cells, row-major; `(cells, d)`.
  package func values(ofCells cells: Range<Int>) -> [Float] {
    let range = cells.lowerBound * dimensions..<cells.upperBound * dimensions
    return switch storage {
    case .array(let values): range.count == values.count ? values : Array(values[range])
    case .buffer(let buffer): buffer.view[range].values
    }
  }

  /// Copies the coordinates of one cell; `(d)`.
  package func copy(cell: Int, to view: FloatView) {
    let range = cell * dimensions..<(cell + 1) * dimensions
    switch storage {
    case .array(let values):
      let row = values.span.extracting(range)
      for j in row.indices { view[j] = row[j] }
    case .buffer(let buffer): view.copy(from: buffer.view[range])
    }
  }

  /// Returns the table with only the given cells, in their order.
  ///
  /// - Parameters:
  ///   - cells: The cells.
  ///   - memory: The memory of the new table.
  /// - Returns: The table; this one if the cells are all of its own.
  /// - Throws: Errors of the memory, such as a full disk.
  package func rows(
    _ cells: some Collection<Int>, in memory: TableMemory
  ) throws -> Embedding {
    if isWhole(cells) { return self }
    let buffer = try FloatBuffer(count: cells.count * dimensions, in: memory)
    for (row, cell) in cells.enumerated() {
      copy(cell: cell, to: buffer.view[row * dimensions..<(row + 1) * dimensions])
    }
    return Embedding(cellCount: cells.count, dimensions: dimensions, buffer: buffer)
  }

  /// Returns the table with only the given cells, in their order.
  package func rows(_ cells: [Int]) -> Embedding {
    if isWhole(cells) { return self }
    var rows: [Float] = []
    rows.reserveCapacity(cells.count * dimensions)
    for cell in cells { rows += self[cell] }
    return Embedding(cellCount: cells.count, dimensions: dimensions, values: rows)
  }

  /// Returns whether the given cells are all cells in order, of which no copy is needed.
  private func isWhole(_ cells: some Collection<Int>) -> Bool {
    cells.count == cellCount && cells.elementsEqual(0..<cellCount)
  }
}

extension Embedding: Equatable {
  /// Returns whether two tables have the same shape and the same coordinates.
  public static func == (left: Embedding, right: Embedding) -> Bool {
    left.cellCount == right.cellCount && left.dimensions == right.dimensions
      && left.values == right.values
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

/// A table of coordinates that is filled block by block, in the order of the cells.
///
///     var writer = try EmbeddingWriter(cellCount: n, dimensions: d, in: memory)
///     for block in blocks { writer.append(coordinates(of: block).values) }
///     return writer.finish()
package struct EmbeddingWriter {
  private let cellCount: Int
  private let dimensions: Int
  private let buffer: FloatBuffer
  private var count = 0

  /// Prepares a table.
  ///
  /// - Throws: Errors of the memory, such as a full disk.
  package init(cellCount: Int, dimensions: Int, in memory: TableMemory) throws {
    self.cellCount = cellCount
    self.dimensions = dimensions
    buffer = try FloatBuffer(count: cellCount * dimensions, in: memory)
  }

  /// Adds rows.
  package mutating func append(_ values: [Float]) {
    buffer.view[count..<count + values.count].copy(from: values)
    count += values.count
  }

  /// Returns the complete table.
  package func finish() -> Embedding {
    precondition(count == buffer.count, "\(count) of \(buffer.count) values were added")
    return Embedding(cellCount: cellCount, dimensions: dimensions, buffer: buffer)
  }
}

extension PrincipalComponents {
  /// Divides coordinates by a power of each component's standard deviation.
  ///
  /// - Parameters:
  ///   - values: The coordinates, row-major; `(n, d)`.
  ///   - power: The power; at 0 nothing changes.
  package func scale(_ values: inout [Float], power: Float) {
    guard power > 0 else { return }
    // Do not amplify the rounding errors of a component without variance.
    let least = 1e-12 * (variances.max() ?? 0)
    let scales = variances.map {
      $0 > Swift.max(least, 1e-30) ? Float(Numerics.power($0, -0.5 * Double(power))) : 1
    }
    for k in values.indices { values[k] *= scales[k % scales.count] }
  }
}
