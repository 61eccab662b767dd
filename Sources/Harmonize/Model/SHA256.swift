/// The digest SHA-256 of bytes that come piece by piece.
///
///     var digest = SHA256()
///     digest.update([97, 98, 99])
///     digest.finish()  // "ba7816bf…"
///
/// Reference: FIPS 180-4, <https://doi.org/10.6028/NIST.FIPS.180-4>, sections 4.1.2 and 6.2.
struct SHA256 {
  private var state: [UInt32] = [
    0x6A09_E667, 0xBB67_AE85, 0x3C6E_F372, 0xA54F_F53A, 0x510E_527F, 0x9B05_688C, 0x1F83_D9AB,
    0x5BE0_CD19,
  ]
  private var block: [UInt8] = []
  private var count: UInt64 = 0

  /// Makes the digest of nothing.
  init() { block.reserveCapacity(64) }

  /// Adds bytes.
  mutating func update(_ bytes: some Sequence<UInt8>) {
    for byte in bytes { append(byte) }
  }

  /// Adds numbers, each as its four bytes, the lowest first.
  mutating func update(numbers: [Float]) {
    for number in numbers {
      let bits = number.bitPattern
      for shift: UInt32 in [0, 8, 16, 24] { append(UInt8(truncatingIfNeeded: bits >> shift)) }
    }
  }

  private mutating func append(_ byte: UInt8) {
    block.append(byte)
    count += 1
    if block.count == 64 { compress() }
  }

  /// Ends the message.
  ///
  /// - Returns: The digest, 64 digits of base 16.
  consuming func finish() -> String {
    let bits = count * 8
    append(0x80)
    while block.count != 56 { append(0) }
    update((0..<8).map { UInt8(truncatingIfNeeded: bits >> (56 - 8 * UInt64($0))) })
    return state.map { word in
      let digits = String(word, radix: 16)
      return String(repeating: "0", count: 8 - digits.count) + digits
    }.joined()
  }

  /// Takes one block of 64 bytes in.
  private mutating func compress() {
    var w = [64 of UInt32](repeating: 0)
    for t in 0..<16 {
      w[t] =
        UInt32(block[4 * t]) << 24 | UInt32(block[4 * t + 1]) << 16
        | UInt32(block[4 * t + 2]) << 8 | UInt32(block[4 * t + 3])
    }
    for t in 16..<64 {
      let (x, y) = (w[t - 15], w[t - 2])
      let s0 = rotated(x, 7) ^ rotated(x, 18) ^ (x >> 3)
      let s1 = rotated(y, 17) ^ rotated(y, 19) ^ (y >> 10)
      w[t] = w[t - 16] &+ s0 &+ w[t - 7] &+ s1
    }
    var (a, b, c, d) = (state[0], state[1], state[2], state[3])
    var (e, f, g, h) = (state[4], state[5], state[6], state[7])
    for t in 0..<64 {
      let s1 = rotated(e, 6) ^ rotated(e, 11) ^ rotated(e, 25)
      let choice = (e & f) ^ (~e & g)
      let first = h &+ s1 &+ choice &+ roundConstants[t] &+ w[t]
      let s0 = rotated(a, 2) ^ rotated(a, 13) ^ rotated(a, 22)
      let majority = (a & b) ^ (a & c) ^ (b & c)
      (h, g, f, e) = (g, f, e, d &+ first)
      (d, c, b, a) = (c, b, a, first &+ s0 &+ majority)
    }
    for (k, word) in [a, b, c, d, e, f, g, h].enumerated() { state[k] &+= word }
    block.removeAll(keepingCapacity: true)
  }
}

private func rotated(_ word: UInt32, _ count: UInt32) -> UInt32 {
  word >> count | word << (32 - count)
}

/// The first 32 bits of the fractions of the cube roots of the first 64 primes.
private let roundConstants: [UInt32] = {
  var primes: [UInt64] = []
  var candidate: UInt64 = 2
  while primes.count < 64 {
    if primes.allSatisfy({ candidate % $0 != 0 }) { primes.append(candidate) }
    candidate += 1
  }
  return primes.map { prime in
    // The whole number below the cube root of prime · 2⁹⁶ by bisection: no floating point is
    // that exact.
    var (low, high) = (UInt64(0), UInt64(8) << 32)
    while high - low > 1 {
      let middle = (low + high) / 2
      if isCube(of: middle, atMost: prime) { low = middle } else { high = middle }
    }
    return UInt32(truncatingIfNeeded: low)
  }
}()

/// Whether `root³ ≤ prime · 2⁹⁶`, for a root under 2³⁶.
private func isCube(of root: UInt64, atMost prime: UInt64) -> Bool {
  let square = root.multipliedFullWidth(by: root)
  // root³ = (square.high · 2⁶⁴ + square.low) · root, of which bits 96 and up are compared.
  let low = square.low.multipliedFullWidth(by: root)
  let high = square.high &* root &+ low.high
  guard high >> 32 == prime else { return high >> 32 < prime }
  return high & 0xFFFF_FFFF == 0 && low.low == 0
}
