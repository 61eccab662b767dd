/// The MT19937 generator with the seeding and output of NumPy's `RandomState`.
///
/// With it KMeans makes the same random choices as scikit-learn, so that means over 20 runs do not
/// differ by chance. Reference: Matsumoto and Nishimura 1998,
/// <https://doi.org/10.1145/272991.272995>.
struct MersenneTwister: Sendable {
  private var state: [UInt32]
  private var next: Int

  /// Starts the stream of a seed.
  init(seed: UInt32) {
    state = [seed]
    for i in 1..<UInt32(624) {
      let last = state[Int(i) - 1]
      state.append(1_812_433_253 &* (last ^ (last >> 30)) &+ i)
    }
    next = 624
  }

  /// Returns the next 32 bits.
  mutating func bits() -> UInt32 {
    if next == 624 { twist() }
    var y = state[next]
    next += 1
    y ^= y >> 11
    y ^= (y << 7) & 0x9D2C_5680
    y ^= (y << 15) & 0xEFC6_0000
    return y ^ (y >> 18)
  }

  /// Returns a number in [0, 1) from 27 and 26 bits of two draws.
  mutating func uniform() -> Double {
    let high = Double(bits() >> 5)
    let low = Double(bits() >> 6)
    return (high * 0x1p26 + low) * 0x1p-53
  }

  private mutating func twist() {
    for i in 0..<624 {
      let y = (state[i] & 0x8000_0000) | (state[(i + 1) % 624] & 0x7FFF_FFFF)
      state[i] = state[(i + 397) % 624] ^ (y >> 1) ^ (y & 1 == 1 ? 0x9908_B0DF : 0)
    }
    next = 0
  }
}
