internal import Numerics

/// The cells that may be among the nearest of one query, given inexact distances.
///
/// A cell remains a candidate while its squared distance is at most the `wanted`-th smallest of all
/// candidates and twice the error bound: less one error for the one, and one more for the other.
struct CandidateList {
  private let wanted: Int

  /// The candidates, and their measured squared distances.
  private var rows: [Int32] = []
  private var squares: [Float] = []

  /// The `wanted`-th smallest squared distance at the last narrowing.
  private var bound = Float.infinity

  /// The largest error bound of the squared distances so far.
  private var error: Float = 0

  /// The number of candidates at which the list is narrowed.
  private var limit: Int

  /// The number of cells that were added, candidates or not.
  private var seen = 0

  init(wanted: Int) {
    self.wanted = wanted
    limit = 2 * wanted
    rows.reserveCapacity(4 * wanted + 32)
    squares.reserveCapacity(4 * wanted + 32)
  }

  /// Adds the cells of a block that may be near enough.
  ///
  /// A part of the block is as long as all that was seen before, and then the list is narrowed. With
  /// the whole first block at once, all of its cells would be candidates.
  ///
  /// - Parameters:
  ///   - values: The squared distances, minus a common constant.
  ///   - first: The row of the first value.
  ///   - error: The error bound of the values.
  ///   - places: Scratch memory for as many numbers as values.
  mutating func add(
    _ values: FloatView, first: Int, error: Float, using places: inout [Int32]
  ) {
    self.error = max(self.error, error)
    var start = 0
    while start < values.count {
      let end = min(start + max(seen, 2 * wanted + 32), values.count)
      addPart(values[start..<end], first: first + start, using: &places)
      seen += end - start
      start = end
    }
  }

  /// Adds the cells of a part of a block, and narrows the list if it is long.
  private mutating func addPart(
    _ values: FloatView, first: Int, using places: inout [Int32]
  ) {
    let count = findPlaces(in: values, upTo: bound + 2 * error, first: first, into: &places)
    for row in places.prefix(count) {
      rows.append(row)
      squares.append(values[Int(row) - first])
    }
    if rows.count > limit { narrow(using: &places) }
  }

  /// Returns the remaining rows after all cells were added.
  mutating func survivors() -> [Int32] {
    var places: [Int32] = []
    narrow(using: &places)
    return rows
  }

  /// Removes candidates that the other candidates exclude.
  private mutating func narrow(using places: inout [Int32]) {
    guard rows.count > wanted else { return }
    guard wanted > 0 else {
      (rows, squares) = ([], [])
      return
    }
    bound = min(bound, smallest(wanted - 1, of: squares))
    if places.count < squares.count {
      places += repeatElement(0, count: squares.count - places.count)
    }
    let count = findPlaces(in: squares, upTo: bound + 2 * error, into: &places)
    for (new, old) in places.prefix(count).enumerated() {
      rows[new] = rows[Int(old)]
      squares[new] = squares[Int(old)]
    }
    rows.removeLast(rows.count - count)
    squares.removeLast(squares.count - count)
    // If many cells are closer together than the error, all of them remain.
    limit = max(limit, 2 * rows.count)
  }
}
