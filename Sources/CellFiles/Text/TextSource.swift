internal import CZlib
internal import HDF5
internal import Support

#if canImport(Darwin)
internal import Darwin
#else
internal import Glibc
#endif

/// A reader of the lines of a text file, plain or compressed with gzip, in pieces.
///
/// Only one thread at a time may use it.
@safe
final class TextSource: @unchecked Sendable {
  /// The maximum length of a line in bytes.
  private static let longestLine = 1 << 26

  /// The file's path.
  let path: String

  /// The latest piece; its first ``lineBytes`` bytes are whole lines, each with its line feed.
  private(set) var buffer: [UInt8]

  /// The number of bytes of ``buffer`` that form whole lines.
  private(set) var lineBytes = 0

  private var filled = 0
  private var isAtEnd = false
  private var isBegun = false
  private let file: gzFile

  /// Opens a file.
  ///
  /// - Parameters:
  ///   - path: The file.
  ///   - pieceBytes: The number of bytes to read at once. The default is 1 MB.
  ///   - takesPipes: `true` to accept a pipe, and `-` for standard input. By default the file must
  ///     be a regular file.
  /// - Throws: `HDF5Error.cannotOpen`, with the same reasons as for other inputs.
  init(readingAt path: String, pieceBytes: Int = 1 << 20, takesPipes: Bool = false) throws {
    let isStandardInput = takesPipes && path == "-"
    if !isStandardInput, let reason = openingObstacle(at: path, writing: false),
      !(takesPipes && reason == .notRegular)
    {
      throw HDF5Error.cannotOpen(path: path, reason: reason)
    }
    // The mode letter "e" keeps child processes from inheriting the file.
    let opened =
      unsafe isStandardInput
      ? gzdopen(fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 3), "rb") : gzopen(path, "rbe")
    guard let file = unsafe opened else {
      throw HDF5Error.cannotOpen(path: path, reason: .other(systemReason()))
    }
    unsafe gzbuffer(file, 1 << 18)
    unsafe self.file = file
    self.path = isStandardInput ? "standard input" : path
    buffer = [UInt8](repeating: 0, count: pieceBytes)
  }

  deinit { unsafe gzclose(file) }

  /// Reads the next piece.
  ///
  /// - Returns: `true` if there was one; ``lineBytes`` is then above zero.
  /// - Throws: ``CellFileError/damagedText(path:reason:)`` if the file cannot be decompressed;
  ///   ``CellFileError/unreadableFormat(path:format:)`` if the file is a placeholder for a file
  ///   that was not downloaded.
  func nextLines() throws -> Bool {
    let rest = filled - lineBytes
    do {
      var bytes = buffer.mutableSpan
      for k in 0..<rest { bytes[k] = bytes[lineBytes + k] }
    }
    (filled, lineBytes) = (rest, 0)
    while !isAtEnd {
      if filled == buffer.count {
        guard buffer.count < Self.longestLine else {
          throw CellFileError.damagedText(
            path: path, reason: "a line has more than \(Self.longestLine) bytes")
        }
        buffer += [UInt8](repeating: 0, count: buffer.count)
      }
      let searched = filled
      filled += try read()
      if !isBegun, filled > 0 {
        isBegun = true
        if let placeholder = DownloadPlaceholder(buffer[..<filled]) {
          throw CellFileError.unreadableFormat(path: path, format: .notDownloaded(placeholder))
        }
      }
      if isAtEnd, filled > 0, buffer[filled - 1] != UInt8(ascii: "\n") {
        if filled == buffer.count { buffer.append(0) }
        buffer[filled] = UInt8(ascii: "\n")
        filled += 1
      }
      if let last = buffer[searched..<filled].lastIndex(of: UInt8(ascii: "\n")) {
        lineBytes = last + 1
        return true
      }
    }
    return false
  }

  /// Returns the first piece of bytes, regardless of lines; call it before any other read.
  func firstBytes() throws -> [UInt8] {
    filled = try read()
    return Array(buffer[..<filled])
  }

  private func read() throws -> Int {
    let room = buffer.count - filled
    let count = unsafe buffer.withUnsafeMutableBufferPointer { buffer in
      unsafe gzread(file, buffer.baseAddress.map { unsafe $0 + filled }, UInt32(room))
    }
    if count < room {
      isAtEnd = true
      var code: Int32 = Z_OK
      let message = unsafe gzerror(file, &code)
      guard code == Z_OK || code == Z_STREAM_END else {
        let reason =
          switch code {
          case Z_BUF_ERROR: "its gzip stream ends too early"
          case Z_ERRNO: systemReason()
          default:
            "its gzip stream is damaged (\(unsafe message.map { unsafe String(cString: $0) } ?? "no reason"))"
          }
        throw CellFileError.damagedText(path: path, reason: reason)
      }
    }
    return Int(max(count, 0))
  }
}

extension TextSource {
  /// Reads all lines of a file, without line ends and without a byte order mark.
  ///
  /// If a line is not UTF-8, all lines are decoded as Windows-1252. The size limit assumes that
  /// text compresses to no less than a hundredth.
  ///
  /// - Parameters:
  ///   - path: The file.
  ///   - takesPipes: `true` to accept a pipe, and `-` for standard input.
  /// - Returns: The lines, and whether they are UTF-8.
  /// - Throws: `HDF5Error.cannotOpen`, ``CellFileError/damagedText(path:reason:)``.
  static func text(
    ofFileAt path: String, takesPipes: Bool = false
  ) throws -> (lines: [String], isUTF8: Bool) {
    let source = try TextSource(readingAt: path, takesPipes: takesPipes)
    var decoder = TextDecoder()
    var status = stat()
    let most = max(1 << 24, unsafe stat(path, &status) == 0 ? 100 * Int(status.st_size) : 0)
    var bytes = 0
    while try source.nextLines() {
      bytes += source.lineBytes
      guard bytes <= most else {
        throw CellFileError.damagedText(
          path: path, reason: "it unzips to more than a hundred times its size")
      }
      for line in source.buffer[..<source.lineBytes].split(
        separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false
      ).dropLast() {
        let isReturned = line.last == UInt8(ascii: "\r")
        decoder.append(isReturned ? line.dropLast() : line)
      }
    }
    var lines = decoder.strings(asOneText: true)
    for mark in ["\u{FEFF}", TextDecoder.windows1252("\u{FEFF}".utf8)] {
      if let first = lines.first, first.hasPrefix(mark) { lines[0].removeFirst(mark.count) }
    }
    return (lines, decoder.isUTF8)
  }

  /// Reads all lines of a file, as ``text(ofFileAt:takesPipes:)`` does.
  static func lines(ofFileAt path: String) throws -> [String] { try text(ofFileAt: path).lines }
}
