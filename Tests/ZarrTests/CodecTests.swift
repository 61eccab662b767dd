import Foundation
import StoredArrays
import Testing
import Numerics
import TestSupport

@testable import Zarr

/// Codecs, beside what numcodecs writes.
@Suite struct CodecTests {
  static let path = TestFiles.fixtures.appending(path: "formats/codecs.zarr.zip").path

  static let names: [String] =
    (try? ZarrStore(readingAt: path).children(of: "/")) ?? []

  @Test func `every codec is there`() {
    #expect(Self.names.count == 82)
  }

  @Test(arguments: names)
  func `numbers of numcodecs`(name: String) throws {
    let expected = (0..<3003).map { Int32($0 * $0 % 101 % 7) }
    let array = try ZarrStore(readingAt: Self.path).array(name)
    #expect(try array.read(as: Int32.self) == expected)
    #expect(try array.read(1500..<2500, as: Double.self) == expected[1500..<2500].map(Double.init))
    for pieces in [1, 7] {
      let reader = try ZarrReader(array, as: Float.self, keeping: 1)
      var numbers: [Float] = []
      for start in stride(from: 0, to: 3003, by: 3003 / pieces) {
        numbers += try reader.read(start..<min(start + 3003 / pieces, 3003))
      }
      #expect(numbers == expected.map(Float.init))
    }
  }

  @Test func `the checksum of Castagnoli`() {
    let text = Array("123456789".utf8)
    let long = (0..<1000).map { UInt8(truncatingIfNeeded: $0 * 7) }
    for (bytes, expected) in [(text, 0xE306_9283), ([], 0)] as [([UInt8], UInt32)] {
      #expect(unsafe bytes.withUnsafeBytes { unsafe CRC32C.checksum(of: $0) } == expected)
    }
    // Byte by byte, as the polynomial has it.
    var plain = ~UInt32(0)
    for byte in long {
      plain ^= UInt32(byte)
      for _ in 0..<8 {
        let isOdd = plain & 1 == 1
        plain >>= 1
        if isOdd { plain ^= 0x82F6_3B78 }
      }
    }
    #expect(unsafe long.withUnsafeBytes { unsafe CRC32C.checksum(of: $0) } == ~plain)
  }

  @Test func `half precision in single precision`() {
    let known: [(UInt16, Float)] = [
      (0, 0), (0x8000, -0.0), (1, 0x1p-24), (0x03FF, 1023 * 0x1p-24), (0x0400, 0x1p-14),
      (0x3C00, 1), (0xC000, -2), (0x7BFF, 65504), (0x7C00, .infinity), (0xFC00, -.infinity),
    ]
    for (bits, value) in known {
      #expect(single(ofHalf: bits).bitPattern == value.bitPattern)
    }
    #expect(single(ofHalf: 0x7E00).isNaN)
  }

  /// Copies that reach back by less than their length repeat what they copy.
  @Test(arguments: 1...9) func `a copy that overlaps itself`(offset: Int) {
    for count in [1, 2, 8, 9, 100, 1000] {
      var bytes = (0..<offset).map(UInt8.init) + [UInt8](repeating: 255, count: count)
      unsafe bytes.withUnsafeMutableBytes { buffer in
        guard let start = buffer.baseAddress else { return }
        unsafe copyWithin(start + offset, from: offset, count: count)
      }
      #expect(bytes == (0..<offset + count).map { UInt8($0 % offset) })
    }
  }

  /// Bytes that no encoder writes are refused, whatever they are.
  @Test(arguments: [Codec.zstd, .blosc, .lz4, .zlib, .gzip, .shuffle(width: 4), .crc32c])
  func `damaged bytes`(codec: Codec) throws {
    var random = SplitMix64(seed: 7)
    for length in 0..<300 {
      let input = (0..<length).map { _ in UInt8.random(in: 0...255, using: &random) }
      _ = try? codec.decode(input, size: 64)
      _ = try? codec.decode(input, upTo: 4096)
    }
  }

  /// Damage in a block of Blosc, in all that its header names.
  @Test func `damaged blocks of Blosc`() throws {
    let archive = try ZipStore(Self.path, group: "")
    var random = SplitMix64(seed: 11)
    for name in Self.names where name.contains("_0_f4") || name.contains("_2048_f4") {
      let whole = try #require(try archive.read("\(name)/0", limit: 1 << 20))
      for _ in 0..<200 {
        var bytes = whole
        for _ in 0..<Int.random(in: 1...3, using: &random) {
          let place = Bool.random(using: &random) ? 0..<min(64, bytes.count) : bytes.indices
          bytes[Int.random(in: place, using: &random)] = UInt8.random(in: 0...255, using: &random)
        }
        _ = try? Codec.blosc.decode(bytes, size: 8004)
        let length = Int.random(in: 0..<bytes.count, using: &random)
        _ = try? Codec.blosc.decode(Array(bytes.prefix(length)), size: 8004)
      }
    }
  }
}
