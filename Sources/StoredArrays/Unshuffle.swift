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
  let place = UInt(bitPattern: output.baseAddress)
  guard width > 1, input.count.isMultiple(of: width), place.isMultiple(of: UInt(width)) else {
    unsafe unshuffleReference(input, width: width, into: output)
    return
  }
  // Elements are assembled in registers and stored once, which is eight times as fast as byte by
  // byte.
  switch width {
  case 2: unsafe joinPlanes(input, into: output.assumingMemoryBound(to: UInt16.self))
  case 4: unsafe joinPlanes(input, into: output.assumingMemoryBound(to: UInt32.self))
  case 8: unsafe joinPlanes(input, into: output.assumingMemoryBound(to: UInt64.self))
  default: unsafe unshuffleReference(input, width: width, into: output)
  }
}

/// Unshuffles byte by byte: the slow reference for tests of ``unshuffle(_:width:into:)``.
package func unshuffleReference(
  _ input: UnsafeRawBufferPointer, width: Int, into output: UnsafeMutableRawBufferPointer
) {
  let count = input.count / Swift.max(1, width)
  for k in 0..<count {
    for rank in 0..<width { unsafe output[k * width + rank] = unsafe input[rank * count + k] }
  }
  // Bytes after the last whole element keep their place.
  for k in count * width..<input.count { unsafe output[k] = unsafe input[k] }
}

@inline(__always)
private func joinPlanes<Word: FixedWidthInteger & UnsignedInteger>(
  _ input: UnsafeRawBufferPointer, into output: UnsafeMutableBufferPointer<Word>
) {
  let count = output.count
  for k in 0..<count {
    var word: Word = 0
    for rank in 0..<Word.bitWidth / 8 {
      word |= unsafe Word(truncatingIfNeeded: input[rank * count + k]) << Word(8 * rank)
    }
    unsafe output[k] = Word(littleEndian: word)
  }
}
