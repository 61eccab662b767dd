internal import CKernels

/// Squared distances from some rows to all rows of a reference, computed by matrix products in
/// blocks.
///
/// With both sides centred on the reference's mean, `‖a - b‖² - ‖a‖² = ‖b‖² - 2 a·b` is one product
/// of `(-2a, 1)` with `(b, ‖b‖²)`. ``error(square:block:)`` bounds the rounding error in single
/// precision, so that an exact search is possible.
package struct DistanceBlocks: Sendable {
  /// The blocks of the reference's rows.
  package let blocks: [Range<Int>]

  /// The largest number of rows in a block.
  package static let blockSize = 512

  private let mean: [Float]
  private let panels: FloatView

  /// The start of each block in ``panels``.
  private let starts: [Int]

  /// The largest `‖b‖²` of each block.
  private let largestSquares: [Float]

  /// Prepares the rows of `x`; `(n, d)`.
  package init(_ x: Matrix, pool: ThreadPool) {
    self.init(x, around: columnMeans(of: x, pool: pool), pool: pool)
  }

  /// Prepares the rows of `x` with a given centre for both sides; `[d]`.
  package init(_ x: Matrix, around mean: [Float], pool: ThreadPool? = nil) {
    self.init(
      blocks: fixedShards(of: x.rows, size: Self.blockSize), around: mean, pool: pool
    ) { DistanceQueries($0, of: x, around: mean) }
  }

  /// Prepares the rows of `x` in another order, in blocks of any size up to ``blockSize``.
  ///
  /// - Parameters:
  ///   - x: The reference; `(n, d)`.
  ///   - order: The rows in their order.
  ///   - blocks: Consecutive ranges of `order`.
  ///   - mean: The centre for both sides; `[d]`.
  ///   - pool: The threads to use.
  package init(
    _ x: Matrix, order: [Int32], blocks: [Range<Int>], around mean: [Float], pool: ThreadPool
  ) {
    self.init(blocks: blocks, around: mean, pool: pool) {
      DistanceQueries(order[$0], of: x, around: mean)
    }
  }

  private init(
    blocks: [Range<Int>], around mean: [Float], pool: ThreadPool?,
    rows prepared: @Sendable (Range<Int>) -> DistanceQueries
  ) {
    let pool = pool ?? ThreadPool(threads: 1)
    self.mean = mean
    self.blocks = blocks
    let width = mean.count + 1
    var ends = [0]
    for block in blocks { ends.append(ends[ends.count - 1] + panelSize(k: width, n: block.count)) }
    let starts = ends
    let panels = FloatView.zeros(starts[blocks.count])
    largestSquares = pool.map(blocks.count) { block in
      let rows = blocks[block]
      let queries = prepared(rows)
      let extended = FloatView.zeros(queries.rows.count)
      extended.copy(from: queries.rows)
      for i in 0..<rows.count {
        for j in 0..<width - 1 { extended[i * width + j] *= -0.5 }
        extended[i * width + width - 1] = queries.squares[i]
      }
      packPanels(
        extended, k: width, n: rows.count, rowStride: 1, columnStride: width,
        into: panels[starts[block]..<starts[block + 1]])
      return queries.squares.max() ?? 0
    }
    self.panels = panels
    self.starts = starts
  }

  /// Prepares query rows.
  package func queries(_ rows: Range<Int>, of x: Matrix) -> DistanceQueries {
    DistanceQueries(rows, of: x, around: mean)
  }

  /// Prepares query rows in any order.
  package func queries(_ rows: ArraySlice<Int32>, of x: Matrix) -> DistanceQueries {
    DistanceQueries(rows, of: x, around: mean)
  }

  /// Computes `‖a - b‖² - ‖a‖²` from all queries to one block.
  ///
  /// - Parameters:
  ///   - queries: The query rows.
  ///   - block: The index of the block.
  ///   - out: The result; `(queries, blockSize)`, with only the block's own columns written.
  package func measure(_ queries: DistanceQueries, block: Int, into out: FloatView) {
    let width = mean.count + 1
    multiplyPanels(
      queries.rows, m: queries.squares.count, n: blocks[block].count, k: width, rowStride: width,
      columnStride: 1, panels: panels[starts[block]..<starts[block + 1]],
      into: out, stride: Self.blockSize)
  }

  /// Returns a bound of the error of ``measure(_:block:into:)``.
  ///
  /// The error of a sum of `d + 1` products is at most `(d + 1) u (‖a‖² + 2 ‖b‖²)`, `u = 2⁻²⁴`;
  /// centring and squaring add at most six times the error of one term.
  ///
  /// - Parameters:
  ///   - square: `‖a‖²` of the query.
  ///   - block: The index of the block.
  /// - Returns: The bound.
  package func error(square: Float, block: Int) -> Float {
    let terms = Float(mean.count + 8)
    return terms * 0x1.1p-24 * (square + 2 * largestSquares[block])
  }
}

/// Query rows for distances.
package struct DistanceQueries: Sendable {
  /// `(-2a, 1)` for each row; `(rows, d + 1)`.
  fileprivate let rows: FloatView

  /// `‖a‖²` of each row, centred.
  package let squares: [Float]

  /// Prepares the rows in `range`, centred on `mean`.
  package init(_ range: Range<Int>, of x: Matrix, around mean: [Float]) {
    self.init(rows: range, of: x, around: mean)
  }

  /// Prepares rows in any order, centred on `mean`.
  package init(_ rows: ArraySlice<Int32>, of x: Matrix, around mean: [Float]) {
    self.init(rows: rows, of: x, around: mean)
  }

  private init(
    rows places: some Collection<some FixedWidthInteger>, of x: Matrix, around mean: [Float]
  ) {
    precondition(x.columns == mean.count, "expected \(mean.count) columns, not \(x.columns)")
    let width = x.columns + 1
    rows = FloatView.zeros(places.count * width)
    var squares = [Float](repeating: 0, count: places.count)
    for (i, row) in places.enumerated() {
      let row = x.values.span.extracting(x.range(ofRow: Int(row)))
      var square = 0.0
      for j in row.indices {
        let centred = row[j] - mean[j]
        rows[i * width + j] = -2 * centred
        square += Double(centred) * Double(centred)
      }
      rows[i * width + x.columns] = 1
      squares[i] = Float(square)
    }
    self.squares = squares
  }

  private init(rows: FloatView, squares: [Float]) {
    self.rows = rows
    self.squares = squares
  }

  /// Returns some of the queries, in the given order.
  package func selecting(_ places: ArraySlice<Int32>) -> DistanceQueries {
    let width = rows.count / max(1, squares.count)
    let selected = FloatView.zeros(places.count * width)
    for (i, place) in places.enumerated() {
      selected[i * width..<(i + 1) * width]
        .copy(from: rows[Int(place) * width..<(Int(place) + 1) * width])
    }
    return DistanceQueries(rows: selected, squares: places.map { squares[Int($0)] })
  }
}

/// Finds the positions of values up to `bound`, in ascending order.
///
/// - Parameters:
///   - values: The values to search.
///   - bound: The largest value to include.
///   - first: The number of position 0.
///   - places: The resulting positions; at least as long as `values`.
/// - Returns: The number of positions found.
package func findPlaces(
  in values: FloatView, upTo bound: Float, first: Int, into places: inout [Int32]
) -> Int {
  precondition(places.count >= values.count, "\(places.count) places for \(values.count)")
  return unsafe kernels.pointee.places_up_to(
    values.count, values.base, bound, Int32(first), &places)
}

/// Finds the positions of values up to `bound`, in ascending order, and returns their number.
package func findPlaces(in values: [Float], upTo bound: Float, into places: inout [Int32]) -> Int {
  precondition(places.count >= values.count, "\(places.count) places for \(values.count)")
  return unsafe kernels.pointee.places_up_to(values.count, values, bound, 0, &places)
}

/// Returns the sum of `√max(0, value + offset)`, in double precision over parts of 256.
package func sumOfRoots(_ values: FloatView, offset: Float) -> Double {
  unsafe kernels.pointee.sum_of_roots(values.count, values.base, offset)
}
