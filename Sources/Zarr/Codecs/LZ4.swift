/// The block format of LZ4, of which several codecs are made.
///
/// Format: <https://github.com/lz4/lz4/blob/dev/doc/lz4_Block_format.md>. It takes so few lines
/// that nothing has to be installed for it.
enum LZ4 {
  private static let notValid = CodecFailure.damaged("its compressed bytes are not valid")

  /// Returns the size that numcodecs puts before a block; `nil` if there is none.
  static func size(of input: UnsafeRawBufferPointer) -> Int? {
    guard input.count >= 4 else { return nil }
    return unsafe Int(UInt32(littleEndian: input.loadUnaligned(as: UInt32.self)))
  }

  /// Decodes a block that fills the output.
  ///
  /// - Throws: ``CodecFailure/damaged(_:)``.
  static func decode(
    _ input: UnsafeRawBufferPointer, into output: UnsafeMutableRawBufferPointer
  ) throws(CodecFailure) {
    guard let from = input.baseAddress, let to = output.baseAddress else { throw notValid }
    var (read, written) = (0, 0)
    func length(_ start: Int) throws(CodecFailure) -> Int {
      var length = start
      guard start == 15 else { return length }
      while true {
        guard read < input.count else { throw notValid }
        let byte = unsafe Int(input[read])
        read += 1
        length += byte
        if byte < 255 { return length }
      }
    }
    while read < input.count {
      let token = unsafe Int(input[read])
      read += 1
      let literals = try length(token >> 4)
      guard literals <= input.count - read, literals <= output.count - written else {
        throw notValid
      }
      unsafe (to + written).copyMemory(from: from + read, byteCount: literals)
      read += literals
      written += literals
      // The last sequence has only literals.
      if read == input.count { break }
      guard input.count - read >= 2 else { throw notValid }
      let offset = unsafe Int(input[read]) | Int(input[read + 1]) << 8
      read += 2
      let count = try length(token & 15) + 4
      guard offset > 0, offset <= written, count <= output.count - written else { throw notValid }
      unsafe copyWithin(to + written, from: offset, count: count)
      written += count
    }
    guard written == output.count else { throw .damaged("it is too short") }
  }
}

/// Copies bytes from `offset` before a place to it; a copy that overlaps itself repeats them.
@inline(__always)
func copyWithin(_ place: UnsafeMutableRawPointer, from offset: Int, count: Int) {
  guard offset < count else {
    unsafe place.copyMemory(from: place - offset, byteCount: count)
    return
  }
  guard offset > 1 else {
    let byte = unsafe (place - 1).load(as: UInt8.self)
    _ = unsafe place.initializeMemory(as: UInt8.self, repeating: byte, count: count)
    return
  }
  // Each piece doubles what later pieces can be copied from.
  var (done, piece) = (0, offset)
  while done < count {
    let step = min(piece, count - done)
    unsafe (place + done).copyMemory(from: place - offset, byteCount: step)
    done += step
    piece = offset + done
    // Only whole repetitions keep the phase.
    piece -= piece % offset
  }
}
