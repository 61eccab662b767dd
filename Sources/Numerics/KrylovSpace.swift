/// An orthonormal basis `V`, grown by products with a symmetric `A`, and the next block.
///
/// Vectors are rows, with `A V = T V + E R Q`. Products of the basis lie in its span, except those
/// of its last block, which also contain `R Q`, where `Q` is the next block. Vectors are split into
/// shards of 512 elements. Each shard stores the parts of all vectors together, because the work is
/// products of the whole basis with a block.
struct KrylovSpace {
  /// The current number of basis vectors.
  private(set) var count = 0

  /// `T`; `(capacity, capacity)`.
  private var projected: [Double]

  /// `R`; `(block, block)`.
  private var remainder: [Double]

  private let n: Int
  private let capacity: Int
  private let block: Int
  private let pool: ThreadPool
  private let shards: [Range<Int>]

  /// Each shard's part of the basis and of the next block; `(capacity + block, stride)` each.
  private let parts: [DoubleView]

  /// The row stride, which is not a power of two, or else all rows would share one set of the
  /// cache.
  private let stride = 512 + 8

  private var generator: Xoshiro256

  /// Starts with an empty basis and a random block.
  init(size n: Int, capacity: Int, block: Int, seed: UInt64, pool: ThreadPool) {
    self.n = n
    self.capacity = capacity
    self.block = block
    self.pool = pool
    let stride = stride
    shards = fixedShards(of: n, size: 512)
    parts = shards.map { _ in DoubleView.zeros((capacity + block) * stride) }
    projected = Array(repeating: 0, count: capacity * capacity)
    remainder = Array(repeating: 0, count: block * block)
    generator = Xoshiro256(seed: seed)
    for row in 0..<block { randomize(row) }
    orthonormalize(lengths: Array(repeating: 1, count: block))
  }

  /// The matrix `T` of the current basis; `(count, count)`.
  var projection: [Double] {
    (0..<count).flatMap { projected[$0 * capacity..<$0 * capacity + count] }
  }

  /// Returns `‖A v - λ v‖` of the Ritz vector with these coordinates in the basis.
  func residual(of coordinates: ArraySlice<Double>) -> Double {
    let last = Array(coordinates.suffix(block))
    return (0..<block).reduce(0.0) { sum, i in
      let entry = (0..<block).reduce(0.0) { $0 + remainder[i * block + $1] * last[$1] }
      return sum + entry * entry
    }.squareRoot()
  }

  /// Adds blocks, each made from products of the last one, until the space is full.
  mutating func grow(applying product: (DoubleView, Int, DoubleView) -> Void) {
    let vectors = DoubleView.zeros(block * n)
    let products = DoubleView.zeros(block * n)
    while count + block <= capacity {
      for row in 0..<block { gather(count + row, into: vectors[row * n..<(row + 1) * n]) }
      count += block
      product(vectors, block, products)
      for row in 0..<block { scatter(products[row * n..<(row + 1) * n], to: count + row) }
      let lengths = (0..<block).map { dots(count + $0..<count + $0 + 1, with: count + $0)[0] }
      // Two passes are enough: the second removes the rounding error of the first.
      for _ in 0..<2 {
        for row in 0..<block {
          let column = count - block + row
          for (i, coordinate) in removeBasis(from: count + row).enumerated() {
            projected[i * capacity + column] += coordinate
          }
        }
      }
      for column in count - block..<count {
        for i in 0..<count { projected[column * capacity + i] = projected[i * capacity + column] }
      }
      orthonormalize(lengths: lengths.map { $0.squareRoot() })
    }
  }

  /// Reduces the space to the Ritz vectors with the given coordinates and values.
  mutating func restart(with ritz: [ArraySlice<Double>], values: [Double]) {
    let kept = values.count
    let coordinates = DoubleView(ritz.flatMap(\.self))
    let (count, stride, block, parts, shards) = (count, stride, block, parts, shards)
    pool.parallel(shards.count) { shard in
      let part = parts[shard]
      let combined = DoubleView.zeros(kept * stride)
      multiplyDoubles(
        coordinates, m: kept, n: shards[shard].count, k: count, rowStride: count,
        columnStride: 1, part, bStride: stride, into: combined, cStride: stride)
      part[0..<kept * stride].copy(from: combined)
      for row in 0..<block {
        let next = (count + row) * stride
        part[(kept + row) * stride..<(kept + row + 1) * stride]
          .copy(from: part[next..<next + stride])
      }
    }
    self.count = kept
    projected = Array(repeating: 0, count: capacity * capacity)
    for (i, value) in values.enumerated() { projected[i * capacity + i] = value }
  }

  /// Returns the vectors with the given coordinates in the basis; `(ritz.count, n)`.
  func combinations(_ ritz: [ArraySlice<Double>]) -> [Double] {
    guard !ritz.isEmpty else { return [] }
    let coordinates = DoubleView(ritz.flatMap(\.self))
    let result = DoubleView.zeros(ritz.count * n)
    let (count, stride, n, parts, shards) = (count, stride, n, parts, shards)
    pool.parallel(shards.count) { shard in
      multiplyDoubles(
        coordinates, m: ritz.count, n: shards[shard].count, k: count, rowStride: count,
        columnStride: 1, parts[shard], bStride: stride,
        into: result[shards[shard].lowerBound..<result.count], cStride: n)
    }
    return result.values
  }

  /// Makes the next block orthonormal and stores its former coordinates as `R`.
  ///
  /// If almost nothing is left of a vector, the space already contains everything that products can
  /// reach. The vector then becomes a random one with zero coordinates in `R`.
  private mutating func orthonormalize(lengths: [Double]) {
    remainder = Array(repeating: 0, count: block * block)
    for row in 0..<block {
      for _ in 0..<2 {
        for (other, coordinate) in remove(count..<count + row, from: count + row).enumerated() {
          remainder[other * block + row] += coordinate
        }
      }
      var length = norm(of: count + row)
      if length > 1e-13 * lengths[row] {
        remainder[row * block + row] = length
      } else {
        randomize(count + row)
        for _ in 0..<3 { remove(0..<count + row, from: count + row) }
        length = norm(of: count + row)
      }
      scale(count + row, by: 1 / length)
    }
  }

  private func removeBasis(from row: Int) -> [Double] { remove(0..<count, from: row) }

  /// Removes the components along the vectors `rows` from another vector, and returns its
  /// coordinates.
  @discardableResult
  private func remove(_ rows: Range<Int>, from row: Int) -> [Double] {
    guard !rows.isEmpty else { return [] }
    let coordinates = dots(rows, with: row)
    let negated = DoubleView(coordinates.map { -$0 })
    let (stride, parts, shards) = (stride, parts, shards)
    pool.parallel(shards.count) { shard in
      let (part, size) = (parts[shard], shards[shard].count)
      multiplyDoubles(
        negated, m: 1, n: size, k: rows.count, rowStride: 0, columnStride: 1,
        part[rows.lowerBound * stride..<rows.upperBound * stride], bStride: stride,
        into: part[row * stride..<row * stride + size], cStride: stride, adding: true)
    }
    return coordinates
  }

  /// Returns the dot products of the vectors `rows` with another one, summed over shards in order.
  private func dots(_ rows: Range<Int>, with row: Int) -> [Double] {
    let (stride, parts, shards) = (stride, parts, shards)
    let products = pool.map(shards.count) { shard in
      let (part, size) = (parts[shard], shards[shard].count)
      return rowDots(
        part[rows.lowerBound * stride..<rows.upperBound * stride], m: rows.count,
        aStride: stride, part[row * stride..<row * stride + size], n: 1, bStride: stride, k: size)
    }
    return products.reduce(into: [Double](repeating: 0, count: rows.count)) { sums, products in
      for i in sums.indices { sums[i] += products[i] }
    }
  }

  private func norm(of row: Int) -> Double { dots(row..<row + 1, with: row)[0].squareRoot() }

  private func scale(_ row: Int, by factor: Double) {
    for part in parts { part[row * stride..<(row + 1) * stride].scale(by: factor) }
  }

  private mutating func randomize(_ row: Int) {
    for (part, shard) in zip(parts, shards) {
      for i in 0..<shard.count { part[row * stride + i] = generator.standardNormal() }
    }
  }

  private func gather(_ row: Int, into vector: DoubleView) {
    for (part, shard) in zip(parts, shards) {
      vector[shard].copy(from: part[row * stride..<row * stride + shard.count])
    }
  }

  private func scatter(_ vector: DoubleView, to row: Int) {
    for (part, shard) in zip(parts, shards) {
      part[row * stride..<row * stride + shard.count].copy(from: vector[shard])
    }
  }
}
