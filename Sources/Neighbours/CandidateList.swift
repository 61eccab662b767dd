internal import Numerics

/// The cells that may be among the nearest of one query, given inexact distances.
///
/// A cell remains a candidate while the lower bound of its squared distance is at most the
/// `wanted`-th smallest upper bound of all candidates.
struct CandidateList {
  private struct Candidate {
    let row: Int32

    /// The lower and the upper bound of the squared distance.
    let least: Float
    let most: Float
  }

  private let wanted: Int
  private var candidates: [Candidate] = []

  /// The upper bound of the `wanted`-th nearest cell's squared distance.
  private var bound = Float.infinity

  /// The number of candidates at which the list is narrowed.
  private var limit: Int

  /// The number of cells that were added, candidates or not.
  private var seen = 0

  init(wanted: Int) {
    self.wanted = wanted
    limit = 2 * wanted
    candidates.reserveCapacity(4 * wanted + 32)
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
    var start = 0
    while start < values.count {
      let end = min(start + max(seen, 2 * wanted + 32), values.count)
      addPart(values[start..<end], first: first + start, error: error, using: &places)
      seen += end - start
      start = end
    }
  }

  /// Adds the cells of a part of a block, and narrows the list if it is long.
  private mutating func addPart(
    _ values: FloatView, first: Int, error: Float, using places: inout [Int32]
  ) {
    let count = findPlaces(in: values, upTo: bound + error, first: first, into: &places)
    for row in places.prefix(count) {
      let value = values[Int(row) - first]
      candidates.append(Candidate(row: row, least: value - error, most: value + error))
    }
    if candidates.count > limit { narrow() }
  }

  /// Returns the remaining rows after all cells were added.
  mutating func survivors() -> [Int32] {
    narrow()
    return candidates.map { $0.row }
  }

  /// Removes candidates that the other candidates exclude.
  private mutating func narrow() {
    guard candidates.count > wanted else { return }
    guard wanted > 0 else {
      candidates = []
      return
    }
    bound = min(bound, smallest(wanted - 1, of: candidates.map { $0.most }))
    // Each is written in its place or over the one before: whether one is left is as good as random,
    // and a branch would be mispredicted.
    var left = 0
    for place in candidates.indices {
      let candidate = candidates[place]
      candidates[left] = candidate
      left += candidate.least <= bound ? 1 : 0
    }
    candidates.removeLast(candidates.count - left)
    // If many cells are closer together than the error, all of them remain.
    limit = max(limit, 2 * candidates.count)
  }
}
