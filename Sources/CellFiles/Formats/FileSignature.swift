internal import HDF5
internal import Zarr

/// The type of a file, or a folder, according to its first bytes.
enum FileSignature: Equatable {
  /// A folder.
  case folder

  /// A zarr store, in a folder or an archive.
  case zarr

  /// An HDF5 file.
  case hdf5

  /// A Matrix Market matrix, plain or compressed with gzip.
  case matrixMarket

  /// A known format that is not supported.
  case unreadable(UnreadableFormat)

  /// Anything else.
  case unknown

  /// Reads the signature of a file.
  ///
  /// - Throws: `HDF5Error.cannotOpen`; ``CellFileError/damagedText(path:reason:)`` if it has a gzip
  ///   signature but cannot be decompressed.
  init(ofFileAt path: String) throws {
    if ZarrStore.isStore(at: path) {
      self = .zarr
      return
    }
    if MarketFolder.isFolder(path) {
      self = .folder
      return
    }
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
    // HDF5 data may also begin after other data; its library finds it.
    return .unknown
  }

  /// Returns the type of the contents of a gzip file.
  private static func inside(of bytes: [UInt8]) -> FileSignature {
    if MarketHeader.begins(bytes) { return .matrixMarket }
    if bytes.starts(with: hdf5Start) { return .unreadable(.compressed(.gzip)) }
    if let format = rFormat(bytes) { return .unreadable(format) }
    if isTar(bytes) { return .unreadable(.archive(.tar)) }
    return .unreadable(isText(bytes) ? .text(isCompressed: true) : .compressed(.gzip))
  }

  /// Returns the R format of a file, or `nil` for another file.
  ///
  /// R writes a magic word before several objects, and the letter of its format before a single
  /// one.
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
