internal import CHDF5

#if canImport(Darwin)
internal import Darwin
#else
internal import Glibc
#endif

/// Makes the C library read what h5py wrote with `compression="lzf"`; `true` once it does.
///
/// The filter comes with h5py, not with HDF5. Writing with it leaves the bytes as they are,
/// which the filter's users must expect anyhow of what does not get smaller.
let isLZFRegistered: Bool = {
  var filter = unsafe H5Z_class2_t()
  unsafe filter.version = H5Z_CLASS_T_VERS
  unsafe filter.id = 32_000
  unsafe filter.encoder_present = 1
  unsafe filter.decoder_present = 1
  // The library keeps the pointer for as long as the process runs.
  unsafe filter.name = UnsafePointer(strdup("lzf"))
  unsafe filter.filter = { flags, _, _, byteCount, bufferSize, buffer in
    guard flags & UInt32(H5Z_FLAG_REVERSE) != 0,
      let encoded = unsafe buffer?.pointee, let bufferSize = unsafe bufferSize
    else { return 0 }
    let bytes = unsafe UnsafeRawBufferPointer(start: encoded, count: byteCount)
    let input = unsafe Span<UInt8>(_unsafeBytes: bytes)
    guard let size = lzfDecodedSize(input), let decoded = unsafe malloc(Swift.max(1, size))
    else { return 0 }
    let room = unsafe UnsafeMutableRawBufferPointer(start: decoded, count: size)
    var output = unsafe MutableSpan<UInt8>(_unsafeBytes: room)
    guard decodeLZF(input, into: &output) else {
      unsafe free(decoded)
      return 0
    }
    unsafe free(encoded)
    unsafe buffer?.pointee = decoded
    unsafe bufferSize.pointee = size
    return size
  }
  return locked { unsafe H5Zregister(&filter) } >= 0
}()

/// The number of bytes that LZF's make; `nil` where the last piece is cut off.
///
/// An encoded text is a row of pieces. A byte `c` under 32 says that `c + 1` bytes follow as
/// they are. Another one starts a repetition of earlier bytes: its upper three bits are the
/// length less 2, or 7 where one more byte is to be added; its lower five and the byte behind
/// are the distance less 1.
package func lzfDecodedSize(_ input: Span<UInt8>) -> Int? {
  var (position, size) = (0, 0)
  while position < input.count {
    let control = Int(input[position])
    if control < 32 {
      size += control + 1
      position += control + 2
    } else {
      let isLong = control >> 5 == 7
      guard position + (isLong ? 2 : 1) < input.count else { return nil }
      size += (control >> 5) + 2 + (isLong ? Int(input[position + 1]) : 0)
      position += isLong ? 3 : 2
    }
  }
  return position == input.count ? size : nil
}

/// Decodes LZF's pieces.
///
/// - Parameters:
///   - input: What ``lzfDecodedSize(_:)`` found whole.
///   - output: Where the bytes go; as many as that says.
/// - Returns: Whether every repetition is of bytes that are there.
package func decodeLZF(_ input: Span<UInt8>, into output: inout MutableSpan<UInt8>) -> Bool {
  var (position, end) = (0, 0)
  while position < input.count {
    let control = Int(input[position])
    if control < 32 {
      for k in 0...control { output[end + k] = input[position + 1 + k] }
      position += control + 2
      end += control + 1
    } else {
      var length = control >> 5
      if length == 7 {
        position += 1
        length += Int(input[position])
      }
      let distance = (control & 31) << 8 + Int(input[position + 1]) + 1
      guard distance <= end else { return false }
      // A repetition may reach into itself, so bytes go one by one.
      for k in end..<end + length + 2 { output[k] = output[k - distance] }
      position += 2
      end += length + 2
    }
  }
  return true
}
