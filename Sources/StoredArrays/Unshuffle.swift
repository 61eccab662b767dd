/// Reverses HDF5's shuffle filter, which stores the first bytes of all elements, then all second
/// bytes, and so on.
///
/// - Parameters:
///   - input: The shuffled bytes.
///   - width: The bytes of an element.
///   - output: The buffer for the elements; of the size of `input`.
package func unshuffle(
  _ input: UnsafeRawBufferPointer, width: Int, into output: UnsafeMutableRawBufferPointer
) {
  precondition(input.count == output.count, "\(input.count) bytes into \(output.count)")
  // Sixteen elements at a time, in registers: a hundred times as fast as byte by byte.
  switch width {
  case 2: unsafe unshuffle(input, width, into: output) { unsafe $0.pairs(0) }
  case 4: unsafe unshuffle(input, width, into: output) { unsafe $0.fours(0) }
  case 8: unsafe unshuffle(input, width, into: output) { unsafe $0.eights() }
  default: unsafe unshuffleReference(input, width: width, into: output)
  }
}

/// Unshuffles byte by byte: the slow reference for tests of ``unshuffle(_:width:into:)``.
package func unshuffleReference(
  _ input: UnsafeRawBufferPointer, width: Int, into output: UnsafeMutableRawBufferPointer
) {
  let count = input.count / Swift.max(1, width)
  unsafe unshuffleReference(input, width: width, elements: 0..<count, into: output)
  // Bytes after the last whole element keep their place.
  for k in count * width..<input.count { unsafe output[k] = unsafe input[k] }
}

private func unshuffleReference(
  _ input: UnsafeRawBufferPointer, width: Int, elements: Range<Int>,
  into output: UnsafeMutableRawBufferPointer
) {
  let count = input.count / Swift.max(1, width)
  for k in elements {
    for rank in 0..<width { unsafe output[k * width + rank] = unsafe input[rank * count + k] }
  }
}

/// Unshuffles sixteen elements at a time, and byte by byte the few that are left.
@inline(__always)
private func unshuffle<Elements: SIMD>(
  _ input: UnsafeRawBufferPointer, _ width: Int, into output: UnsafeMutableRawBufferPointer,
  _ joined: (Planes) -> Elements
) {
  guard input.count.isMultiple(of: width), let from = input.baseAddress,
    let to = output.baseAddress
  else {
    unsafe unshuffleReference(input, width: width, into: output)
    return
  }
  let count = input.count / width
  let whole = count / 16 * 16
  for first in stride(from: 0, to: whole, by: 16) {
    let elements = unsafe joined(Planes(first: from + first, count: count))
    unsafe (to + first * width).storeBytes(of: elements, as: Elements.self)
  }
  unsafe unshuffleReference(input, width: width, elements: whole..<count, into: output)
}

/// The shuffled bytes of sixteen elements.
@unsafe
private struct Planes {
  /// The first byte of the first element.
  let first: UnsafeRawPointer

  /// The distance from a byte of an element to its next.
  let count: Int

  /// The bytes of one rank.
  @inline(__always)
  func bytes(_ rank: Int) -> SIMD16<UInt8> {
    unsafe (first + rank * count).loadUnaligned(as: SIMD16<UInt8>.self)
  }

  /// The bytes of two ranks, one after the other in each element.
  @inline(__always)
  func pairs(_ rank: Int) -> SIMD16<UInt16> {
    var both = SIMD32<UInt8>()
    both.evenHalf = unsafe bytes(rank)
    both.oddHalf = unsafe bytes(rank + 1)
    return unsafe unsafeBitCast(both, to: SIMD16<UInt16>.self)
  }

  /// The bytes of four ranks.
  @inline(__always)
  func fours(_ rank: Int) -> SIMD16<UInt32> {
    var both = SIMD32<UInt16>()
    both.evenHalf = unsafe pairs(rank)
    both.oddHalf = unsafe pairs(rank + 2)
    return unsafe unsafeBitCast(both, to: SIMD16<UInt32>.self)
  }

  /// The bytes of all eight ranks.
  @inline(__always)
  func eights() -> SIMD16<UInt64> {
    var both = SIMD32<UInt32>()
    both.evenHalf = unsafe fours(0)
    both.oddHalf = unsafe fours(4)
    return unsafe unsafeBitCast(both, to: SIMD16<UInt64>.self)
  }
}
