/// A SHA-256 digest of bytes, as [FIPS 180-4](https://doi.org/10.6028/NIST.FIPS.180-4) defines it.
///
/// It hashes 230 MB/s, enough for models of a few. swift-crypto hashes 1400 MB/s with instructions
/// of the processor, but building its C++ takes another 100 s on two cores.
package struct SHA256 {
  /// The hash so far; it starts with bits of the square roots of the first eight primes.
  private var hash: [8 of UInt32] = [
    0x6a09_e667, 0xbb67_ae85, 0x3c6e_f372, 0xa54f_f53a,
    0x510e_527f, 0x9b05_688c, 0x1f83_d9ab, 0x5be0_cd19,
  ]

  /// The bytes that wait for the others of their block, fewer than 64.
  private var waiting: [UInt8] = []

  /// The number of bytes added.
  private var count: UInt64 = 0

  /// Starts a digest of no bytes.
  package init() {}

  /// Adds bytes; the digest is over those of all calls, one after another.
  package mutating func update(_ bytes: [UInt8]) {
    count += UInt64(bytes.count)
    var start = 0
    if !waiting.isEmpty {
      start = min(64 - waiting.count, bytes.count)
      waiting += bytes[..<start]
      guard waiting.count == 64 else { return }
      let block = waiting
      Self.mix(block.span, into: &hash)
      waiting = []
    }
    let end = bytes.count - (bytes.count - start) % 64
    Self.mix(bytes.span.extracting(start..<end), into: &hash)
    waiting += bytes[end...]
  }

  /// Returns the digest, 32 bytes.
  package consuming func finalize() -> [UInt8] {
    let bits = count * 8
    update([0x80] + [UInt8](repeating: 0, count: (119 - waiting.count) % 64) + bits.bigEndianBytes)
    return hash.indices.flatMap { hash[$0].bigEndianBytes }
  }

  /// Mixes whole blocks of 64 bytes into a hash.
  private static func mix(_ bytes: Span<UInt8>, into hash: inout [8 of UInt32]) {
    let constants = roundConstants
    var schedule = [64 of UInt32](repeating: 0)
    for block in stride(from: 0, to: bytes.count, by: 64) {
      for word in 0..<16 {
        let byte = block + 4 * word
        schedule[word] =
          UInt32(bytes[byte]) << 24 | UInt32(bytes[byte + 1]) << 16
          | UInt32(bytes[byte + 2]) << 8 | UInt32(bytes[byte + 3])
      }
      for word in 16..<64 {
        let (near, far) = (schedule[word - 2], schedule[word - 15])
        schedule[word] =
          schedule[word - 16] &+ schedule[word - 7]
          &+ (near.rotated(17) ^ near.rotated(19) ^ near >> 10)
          &+ (far.rotated(7) ^ far.rotated(18) ^ far >> 3)
      }
      var (a, b, c, d) = (hash[0], hash[1], hash[2], hash[3])
      var (e, f, g, h) = (hash[4], hash[5], hash[6], hash[7])
      for round in 0..<64 {
        let first =
          h &+ (e.rotated(6) ^ e.rotated(11) ^ e.rotated(25)) &+ (e & f ^ ~e & g)
          &+ constants[round] &+ schedule[round]
        let second =
          (a.rotated(2) ^ a.rotated(13) ^ a.rotated(22)) &+ (a & b ^ a & c ^ b & c)
        (h, g, f, e, d, c, b, a) = (g, f, e, d &+ first, c, b, a, first &+ second)
      }
      for (word, sum) in [a, b, c, d, e, f, g, h].enumerated() { hash[word] &+= sum }
    }
  }
}

/// Bits of the cube roots of the first 64 primes.
private let roundConstants: [64 of UInt32] = [
  0x428a_2f98, 0x7137_4491, 0xb5c0_fbcf, 0xe9b5_dba5, 0x3956_c25b, 0x59f1_11f1, 0x923f_82a4,
  0xab1c_5ed5, 0xd807_aa98, 0x1283_5b01, 0x2431_85be, 0x550c_7dc3, 0x72be_5d74, 0x80de_b1fe,
  0x9bdc_06a7, 0xc19b_f174, 0xe49b_69c1, 0xefbe_4786, 0x0fc1_9dc6, 0x240c_a1cc, 0x2de9_2c6f,
  0x4a74_84aa, 0x5cb0_a9dc, 0x76f9_88da, 0x983e_5152, 0xa831_c66d, 0xb003_27c8, 0xbf59_7fc7,
  0xc6e0_0bf3, 0xd5a7_9147, 0x06ca_6351, 0x1429_2967, 0x27b7_0a85, 0x2e1b_2138, 0x4d2c_6dfc,
  0x5338_0d13, 0x650a_7354, 0x766a_0abb, 0x81c2_c92e, 0x9272_2c85, 0xa2bf_e8a1, 0xa81a_664b,
  0xc24b_8b70, 0xc76c_51a3, 0xd192_e819, 0xd699_0624, 0xf40e_3585, 0x106a_a070, 0x19a4_c116,
  0x1e37_6c08, 0x2748_774c, 0x34b0_bcb5, 0x391c_0cb3, 0x4ed8_aa4a, 0x5b9c_ca4f, 0x682e_6ff3,
  0x748f_82ee, 0x78a5_636f, 0x84c8_7814, 0x8cc7_0208, 0x90be_fffa, 0xa450_6ceb, 0xbef9_a3f7,
  0xc671_78f2,
]

extension UInt32 {
  /// Returns the word with its bits rotated to the right.
  @inline(__always) fileprivate func rotated(_ bits: UInt32) -> UInt32 {
    self >> bits | self << (32 - bits)
  }
}

extension FixedWidthInteger {
  /// The bytes of the number, the highest first.
  fileprivate var bigEndianBytes: [UInt8] {
    stride(from: Self.bitWidth - 8, through: 0, by: -8).map {
      UInt8(truncatingIfNeeded: self >> $0)
    }
  }
}
