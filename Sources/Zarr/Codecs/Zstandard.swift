internal import StoredArrays

/// The Zstandard library, loaded at run time if it is installed.
@safe
struct Zstandard: Sendable {
  private typealias Decompress =
    @convention(c) (UnsafeMutableRawPointer, Int, UnsafeRawPointer, Int) -> Int
  private typealias IsError = @convention(c) (Int) -> UInt32
  private typealias ContentSize = @convention(c) (UnsafeRawPointer, Int) -> UInt64

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
      let decompress = unsafe library["ZSTD_decompress"],
      let isError = unsafe library["ZSTD_isError"],
      let contentSize = unsafe library["ZSTD_getFrameContentSize"]
    else { return nil }
    unsafe self.decompress = unsafeBitCast(decompress, to: Decompress.self)
    unsafe self.isError = unsafeBitCast(isError, to: IsError.self)
    unsafe self.contentSize = unsafeBitCast(contentSize, to: ContentSize.self)
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
    let count = unsafe decompress(to, output.count, from, input.count)
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
          let count = unsafe decompress(to, output.count, from, input.count)
          return isError(count) == 0 ? count : nil
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
