/// Reverses Blosc's shuffle of bits: the first bits of all elements, then all second bits, and so on.
///
/// Only multiples of eight elements are shuffled; other numbers keep their bytes. So do bytes after
/// the last whole element.
///
/// - Parameters:
///   - input: The shuffled bytes.
///   - width: The bytes of an element.
///   - output: The buffer for the elements; of the size of `input`.
func unshuffleBits(
  _ input: UnsafeRawBufferPointer, width: Int, into output: UnsafeMutableRawBufferPointer
) {
  let count = input.count / width
  let groups = count.isMultiple(of: 8) ? count / 8 : 0
  for rank in 0..<width {
    for group in 0..<groups {
      // Eight bytes with one bit of each of eight elements, to be transposed.
      var bits: UInt64 = 0
      for bit in 0..<8 {
        bits |= unsafe UInt64(input[(rank * 8 + bit) * groups + group]) << UInt64(8 * bit)
      }
      let bytes = transposedBits(bits)
      for element in 0..<8 {
        unsafe output[(group * 8 + element) * width + rank] = UInt8(
          truncatingIfNeeded: bytes >> UInt64(8 * element))
      }
    }
  }
  for place in groups * 8 * width..<input.count { unsafe output[place] = unsafe input[place] }
}

/// Returns a matrix of eight rows of eight bits with rows as columns, by three exchanges of blocks.
private func transposedBits(_ bits: UInt64) -> UInt64 {
  var bits = bits
  for (distance, mask) in [
    (7, 0x00AA_00AA_00AA_00AA), (14, 0x0000_CCCC_0000_CCCC), (28, 0x0000_0000_F0F0_F0F0),
  ] as [(UInt64, UInt64)] {
    let exchanged = (bits ^ bits >> distance) & mask
    bits ^= exchanged ^ exchanged << distance
  }
  return bits
}
