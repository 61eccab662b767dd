internal import CHDF5

/// Makes the C library read what h5py compressed as "lzf", a filter that only h5py has built in.
///
/// Anndata files of that kind are common, as it is the fastest that h5py offers.
let lzfFilterIsRegistered: Bool = {
  var filter = unsafe H5Z_class2_t()
  unsafe filter.version = H5Z_CLASS_T_VERS
  unsafe filter.id = H5Z_filter_t(lzfFilter)
  // It says of everything that it cannot be made smaller, which HDF5 then stores as it is;
  // without one, no dataset of the filter could be copied to another file.
  unsafe filter.encoder_present = 1
  unsafe filter.decoder_present = 1
  unsafe filter.filter = decodeLZFChunk
  return locked { unsafe H5Zregister(&filter) } >= 0
}()

/// The filter's number in the registry of HDF5.
let lzfFilter = 32000

/// The function that HDF5 calls with a compressed chunk; returns the size, or 0 on failure.
private func decodeLZFChunk(
  flags: UInt32, valueCount: Int, values: UnsafePointer<UInt32>?, bytes: Int,
  size: UnsafeMutablePointer<Int>?, buffer: UnsafeMutablePointer<UnsafeMutableRawPointer?>?
) -> Int {
  guard flags & UInt32(H5Z_FLAG_REVERSE) != 0, let size = unsafe size, let buffer = unsafe buffer,
    let input = unsafe buffer.pointee
  else { return 0 }
  // The third value is the chunk's size, which is what comes out; of strings of any length h5py
  // does not write it.
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

/// How many bytes come of one at most: three bytes repeat 264.
private let mostLZFRepeats = 88

/// Undoes LZF compression.
///
/// The format is a row of commands. A byte below 32 is followed by that many and one more
/// bytes as they are. Any other is a repetition: its upper three bits are the length less 2,
/// with a further byte to be added where they are all set; its lower five bits and the
/// byte behind are how far back to start, less 1.
///
/// - Parameters:
///   - input: The compressed bytes.
///   - size: How many bytes are to come out; `nil` where that is not known. It is at most 88
///     times the input.
/// - Returns: The bytes, or `nil` where the input is damaged.
package func decodeLZF(_ input: Span<UInt8>, expecting size: Int?) -> [UInt8]? {
  // What a file claims is no reason to take memory that the input cannot fill.
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
      // What is repeated may reach into what is being written.
      for k in start..<start + length + 2 { output.append(output[k]) }
    }
    if let size, output.count > Swift.max(size, 0) { return nil }
  }
  return size == nil || output.count == size ? output : nil
}
