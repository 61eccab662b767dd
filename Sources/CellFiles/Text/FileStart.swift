internal import HDF5
internal import Support

#if canImport(Darwin)
internal import Darwin
#else
internal import Glibc
#endif

/// The first bytes of a file, decompressed if it is a gzip file.
struct FileStart {
  /// The bytes; at most 512.
  let bytes: [UInt8]

  /// A flag that is true if the file is compressed with gzip.
  let isCompressed: Bool

  /// Reads the first bytes of a file.
  ///
  /// - Throws: `HDF5Error.cannotOpen`; ``CellFileError/damagedText(path:reason:)`` if the gzip data
  ///   is damaged there.
  init(ofFileAt path: String) throws {
    // This throws a clear error for a missing file, a pipe, or an empty file.
    let source = try TextSource(readingAt: path, pieceBytes: 512)
    guard let descriptor = unsafe Descriptor(open(path, O_RDONLY | O_CLOEXEC)) else {
      throw HDF5Error.cannotOpen(path: path, reason: .other(systemReason()))
    }
    var plain = [UInt8](repeating: 0, count: 512)
    let count = retrying { unsafe read(descriptor.number, &plain, plain.count) }
    guard count >= 0 else {
      throw HDF5Error.cannotOpen(path: path, reason: .other(systemReason()))
    }
    plain.removeLast(plain.count - count)
    isCompressed = plain.starts(with: [0x1F, 0x8B])
    bytes = isCompressed ? try source.firstBytes() : plain
  }
}
