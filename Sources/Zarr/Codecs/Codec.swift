internal import StoredArrays

/// A codec from bytes to bytes, in the terms of both versions of the format.
enum Codec: Equatable, Sendable {
  /// Zstandard.
  case zstd

  /// Blosc: blocks of shuffled bytes, compressed by one of several algorithms.
  case blosc

  /// A block of LZ4 after its size, as numcodecs writes it.
  case lz4

  /// Deflate in the frame of zlib.
  case zlib

  /// Deflate in the frame of gzip.
  case gzip

  /// The first bytes of all elements, then all second bytes, and so on.
  case shuffle(width: Int)

  /// A checksum of four bytes after the contents.
  case crc32c

  /// Makes a codec by its name in either version; `nil` for another one.
  init?(name: String, elementBytes: Int?) {
    switch name {
    case "zstd": self = .zstd
    case "blosc": self = .blosc
    case "lz4": self = .lz4
    case "zlib": self = .zlib
    case "gzip": self = .gzip
    case "crc32c": self = .crc32c
    case "shuffle": self = .shuffle(width: elementBytes ?? 4)
    default: return nil
    }
  }

  /// Returns the number of encoded bytes of `size` bytes; `nil` if it depends on them.
  func encodedSize(of size: Int) -> Int? {
    switch self {
    case .shuffle: size
    case .crc32c: size + CRC32C.bytes
    case .zstd, .blosc, .lz4, .zlib, .gzip: nil
    }
  }

  /// Decodes bytes of known size.
  ///
  /// - Parameters:
  ///   - input: The encoded bytes.
  ///   - output: The buffer for the bytes, which have to fill it; not empty.
  /// - Throws: ``CodecFailure``.
  func decode(
    _ input: UnsafeRawBufferPointer, into output: UnsafeMutableRawBufferPointer
  ) throws(CodecFailure) {
    switch self {
    case .zstd:
      try unsafe Zstandard.required().decode(input, into: output)
    case .blosc:
      try unsafe decodeBlosc(input, into: output)
    case .lz4:
      guard unsafe LZ4.size(of: input) == output.count else { throw .damaged("its size is wrong") }
      try unsafe LZ4.decode(UnsafeRawBufferPointer(rebasing: input[4...]), into: output)
    case .zlib, .gzip:
      let format = self == .zlib ? Inflater.Format.zlib : .gzip
      if let reason = unsafe Inflater.fastest.inflate(input, into: output, format) {
        throw .damaged(reason)
      }
    case .shuffle(let width):
      guard input.count == output.count else { throw wrongSize(input.count, output.count) }
      unsafe unshuffle(input, width: width, into: output)
    case .crc32c:
      guard input.count == output.count + CRC32C.bytes else {
        throw wrongSize(input.count, output.count)
      }
      try unsafe CRC32C.check(input)
      unsafe output.copyMemory(from: UnsafeRawBufferPointer(rebasing: input[..<output.count]))
    }
  }

  /// Decodes bytes of unknown size.
  ///
  /// - Parameters:
  ///   - input: The encoded bytes.
  ///   - limit: The maximum number of decoded bytes.
  /// - Returns: The bytes.
  /// - Throws: ``CodecFailure``.
  func decode(_ input: [UInt8], upTo limit: Int) throws(CodecFailure) -> [UInt8] {
    let size: Int?
    switch self {
    case .zstd: return try Zstandard.required().decode(input, upTo: limit)
    case .zlib, .gzip:
      let (bytes, reason) = unsafe input.withUnsafeBytes {
        unsafe Inflater.inflate($0, upTo: limit, self == .zlib ? .zlib : .gzip)
      }
      guard let bytes else { throw .damaged(reason ?? "") }
      return bytes
    case .blosc: size = unsafe input.withUnsafeBytes { unsafe BloscHeader($0)?.size }
    case .lz4: size = unsafe input.withUnsafeBytes { unsafe LZ4.size(of: $0) }
    case .shuffle: size = input.count
    case .crc32c: size = input.count >= CRC32C.bytes ? input.count - CRC32C.bytes : nil
    }
    guard let size else { throw .damaged("it is too short") }
    guard size <= limit else { throw .damaged("it states \(size) bytes, more than is plausible") }
    return try decode(input, size: size)
  }

  /// Decodes bytes of known size.
  ///
  /// - Throws: ``CodecFailure``.
  func decode(_ input: [UInt8], size: Int) throws(CodecFailure) -> [UInt8] {
    var output = [UInt8](uninitialized: size)
    guard size > 0 else { return output }
    var failure: CodecFailure?
    unsafe output.withUnsafeMutableBytes { output in
      unsafe input.withUnsafeBytes { input in
        do throws(CodecFailure) { try unsafe decode(input, into: output) } catch {
          failure = error
        }
      }
    }
    if let failure { throw failure }
    return output
  }

  private func wrongSize(_ found: Int, _ size: Int) -> CodecFailure {
    .damaged("it has \(found) bytes for \(size)")
  }
}

extension [Codec] {
  /// The largest plausible number of bytes that one encoded byte stands for.
  ///
  /// Zstandard needs four bytes for 128 KB of the same byte.
  static let largestRatio = 1 << 16

  /// Undoes one codec at most, and a checksum after it, without an array in between.
  ///
  /// - Parameters:
  ///   - input: The encoded bytes.
  ///   - output: The buffer for the bytes, which have to fill it; not empty.
  /// - Throws: ``CodecFailure``.
  func decode(
    _ input: UnsafeRawBufferPointer, into output: UnsafeMutableRawBufferPointer
  ) throws(CodecFailure) {
    guard count > 1 else {
      guard let first else {
        guard input.count == output.count else {
          throw .damaged("it has \(input.count) bytes, not \(output.count)")
        }
        unsafe output.copyMemory(from: input)
        return
      }
      return try unsafe first.decode(input, into: output)
    }
    precondition(count == 2 && self[1] == .crc32c, "\(self)")
    try unsafe CRC32C.check(input)
    try unsafe self[0].decode(
      UnsafeRawBufferPointer(rebasing: input.dropLast(CRC32C.bytes)), into: output)
  }

  /// Undoes all codecs, the last first.
  ///
  /// - Parameters:
  ///   - bytes: The encoded bytes.
  ///   - size: The number of decoded bytes; `nil` if it is unknown.
  ///   - limit: The maximum number of decoded bytes of an unknown size.
  /// - Returns: The decoded bytes; of another number than `size` if nothing is encoded.
  /// - Throws: ``CodecFailure``.
  func decode(_ bytes: [UInt8], size: Int?, upTo limit: Int) throws(CodecFailure) -> [UInt8] {
    // The size before each codec, as far as it is known from the end.
    var sizes: [Int?] = []
    var known = size
    for codec in self {
      sizes.append(known)
      known = known.flatMap { codec.encodedSize(of: $0) }
    }
    var bytes = bytes
    for (codec, size) in zip(self, sizes).reversed() {
      if let size {
        bytes = try codec.decode(bytes, size: size)
      } else {
        bytes = try codec.decode(bytes, upTo: limit)
      }
    }
    return bytes
  }
}
