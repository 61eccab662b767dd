internal import CZlib

#if canImport(Darwin)
internal import Darwin
#else
internal import Glibc
#endif

/// A decompressor for gzip chunks of known size.
///
/// libdeflate takes about half the time of zlib, so it is used if it is installed. It is loaded at
/// run time, so that nothing depends on it.
package enum Inflater: Sendable {
  case zlib
  case libdeflate(Libdeflate)

  /// The fastest decompressor on this machine.
  package static let fastest: Inflater = Libdeflate().map(Inflater.libdeflate) ?? .zlib

  /// Inflates a zlib stream.
  ///
  /// - Parameters:
  ///   - input: The whole stream with its checksum.
  ///   - output: The buffer for the bytes; the stream has to fill it.
  /// - Returns: The reason of a failure, or `nil` on success.
  package func inflate(
    _ input: UnsafeRawBufferPointer, into output: UnsafeMutableRawBufferPointer
  ) -> String? {
    guard let from = input.baseAddress, let to = output.baseAddress else {
      return "it has no bytes"
    }
    switch self {
    case .zlib:
      var (length, taken) = (uLongf(output.count), uLong(input.count))
      let status = unsafe uncompress2(
        to.assumingMemoryBound(to: UInt8.self), &length,
        from.assumingMemoryBound(to: UInt8.self), &taken)
      switch status {
      case Z_OK where length == uLongf(output.count): return nil
      case Z_OK: return "it is too short"
      case Z_BUF_ERROR where length == uLongf(output.count): return "it is too long"
      case Z_MEM_ERROR: return "not enough memory to decompress it"
      default: return "its compressed bytes are not valid"
      }
    case .libdeflate(let library):
      return unsafe library.inflate(from, input.count, to, output.count)
    }
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
  private let decompress: Decompress

  init?() {
    let names = ["libdeflate.so.0", "libdeflate.so", "libdeflate.0.dylib", "libdeflate.dylib"]
    guard
      let library = unsafe names.lazy.compactMap({ unsafe dlopen($0, RTLD_NOW) }).first,
      let allocate = unsafe dlsym(library, "libdeflate_alloc_decompressor"),
      let free = unsafe dlsym(library, "libdeflate_free_decompressor"),
      let decompress = unsafe dlsym(library, "libdeflate_zlib_decompress")
    else { return nil }
    unsafe self.allocate = unsafeBitCast(allocate, to: Allocate.self)
    unsafe self.free = unsafeBitCast(free, to: Free.self)
    unsafe self.decompress = unsafeBitCast(decompress, to: Decompress.self)
  }

  fileprivate func inflate(
    _ input: UnsafeRawPointer, _ count: Int, _ output: UnsafeMutableRawPointer, _ size: Int
  ) -> String? {
    // The decompressor takes a few kilobytes, and two threads may not share one.
    guard let decompressor = unsafe allocate() else { return "not enough memory to decompress it" }
    defer { unsafe free(decompressor) }
    // Without a pointer for the number of bytes, the output has to be exactly `size` bytes.
    switch unsafe decompress(decompressor, input, count, output, size, nil) {
    case 0: return nil
    case 2: return "it is too short"
    case 3: return "it is too long"
    default: return "its compressed bytes are not valid"
    }
  }
}
