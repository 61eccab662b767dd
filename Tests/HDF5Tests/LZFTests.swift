import HDF5
import Testing

@Suite struct LZFTests {
  func decode(_ bytes: [UInt8], _ size: Int?) -> String? {
    decodeLZF(bytes.span, expecting: size).map { String(decoding: $0, as: UTF8.self) }
  }

  @Test func `literals and repetitions`() {
    #expect(decode([], 0) == "")
    #expect(decode([2] + "abc".utf8, 3) == "abc")
    // Three bytes, three back.
    #expect(decode([2] + "abc".utf8 + [1 << 5, 2], 6) == "abcabc")
    // Five bytes, one back: what is repeated is being written.
    #expect(decode([0] + "a".utf8 + [3 << 5, 0], 6) == "aaaaaa")
    // A long repetition: 7 + 10 + 2 bytes.
    #expect(decode([0] + "a".utf8 + [7 << 5, 10, 0], 20) == String(repeating: "a", count: 20))
  }

  @Test func `what is not known to be of a size ends with its input`() {
    #expect(decode([2] + "abc".utf8 + [1 << 5, 2], nil) == "abcabc")
    #expect(decode([5, 97], nil) == nil)
    #expect(decode([0, 97, 1 << 5, 9], nil) == nil)
  }

  @Test func `damaged bytes give nothing`() {
    #expect(decode([5, 97], 6) == nil)
    #expect(decode([0, 97, 1 << 5], 4) == nil)
    #expect(decode([0, 97, 7 << 5, 1], 4) == nil)
    #expect(decode([0, 97, 1 << 5, 9], 4) == nil)
    #expect(decode([2] + "abc".utf8, 4) == nil)
    #expect(decode([2] + "abc".utf8, 2) == nil)
    // Four bytes cannot be 4 GiB, which are not reserved for them either.
    #expect(decode([2] + "abc".utf8, 1 << 32) == nil)
  }

  @Test func `no bytes make it trap`() {
    var state: UInt64 = 7
    for length in 0..<2000 {
      let bytes = (0..<length % 41).map { _ in
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return UInt8(truncatingIfNeeded: state >> 40)
      }
      _ = decodeLZF(bytes.span, expecting: 100)
    }
  }
}
