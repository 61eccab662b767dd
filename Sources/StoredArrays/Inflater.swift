internal import CZlib

#if canImport(Darwin)
internal import Darwin
#else
internal import Glibc
#endif

/// A decompressor for deflated chunks of known size.
///
/// libdeflate takes about half the time of zlib, so it is used if it is installed. It is loaded at
/// run time, so that nothing depends on it.
package enum Inflater: Sendable {
  case zlib
  case libdeflate(Libdeflate)

  /// The fastest decompressor on this machine.
  package static let fastest: Inflater = Libdeflate().map(Inflater.libdeflate) ?? .zlib

  /// The frame around deflated bytes.
  package enum Format: Sendable {
    /// zlib's header and checksum.
    case zlib

    /// The header and checksum of gzip.
    case gzip

    /// Nothing.
    case none

    /// The number by which zlib names the format.
    fileprivate var windowBits: Int32 {
      switch self {
      case .zlib: 15
      case .gzip: 15 + 16
      case .none: -15
      }
    }
  }

  /// Inflates a stream of known size.
  ///
  /// - Parameters:
  ///   - input: The whole stream with its checksum.
  ///   - output: The buffer for the bytes; the stream has to fill it.
  ///   - format: The frame of the stream. The default is ``Format/zlib``.
  /// - Returns: The reason of a failure, or `nil` on success.
  package func inflate(
    _ input: UnsafeRawBufferPointer, into output: UnsafeMutableRawBufferPointer,
    _ format: Format = .zlib
  ) -> String? {
    guard let from = input.baseAddress, let to = output.baseAddress else {
      return "it has no bytes"
    }
    switch self {
    case .zlib:
      guard var stream = unsafe Stream(input, format) else { return Stream.noMemory }
      defer { stream.end() }
      let (status, count) = unsafe stream.inflate(into: output)
      switch status {
      case Z_STREAM_END where count == output.count: return nil
      case Z_STREAM_END: return "it is too short"
      case Z_OK where count == output.count:
        // The checksum is still to be read.
        var surplus: UInt8 = 0
        let end = unsafe withUnsafeMutableBytes(of: &surplus) { unsafe stream.inflate(into: $0) }
        if end.count > 0 { return "it is too long" }
        return end.status == Z_STREAM_END ? nil : Stream.notValid
      case Z_MEM_ERROR: return Stream.noMemory
      default: return Stream.notValid
      }
    case .libdeflate(let library):
      return unsafe library.inflate(from, input.count, to, output.count, format)
    }
  }

  /// Inflates a stream of unknown size with zlib.
  ///
  /// - Parameters:
  ///   - input: The whole stream with its checksum.
  ///   - limit: The maximum number of inflated bytes.
  ///   - format: The frame of the stream.
  /// - Returns: The bytes, or the reason of a failure.
  package static func inflate(
    _ input: UnsafeRawBufferPointer, upTo limit: Int, _ format: Format
  ) -> (bytes: [UInt8]?, reason: String?) {
    guard var stream = unsafe Stream(input, format) else { return (nil, Stream.noMemory) }
    defer { stream.end() }
    var bytes: [UInt8] = []
    while true {
      let start = bytes.count
      bytes += [UInt8](repeating: 0, count: Swift.min(Swift.max(1 << 16, start), limit + 1 - start))
      let (status, count) = unsafe bytes.withUnsafeMutableBytes {
        unsafe stream.inflate(into: UnsafeMutableRawBufferPointer(rebasing: $0[start...]))
      }
      bytes.removeLast(bytes.count - start - count)
      guard bytes.count <= limit else { return (nil, "it inflates to more than \(limit) bytes") }
      switch status {
      case Z_STREAM_END: return (bytes, nil)
      case Z_OK where count > 0: continue
      case Z_MEM_ERROR: return (nil, Stream.noMemory)
      default: return (nil, Stream.notValid)
      }
    }
  }
}

/// An open stream of zlib.
@safe
private struct Stream {
  static let noMemory = "not enough memory to decompress it"
  static let notValid = "its compressed bytes are not valid"

  // zlib keeps a pointer to it, so it must not move.
  private let state: UnsafeMutablePointer<z_stream>
  private var left: UnsafeRawBufferPointer

  init?(_ input: UnsafeRawBufferPointer, _ format: Inflater.Format) {
    unsafe state = .allocate(capacity: 1)
    unsafe state.initialize(to: z_stream())
    unsafe left = input
    let status = unsafe inflateInit2_(
      state, format.windowBits, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size))
    guard status == Z_OK else {
      unsafe state.deallocate()
      return nil
    }
  }

  func end() {
    unsafe inflateEnd(state)
    unsafe state.deallocate()
  }

  /// Inflates until the output is full or the stream ends.
  mutating func inflate(into output: UnsafeMutableRawBufferPointer) -> (status: Int32, count: Int) {
    var (status, count) = (Z_OK, 0)
    repeat {
      // zlib counts in 32 bits, and does not change its input, although its type is mutable.
      let taken = unsafe Swift.min(left.count, 1 << 30)
      let room = Swift.min(output.count - count, 1 << 30)
      unsafe state.pointee.next_in = UnsafeMutablePointer(
        mutating: left.baseAddress?.assumingMemoryBound(to: UInt8.self))
      unsafe state.pointee.avail_in = UInt32(taken)
      unsafe state.pointee.next_out = output.baseAddress.map {
        unsafe ($0 + count).assumingMemoryBound(to: UInt8.self)
      }
      unsafe state.pointee.avail_out = UInt32(room)
      status = unsafe CZlib.inflate(state, Z_NO_FLUSH)
      let read = unsafe taken - Int(state.pointee.avail_in)
      let written = unsafe room - Int(state.pointee.avail_out)
      unsafe left = UnsafeRawBufferPointer(rebasing: left[read...])
      count += written
      // Without progress the stream is truncated or longer than the output.
      if read == 0, written == 0 { break }
    } while status == Z_OK && count < output.count
    return (status, count)
  }
}

/// The libdeflate library, if it is installed.
@safe
package struct Libdeflate: Sendable {
  private typealias Allocate = @convention(c) () -> OpaquePointer?
  private typealias Free = @convention(c) (OpaquePointer) -> Void
  private typealias Decompress =
    @convention(c) (
      OpaquePointer, UnsafeRawPointer, Int, UnsafeMutableRawPointer, Int,
      UnsafeMutablePointer<Int>?
    ) -> Int32

  private let allocate: Allocate
  private let free: Free
  private let decompress: [Decompress]

  init?() {
    let names = ["libdeflate.so.0", "libdeflate.so", "libdeflate.0.dylib", "libdeflate.dylib"]
    guard
      let library = unsafe names.lazy.compactMap({ unsafe dlopen($0, RTLD_NOW) }).first,
      let allocate = unsafe dlsym(library, "libdeflate_alloc_decompressor"),
      let free = unsafe dlsym(library, "libdeflate_free_decompressor"),
      let zlib = unsafe dlsym(library, "libdeflate_zlib_decompress"),
      let gzip = unsafe dlsym(library, "libdeflate_gzip_decompress"),
      let none = unsafe dlsym(library, "libdeflate_deflate_decompress")
    else { return nil }
    unsafe self.allocate = unsafeBitCast(allocate, to: Allocate.self)
    unsafe self.free = unsafeBitCast(free, to: Free.self)
    unsafe decompress = [zlib, gzip, none].map { unsafe unsafeBitCast($0, to: Decompress.self) }
  }

  fileprivate func inflate(
    _ input: UnsafeRawPointer, _ count: Int, _ output: UnsafeMutableRawPointer, _ size: Int,
    _ format: Inflater.Format
  ) -> String? {
    // The decompressor takes a few kilobytes, and two threads may not share one.
    guard let decompressor = unsafe allocate() else { return "not enough memory to decompress it" }
    defer { unsafe free(decompressor) }
    // Without a pointer for the number of bytes, the output has to be exactly `size` bytes.
    let decompress =
      switch format {
      case .zlib: unsafe self.decompress[0]
      case .gzip: unsafe self.decompress[1]
      case .none: unsafe self.decompress[2]
      }
    switch unsafe decompress(decompressor, input, count, output, size, nil) {
    case 0: return nil
    case 2: return "it is too short"
    case 3: return "it is too long"
    default: return "its compressed bytes are not valid"
    }
  }
}
