internal import Kernels

/// The cells that may be among the nearest of one query, given inexact distances.
///
/// A cell stays in question while the least that its squared distance can be is
/// no more than the `wanted`-th smallest of what those of others are at most.
struct CandidateList {
  private struct Candidate {
    let row: Int32

    /// The least and the most that the squared distance can be.
    let least: Float
    let most: Float
  }

  private let wanted: Int
  private var candidates: [Candidate] = []

  /// What the `wanted`-th nearest cell's squared distance is at most.
  private var bound = Float.infinity

  /// How many candidates there may be before they are looked through.
  private var limit: Int

  init(wanted: Int) {
    self.wanted = wanted
    limit = 2 * wanted + 32
  }

  /// Adds those of a block of cells that may be near enough.
  ///
  /// - Parameters:
  ///   - values: The squared distances, less the same for all.
  ///   - first: The row of the first value.
  ///   - error: How far a value may be off.
  ///   - places: Room for as many numbers as there are values.
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

  /// The rows still in question, when all cells were added.
  mutating func survivors() -> [Int32] {
    narrow()
    return candidates.map { $0.row }
  }

  /// Leaves out whom the candidates themselves show to be too far.
  private mutating func narrow() {
    guard candidates.count > wanted else { return }
    guard wanted > 0 else {
      candidates = []
      return
    }
    var sorted = candidates.map { $0.most }
    bound = min(bound, smallest(wanted - 1, of: &sorted))
    candidates.removeAll { $0.least > bound }
    // Where many cells lie closer together than the error, they all have to stay.
    limit = max(limit, 2 * candidates.count)
  }
}

/// The number that would stand at `place` if the numbers were sorted; reorders them.
///
/// Hoare's selection with the middle of three as pivot; O(n) as a rule.
func smallest(_ place: Int, of numbers: inout [Float]) -> Float {
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
