internal import StoredArrays

/// The header of a Blosc container.
///
/// Format: <https://github.com/Blosc/c-blosc/blob/main/README_CHUNK_FORMAT.rst>. Its blocks are
/// decoded here, so that nothing has to be installed for the usual algorithm, LZ4.
struct BloscHeader {
  /// The algorithm of the blocks.
  enum Algorithm: Int {
    case bloscLZ = 0
    case lz4 = 1
    case snappy = 2
    case zlib = 3
    case zstd = 4
  }

  /// The bytes of the header.
  static let bytes = 16

  /// The number of decoded bytes.
  let size: Int

  /// The number of decoded bytes of a block; the last one may have fewer.
  let blockSize: Int

  /// The number of bytes of the container.
  let storedSize: Int

  /// The bytes of an element.
  let width: Int

  let algorithm: Algorithm?
  let isShuffled: Bool
  let isBitShuffled: Bool
  let isCopied: Bool

  /// A flag that is true if a block is not split into one part for each byte of an element.
  let isWhole: Bool

  /// The number of blocks.
  var blocks: Int { (size + blockSize - 1) / blockSize }

  /// Reads a header; `nil` if it is not valid.
  init?(_ input: UnsafeRawBufferPointer) {
    guard input.count >= Self.bytes else { return nil }
    func number(_ offset: Int) -> Int {
      unsafe Int(
        UInt32(littleEndian: input.loadUnaligned(fromByteOffset: offset, as: UInt32.self)))
    }
    let flags = unsafe Int(input[2])
    unsafe width = max(1, Int(input[3]))
    (size, blockSize, storedSize) = (number(4), number(8), number(12))
    algorithm = Algorithm(rawValue: flags >> 5)
    (isShuffled, isCopied, isBitShuffled) = (flags & 1 != 0, flags & 2 != 0, flags & 4 != 0)
    isWhole = flags & 16 != 0
    guard storedSize <= input.count, blockSize > 0 || size == 0 || isCopied else { return nil }
  }

  /// Returns the number of parts of a block.
  func parts(ofBlock block: Int) -> Int {
    let isPartial = block == size / blockSize
    return !isWhole && !isPartial && width <= 16 && blockSize / width >= 128 ? width : 1
  }
}

/// Decodes a Blosc container that fills the output.
///
/// - Throws: ``CodecFailure``.
func decodeBlosc(
  _ input: UnsafeRawBufferPointer, into output: UnsafeMutableRawBufferPointer
) throws(CodecFailure) {
  guard let header = unsafe BloscHeader(input) else { throw .damaged("it has no header of blosc") }
  guard header.size == output.count else {
    throw .damaged("it states \(header.size) bytes, not \(output.count)")
  }
  if header.isCopied {
    guard input.count - BloscHeader.bytes >= output.count else { throw .damaged("it is too short") }
    let end = BloscHeader.bytes + output.count
    unsafe output.copyMemory(
      from: UnsafeRawBufferPointer(rebasing: input[BloscHeader.bytes..<end]))
    return
  }
  guard header.blocks <= (input.count - BloscHeader.bytes) / 4 else {
    throw .damaged("it is too short for \(header.blocks) blocks")
  }
  let isShuffled = header.isShuffled && header.width > 1
  let isBitShuffled = header.isBitShuffled && header.blockSize >= header.width
  var shuffled = [UInt8](
    uninitialized: isShuffled || isBitShuffled ? min(header.blockSize, output.count) : 0)
  for block in 0..<header.blocks {
    let first = block * header.blockSize
    let place = unsafe UnsafeMutableRawBufferPointer(
      rebasing: output[first..<min(first + header.blockSize, output.count)])
    let start = unsafe Int(
      UInt32(
        littleEndian: input.loadUnaligned(
          fromByteOffset: BloscHeader.bytes + 4 * block, as: UInt32.self)))
    guard start <= input.count else { throw .damaged("block \(block) starts after its end") }
    let stored = unsafe UnsafeRawBufferPointer(rebasing: input[start...])
    guard isShuffled || isBitShuffled else {
      try unsafe decode(stored, parts: header.parts(ofBlock: block), header, into: place)
      continue
    }
    var failure: CodecFailure?
    unsafe shuffled.withUnsafeMutableBytes { buffer in
      let bytes = unsafe UnsafeMutableRawBufferPointer(rebasing: buffer[..<place.count])
      do throws(CodecFailure) {
        try unsafe decode(stored, parts: header.parts(ofBlock: block), header, into: bytes)
        if isShuffled {
          unsafe unshuffle(UnsafeRawBufferPointer(bytes), width: header.width, into: place)
        } else {
          unsafe unshuffleBits(UnsafeRawBufferPointer(bytes), width: header.width, into: place)
        }
      } catch { failure = error }
    }
    if let failure { throw failure }
  }
}

/// Decodes the parts of one block.
private func decode(
  _ input: UnsafeRawBufferPointer, parts: Int, _ header: BloscHeader,
  into output: UnsafeMutableRawBufferPointer
) throws(CodecFailure) {
  guard output.count.isMultiple(of: parts) else {
    throw .damaged("a block of \(output.count) bytes is in \(parts) parts")
  }
  var place = 0
  let size = output.count / parts
  for part in 0..<parts {
    guard place + 4 <= input.count else { throw .damaged("a block is too short") }
    let count = unsafe Int(
      UInt32(littleEndian: input.loadUnaligned(fromByteOffset: place, as: UInt32.self)))
    place += 4
    guard count <= input.count - place else { throw .damaged("a block is too short") }
    let stored = unsafe UnsafeRawBufferPointer(rebasing: input[place..<place + count])
    let result = unsafe UnsafeMutableRawBufferPointer(
      rebasing: output[part * size..<(part + 1) * size])
    place += count
    if count == size {
      unsafe result.copyMemory(from: stored)
      continue
    }
    switch header.algorithm {
    case .lz4: try unsafe LZ4.decode(stored, into: result)
    case .bloscLZ: try unsafe decodeBloscLZ(stored, into: result)
    case .zlib: try unsafe Codec.zlib.decode(stored, into: result)
    case .zstd: try unsafe Codec.zstd.decode(stored, into: result)
    case .snappy: throw .damaged("it is compressed with snappy in blosc, which is not supported")
    case nil: throw .damaged("it names an unknown algorithm of blosc")
    }
  }
}
