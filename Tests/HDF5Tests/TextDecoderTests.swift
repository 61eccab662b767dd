import HDF5
import Testing
import TestSupport

@Suite struct TextDecoderTests {
  private func decoded(_ texts: [[UInt8]], asOneText: Bool = false) -> [String] {
    var decoder = TextDecoder()
    for text in texts { decoder.append(text) }
    return decoder.strings(asOneText: asOneText)
  }

  @Test func `UTF-8 stays, and what is not is Windows-1252`() {
    let andre = Array("André".utf8)
    #expect(decoded([andre, Array("Bob".utf8), []]) == ["André", "Bob", ""])
    #expect(decoded([[0x41, 0xE9], [0x41, 0xE8], [0x80, 0x93]]) == ["Aé", "Aè", "€“"])
    // One string that was cut within a character does not change the others.
    #expect(decoded([andre, [0x42, 0xC3]]) == ["André", "BÃ"])
    #expect(decoded([andre, [0x42, 0xC3]], asOneText: true) == ["AndrÃ©", "BÃ"])
  }

  @Test func `no two strings of different bytes become alike`() {
    // The same letter in both encodings.
    #expect(decoded([[0xE9], [0xC3, 0xA9]]) == ["é", "Ã©"])
    #expect(decoded([[0xC3, 0xA9], [0xE9], [0x65]]) == ["Ã©", "é", "e"])
    let bytes = (0...255).map { [0x78, UInt8($0)] }
    #expect(Set(decoded(bytes)).count == 256)
    var random = SystemRandomNumberGenerator()
    let texts = Set(
      (0..<20_000).map { _ -> [UInt8] in
        (0..<Int.random(in: 1...3)).map { _ in
          [0x61, 0xC3, 0xA9, 0xE9, 0x80, 0xE2, 0x82, 0xAC].randomElement(using: &random) ?? 0
        }
      })
    #expect(Set(decoded(Array(texts))).count == texts.count)
  }
}
