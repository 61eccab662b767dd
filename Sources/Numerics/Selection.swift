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
