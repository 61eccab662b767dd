internal import StoredArrays
internal import Synchronization

/// The Zstandard library, loaded at run time if it is installed.
@safe
struct Zstandard: Sendable {
  private typealias Create = @convention(c) () -> OpaquePointer?
  private typealias Decompress =
    @convention(c) (OpaquePointer, UnsafeMutableRawPointer, Int, UnsafeRawPointer, Int) -> Int
  private typealias IsError = @convention(c) (Int) -> UInt32
  private typealias ContentSize = @convention(c) (UnsafeRawPointer, Int) -> UInt64

  private let create: Create
  private let decompress: Decompress
  private let isError: IsError
  private let contentSize: ContentSize

  /// The library; `nil` if it is not installed.
  private static let installed = Zstandard()

  private init?() {
    guard
      let library = SharedLibrary([
        "libzstd.so.1", "libzstd.so", "libzstd.1.dylib", "libzstd.dylib",
      ]),
      let create = unsafe library["ZSTD_createDCtx"],
      let decompress = unsafe library["ZSTD_decompressDCtx"],
      let isError = unsafe library["ZSTD_isError"],
      let contentSize = unsafe library["ZSTD_getFrameContentSize"]
    else { return nil }
    unsafe self.create = unsafeBitCast(create, to: Create.self)
    unsafe self.decompress = unsafeBitCast(decompress, to: Decompress.self)
    unsafe self.isError = unsafeBitCast(isError, to: IsError.self)
    unsafe self.contentSize = unsafeBitCast(contentSize, to: ContentSize.self)
  }

  /// The memory of a decoder, which two threads may not share.
  ///
  /// It takes 160 KB, so it is kept for the next chunk, up to one for each thread.
  @safe
  private struct Context: @unchecked Sendable {
    let pointer: OpaquePointer
  }

  private static let idle = Mutex<[Context]>([])

  /// Decodes frames; returns the number of bytes or an error's number; `nil` without memory.
  private func decompress(
    _ to: UnsafeMutableRawPointer, _ room: Int, _ from: UnsafeRawPointer, _ count: Int
  ) -> Int? {
    let known = Self.idle.withLock { $0.popLast() }
    guard let context = unsafe known ?? create().map({ unsafe Context(pointer: $0) }) else {
      return nil
    }
    defer { Self.idle.withLock { $0.append(context) } }
    return unsafe decompress(context.pointer, to, room, from, count)
  }

  /// Returns the library.
  ///
  /// - Throws: ``CodecFailure/missing(_:)``.
  static func required() throws(CodecFailure) -> Zstandard {
    guard let installed else {
      throw .missing(
        MissingLibrary(codec: "zstd", name: "libzstd", debian: "libzstd1", conda: "zstd"))
    }
    return installed
  }

  /// Decodes frames that fill the output.
  func decode(
    _ input: UnsafeRawBufferPointer, into output: UnsafeMutableRawBufferPointer
  ) throws(CodecFailure) {
    guard let from = input.baseAddress, let to = output.baseAddress else {
      throw .damaged("it has no bytes")
    }
    guard let count = unsafe decompress(to, output.count, from, input.count) else {
      throw .damaged("there is not enough memory to decompress it")
    }
    guard isError(count) == 0 else { throw .damaged("its compressed bytes are not valid") }
    guard count == output.count else { throw .damaged("it is too short") }
  }

  /// Decodes one frame, whose size may not be stated.
  func decode(_ input: [UInt8], upTo limit: Int) throws(CodecFailure) -> [UInt8] {
    let stated = unsafe input.withUnsafeBytes { input in
      unsafe input.baseAddress.map { unsafe contentSize($0, input.count) } ?? .max
    }
    // The two largest numbers stand for a size that is not stated, and for damage.
    guard stated != .max - 1 else {
      throw .damaged("its compressed bytes are not valid")
    }
    if stated != .max {
      guard stated <= UInt64(limit) else {
        throw .damaged("it states \(stated) bytes, more than is plausible")
      }
      return try Codec.zstd.decode(input, size: Int(stated))
    }
    var room = Swift.min(limit, Swift.max(1 << 16, 8 * input.count))
    while true {
      var output = [UInt8](uninitialized: room)
      let count = unsafe output.withUnsafeMutableBytes { output in
        unsafe input.withUnsafeBytes { input -> Int? in
          guard let from = input.baseAddress, let to = output.baseAddress else { return nil }
          return unsafe decompress(to, output.count, from, input.count).flatMap { count in
            isError(count) == 0 ? count : nil
          }
        }
      }
      if let count {
        output.removeLast(output.count - count)
        return output
      }
      // The frame is damaged, or there is too little room for it.
      guard room < limit else { throw .damaged("its compressed bytes are not valid") }
      room = Swift.min(limit, 8 * room)
    }
  }
}
