internal import CZlib

#if canImport(Darwin)
internal import Darwin
#else
internal import Glibc
#endif

/// Text, or bytes, on their way to a file, as they are or through gzip.
///
/// Text gathers in a buffer of some hundred kilobytes, so that a table of any length is
/// written in flat memory. The gzip stream carries no name, time or system: the same
/// text gives the same bytes.
struct TextSink: ~Copyable {
  private let descriptor: Descriptor
  private let path: String
  private var text: [UInt8] = []
  private var compressor: Compressor?

  /// Opens a file that is there.
  ///
  /// - Parameters:
  ///   - file: The file to write to, from its start.
  ///   - path: What the file is called in errors.
  ///   - gzip: Whether to compress.
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
  /// - Parameter gzip: Whether to compress.
  /// - Throws: ``OutputError/cannotWrite(path:reason:)``, where it is closed.
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

  /// Adds text; not yet, as a rule, to the file.
  mutating func append(_ string: some StringProtocol) throws(OutputError) {
    text.append(contentsOf: string.utf8)
    if text.count >= Self.capacity { try drain(isLast: false) }
  }

  /// Adds one byte, such as a separator; the next text brings them to the file.
  mutating func append(_ byte: UInt8) {
    text.append(byte)
  }

  /// Brings everything to the file.
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

/// Writes text, or bytes, to a file that appears when it is whole, or to standard output.
///
/// - Parameters:
///   - path: The file, or `-` for standard output.
///   - gzip: Whether to compress.
///   - fill: Writes what there is to write.
/// - Throws: ``OutputError``, and what `fill` throws; no half-written file is left.
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
  // zlib keeps pointers into both, so they stay where they are.
  private let stream: UnsafeMutablePointer<z_stream>
  private let header: UnsafeMutablePointer<gz_header>
  private var output = [UInt8](repeating: 0, count: 1 << 18)

  init() {
    unsafe stream = .allocate(capacity: 1)
    unsafe stream.initialize(to: z_stream())
    unsafe header = .allocate(capacity: 1)
    unsafe header.initialize(to: gz_header())
    // 255 stands for an unknown system; zlib would name the one that it runs on.
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

  /// Compresses text and writes what comes out; returns what went wrong, in the system's words.
  func compress(_ text: Span<UInt8>, isLast: Bool, to descriptor: Int32) -> String? {
    unsafe text.withUnsafeBufferPointer { text in
      // zlib does not change its input, though its type says so.
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
