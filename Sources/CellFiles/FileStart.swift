internal import HDF5

#if canImport(Darwin)
internal import Darwin
#else
internal import Glibc
#endif

/// The first bytes of a file, out of gzip where it is compressed so.
struct FileStart {
  /// At most 512 bytes.
  let bytes: [UInt8]

  /// Whether they came out of gzip.
  let isCompressed: Bool

  /// Reads them.
  ///
  /// - Throws: `HDF5Error.cannotOpen`; ``CellFileError/damagedText(path:reason:)``, where gzip
  ///   is damaged right there.
  init(ofFileAt path: String) throws {
    // Says what is wrong with a file that is not there, a pipe, or an empty one.
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
