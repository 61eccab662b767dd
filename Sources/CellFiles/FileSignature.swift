internal import HDF5

/// What the first bytes of a file say that it is.
enum FileSignature: Equatable {
  /// HDF5.
  case hdf5

  /// A matrix in Matrix Market's format, as it is or compressed with gzip.
  case matrixMarket

  /// Something that is known, but not read.
  case unreadable(UnreadableFormat)

  /// Anything else.
  case unknown

  /// Looks at a file.
  ///
  /// - Throws: `HDF5Error.cannotOpen`; ``CellFileError/damagedText(path:reason:)``, where it starts
  ///   as gzip does, but cannot be unzipped.
  init(ofFileAt path: String) throws {
    let start = try FileStart(ofFileAt: path)
    if start.isCompressed {
      self = Self.inside(of: start.bytes)
    } else {
      self = Self.plain(start.bytes)
    }
  }

  private static let hdf5Start: [UInt8] = [0x89] + Array("HDF\r\n".utf8) + [0x1A, 0x0A]

  private static func plain(_ bytes: [UInt8]) -> FileSignature {
    func begins(with start: String) -> Bool { bytes.starts(with: start.utf8) }
    if bytes.starts(with: hdf5Start) { return .hdf5 }
    if MarketHeader.begins(bytes) { return .matrixMarket }
    if let format = rFormat(bytes) { return .unreadable(format) }
    if let placeholder = DownloadPlaceholder(bytes) {
      return .unreadable(.notDownloaded(placeholder))
    }
    if begins(with: "PK\u{03}\u{04}") { return .unreadable(.archive(.zip)) }
    if isTar(bytes) { return .unreadable(.archive(.tar)) }
    if begins(with: "BZh") { return .unreadable(.compressed(.bzip2)) }
    if bytes.starts(with: [0xFD] + Array("7zXZ".utf8)) { return .unreadable(.compressed(.xz)) }
    if bytes.starts(with: [0x28, 0xB5, 0x2F, 0xFD]) { return .unreadable(.compressed(.zstd)) }
    if isText(bytes) { return .unreadable(.text(isCompressed: false)) }
    // HDF5 may also begin behind something else; its library finds it.
    return .unknown
  }

  /// What is in a file that is compressed with gzip.
  private static func inside(of bytes: [UInt8]) -> FileSignature {
    if MarketHeader.begins(bytes) { return .matrixMarket }
    if bytes.starts(with: hdf5Start) { return .unreadable(.compressed(.gzip)) }
    if let format = rFormat(bytes) { return .unreadable(format) }
    if isTar(bytes) { return .unreadable(.archive(.tar)) }
    return .unreadable(isText(bytes) ? .text(isCompressed: true) : .compressed(.gzip))
  }

  /// R writes a magic word before several objects, and the letter of its format before one.
  private static func rFormat(_ bytes: [UInt8]) -> UnreadableFormat? {
    func begins(withOneOf starts: String...) -> Bool {
      starts.contains { bytes.starts(with: $0.utf8) }
    }
    if begins(withOneOf: "RDX2\n", "RDX3\n", "RDA2\n", "RDA3\n") { return .rObjects }
    return begins(withOneOf: "X\n\0\0\0\u{02}", "X\n\0\0\0\u{03}", "A\n2\n", "A\n3\n")
      ? .rObject : nil
  }

  private static func isTar(_ bytes: [UInt8]) -> Bool {
    bytes.count > 262 && bytes[257..<262].elementsEqual("ustar".utf8)
  }

  private static func isText(_ bytes: [UInt8]) -> Bool {
    !bytes.isEmpty
      && bytes.allSatisfy { $0 >= 0x20 && $0 != 0x7F || $0 == 0x09 || $0 == 0x0A || $0 == 0x0D }
  }
}
