internal import CKernels

/// Returns the number at `place` in ascending order.
///
/// O(n), for any order of the numbers.
///
/// - Parameters:
///   - place: The place, from 0.
///   - numbers: The numbers, more than `place`, none of them NaN.
/// - Returns: The number.
package func smallest(_ place: Int, of numbers: [Float]) -> Float {
  precondition(place >= 0 && place < numbers.count, "\(numbers.count) numbers have no \(place)")
  return unsafe kernels.pointee.smallest(numbers.count, numbers, place)
}

/// Finds the same by sorting.
package func smallestReference(_ place: Int, of numbers: [Float]) -> Float {
  numbers.sorted()[place]
}

/// Returns the middle number, or the mean of the two in the middle; 0 if there is none.
package func median(of numbers: [Double]) -> Double {
  guard !numbers.isEmpty else { return 0 }
  let sorted = numbers.sorted()
  let upper = sorted.count / 2
  return sorted.count % 2 == 1 ? sorted[upper] : (sorted[upper - 1] + sorted[upper]) / 2
}
