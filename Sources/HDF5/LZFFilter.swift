internal import CHDF5

/// The registration of a decoder for h5py's "lzf" filter, which the C library does not have.
///
/// AnnData files with this filter are common, since it is the fastest filter of h5py.
let lzfFilterIsRegistered: Bool = {
  var filter = unsafe H5Z_class2_t()
  unsafe filter.version = H5Z_CLASS_T_VERS
  unsafe filter.id = H5Z_filter_t(lzfFilter)
  // This encoder reports every chunk as incompressible, and HDF5 then stores it unchanged. Without
  // an encoder, datasets with this filter could not be copied to another file.
  unsafe filter.encoder_present = 1
  unsafe filter.decoder_present = 1
  unsafe filter.filter = decodeLZFChunk
  return locked { unsafe H5Zregister(&filter) } >= 0
}()

/// The filter's number in the HDF5 registry.
let lzfFilter = 32000

/// Decodes a compressed chunk for HDF5; returns the size, or 0 on failure.
private func decodeLZFChunk(
  flags: UInt32, valueCount: Int, values: UnsafePointer<UInt32>?, bytes: Int,
  size: UnsafeMutablePointer<Int>?, buffer: UnsafeMutablePointer<UnsafeMutableRawPointer?>?
) -> Int {
  guard flags & UInt32(H5Z_FLAG_REVERSE) != 0, let size = unsafe size, let buffer = unsafe buffer,
    let input = unsafe buffer.pointee
  else { return 0 }
  // The third value is the size of the decoded chunk. For variable-length strings h5py does not
  // write it.
  let expected = unsafe valueCount >= 3 ? Int(values?[2] ?? 0) : 0
  let packed = unsafe UnsafeBufferPointer(
    start: input.assumingMemoryBound(to: UInt8.self), count: bytes)
  guard let output = unsafe decodeLZF(packed.span, expecting: expected > 0 ? expected : nil),
    let memory = unsafe H5allocate_memory(Swift.max(1, output.count), false)
  else { return 0 }
  unsafe output.withUnsafeBytes {
    unsafe UnsafeMutableRawBufferPointer(start: memory, count: output.count).copyMemory(from: $0)
  }
  unsafe H5free_memory(input)
  unsafe buffer.pointee = memory
  unsafe size.pointee = output.count
  return output.count
}

/// The largest number of bytes decoded per input byte: three bytes can repeat 264.
private let mostLZFRepeats = 88

/// Reverses LZF compression.
///
/// The format is a sequence of commands. A byte `b` below 32 is followed by `b + 1` literal bytes.
/// Any other byte is a repetition. Its upper three bits are the length minus 2; if all three are
/// set, the next byte is added. Its lower five bits and the following byte are the distance back
/// minus 1.
///
/// - Parameters:
///   - input: The compressed bytes.
///   - size: The number of decoded bytes; `nil` if it is unknown. It is at most 88 times the input.
/// - Returns: The bytes, or `nil` if the input is damaged.
package func decodeLZF(_ input: Span<UInt8>, expecting size: Int?) -> [UInt8]? {
  // A file's stated size must not allocate memory that the input cannot fill.
  guard size ?? 0 <= mostLZFRepeats * input.count else { return nil }
  var output: [UInt8] = []
  output.reserveCapacity(size ?? 4 * input.count)
  var position = 0
  func next() -> Int? {
    guard position < input.count else { return nil }
    defer { position += 1 }
    return Int(input[position])
  }
  while let command = next() {
    if command < 32 {
      guard position + command < input.count else { return nil }
      for _ in 0...command {
        output.append(input[position])
        position += 1
      }
    } else {
      var length = command >> 5
      if length == 7 {
        guard let more = next() else { return nil }
        length += more
      }
      guard let low = next() else { return nil }
      let start = output.count - ((command & 31) << 8 | low) - 1
      guard start >= 0 else { return nil }
      // A repetition may overlap the bytes being written.
      for k in start..<start + length + 2 { output.append(output[k]) }
    }
    if let size, output.count > Swift.max(size, 0) { return nil }
  }
  return size == nil || output.count == size ? output : nil
}
