internal import CZlib
internal import Support

#if canImport(Darwin)
internal import Darwin
#else
internal import Glibc
#endif

/// A writer of text or bytes to a file, plain or compressed with gzip.
///
/// A buffer of a few hundred kilobytes collects the text, so that memory does not grow with the
/// table. The gzip stream contains no name, time or system: the same text gives the same bytes.
struct TextSink: ~Copyable {
  private let descriptor: Descriptor
  private let path: String
  private var text: [UInt8] = []
  private var compressor: Compressor?

  /// Opens an existing file.
  ///
  /// - Parameters:
  ///   - file: The file to write to, from its start.
  ///   - path: The file's name in errors.
  ///   - gzip: `true` to compress.
  /// - Throws: ``OutputError/cannotWrite(path:reason:)``.
  init(writingAt file: String, path: String, gzip: Bool) throws(OutputError) {
    guard let descriptor = unsafe Descriptor(open(file, O_WRONLY | O_TRUNC | O_CLOEXEC)) else {
      throw .cannotWrite(path: path, reason: systemReason())
    }
    self.descriptor = descriptor
    self.path = path
    compressor = gzip ? Compressor() : nil
    text.reserveCapacity(Self.capacity + 4096)
  }

  /// Writes to standard output.
  ///
  /// - Parameter gzip: `true` to compress.
  /// - Throws: ``OutputError/cannotWrite(path:reason:)`` if it is closed.
  init(standardOutputWithGzip gzip: Bool) throws(OutputError) {
    path = "standard output"
    guard let descriptor = Descriptor(fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 3)) else {
      throw .cannotWrite(path: path, reason: systemReason())
    }
    self.descriptor = descriptor
    compressor = gzip ? Compressor() : nil
    text.reserveCapacity(Self.capacity + 4096)
  }

  private static let capacity = 1 << 18

  /// Appends text to the buffer, and writes the buffer to the file when it is full.
  mutating func append(_ string: some StringProtocol) throws(OutputError) {
    text.append(contentsOf: string.utf8)
    if text.count >= Self.capacity { try drain(isLast: false) }
  }

  /// Appends one byte, such as a separator; it is written with the next text.
  mutating func append(_ byte: UInt8) {
    text.append(byte)
  }

  /// Writes the rest of the buffer to the file.
  consuming func finish() throws(OutputError) {
    try drain(isLast: true)
  }

  private mutating func drain(isLast: Bool) throws(OutputError) {
    let reason =
      if let compressor {
        compressor.compress(text.span, isLast: isLast, to: descriptor.number)
      } else {
        writeAll(text.span, to: descriptor.number)
      }
    if let reason { throw .cannotWrite(path: path, reason: reason) }
    text.removeAll(keepingCapacity: true)
  }
}

/// Writes text or bytes to standard output, or to a file that appears when it is complete.
///
/// - Parameters:
///   - path: The file, or `-` for standard output.
///   - gzip: `true` to compress.
///   - fill: The closure that writes the text.
/// - Throws: ``OutputError``, and errors of `fill`; a failure leaves no partial file.
func writeText(
  to path: String, gzip: Bool, _ fill: (inout TextSink) throws -> Void
) throws {
  guard path != "-" else {
    var sink = try TextSink(standardOutputWithGzip: gzip)
    try fill(&sink)
    return try sink.finish()
  }
  let output = try AtomicOutput(to: path)
  var sink = try TextSink(writingAt: output.temporaryPath, path: path, gzip: gzip)
  try fill(&sink)
  try sink.finish()
  try output.commit()
}

/// A gzip stream.
@safe private final class Compressor {
  // zlib keeps pointers into both, so they must not move.
  private let stream: UnsafeMutablePointer<z_stream>
  private let header: UnsafeMutablePointer<gz_header>
  private var output = [UInt8](repeating: 0, count: 1 << 18)

  init() {
    unsafe stream = .allocate(capacity: 1)
    unsafe stream.initialize(to: z_stream())
    unsafe header = .allocate(capacity: 1)
    unsafe header.initialize(to: gz_header())
    // 255 stands for an unknown system; zlib would write the actual one.
    unsafe header.pointee.os = 255
    let gzipWindow: Int32 = 15 + 16
    let status = unsafe deflateInit2_(
      stream, 4, Z_DEFLATED, gzipWindow, 8, Z_DEFAULT_STRATEGY, ZLIB_VERSION,
      Int32(MemoryLayout<z_stream>.size))
    precondition(status == Z_OK, "zlib has no memory for a stream")
    unsafe deflateSetHeader(stream, header)
  }

  deinit {
    unsafe deflateEnd(stream)
    unsafe stream.deallocate()
    unsafe header.deallocate()
  }

  /// Compresses text and writes the output; returns the system's message on failure.
  func compress(_ text: Span<UInt8>, isLast: Bool, to descriptor: Int32) -> String? {
    unsafe text.withUnsafeBufferPointer { text in
      // zlib does not change its input, although its type is mutable.
      unsafe stream.pointee.next_in = UnsafeMutablePointer(mutating: text.baseAddress)
      unsafe stream.pointee.avail_in = UInt32(text.count)
      while true {
        let room = output.count
        let left = unsafe output.withUnsafeMutableBufferPointer { output in
          unsafe stream.pointee.next_out = output.baseAddress
          unsafe stream.pointee.avail_out = UInt32(room)
          _ = unsafe deflate(stream, isLast ? Z_FINISH : Z_NO_FLUSH)
          return unsafe Int(stream.pointee.avail_out)
        }
        if let reason = writeAll(output.span.extracting(first: room - left), to: descriptor) {
          return reason
        }
        if left > 0 { return nil }
      }
    }
  }
}
