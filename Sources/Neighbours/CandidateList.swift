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

  init(wanted: Int) {
    self.wanted = wanted
    limit = 2 * wanted + 32
  }

  /// Adds the cells of a block that may be near enough.
  ///
  /// - Parameters:
  ///   - values: The squared distances, minus a common constant.
  ///   - first: The row of the first value.
  ///   - error: The error bound of the values.
  ///   - places: Scratch memory for as many numbers as values.
  mutating func add(
    _ values: FloatView, first: Int, error: Float, using places: inout [Int32]
  ) {
    let count = findPlaces(in: values, upTo: bound + error, first: first, into: &places)
    candidates.reserveCapacity(limit + DistanceBlocks.blockSize)
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
    var sorted = candidates.map { $0.most }
    bound = min(bound, smallest(wanted - 1, of: &sorted))
    candidates.removeAll { $0.least > bound }
    // If many cells are closer together than the error, all of them remain.
    limit = max(limit, 2 * candidates.count)
  }
}

/// Returns the number that would be at `place` in sorted order; reorders the numbers.
///
/// Hoare's selection with the median of three as pivot; O(n) on average.
package func smallest(_ place: Int, of numbers: inout [Float]) -> Float {
  var low = 0
  var high = numbers.count - 1
  while low < high {
    let (a, b, c) = (numbers[low], numbers[(low + high) / 2], numbers[high])
    let pivot = max(min(a, b), min(max(a, b), c))
    var (i, j) = (low, high)
    while i <= j {
      while numbers[i] < pivot { i += 1 }
      while numbers[j] > pivot { j -= 1 }
      if i <= j {
        numbers.swapAt(i, j)
        i += 1
        j -= 1
      }
    }
    if place <= j {
      high = j
    } else if place >= i {
      low = i
    } else {
      return numbers[place]
    }
  }
  return numbers[place]
}
