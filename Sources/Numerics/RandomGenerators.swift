/// The SplitMix64 generator, with 64 bits of state; every seed is equally good.
///
/// Use it for seeding and for short streams, and ``Xoshiro256`` for long ones. Reference: Steele,
/// Lea and Flood 2014, <https://doi.org/10.1145/2660193.2660195>.
package struct SplitMix64: RandomNumberGenerator, Sendable {
  private var state: UInt64

  /// Starts the stream of a seed.
  package init(seed: UInt64) { state = seed }

  /// Returns the next 64 random bits.
  package mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }
}

/// The xoshiro256** generator, seeded by ``SplitMix64``.
///
/// Reference: Blackman and Vigna 2021, <https://doi.org/10.1145/3460772>.
package struct Xoshiro256: RandomNumberGenerator, Sendable {
  private var state: (UInt64, UInt64, UInt64, UInt64)

  /// Starts the stream of a seed.
  package init(seed: UInt64) {
    var seeds = SplitMix64(seed: seed)
    state = (seeds.next(), seeds.next(), seeds.next(), seeds.next())
  }

  /// Starts one of many independent streams of a seed.
  ///
  /// - Parameters:
  ///   - seed: The seed of the run.
  ///   - purpose: The number of the stream's purpose; every purpose has a different number.
  package init(seed: UInt64, purpose: UInt64) {
    self.init(seed: streamSeed(seed, purpose))
  }

  /// Returns the next 64 random bits.
  package mutating func next() -> UInt64 {
    let result = (state.1 &* 5).rotated(left: 7) &* 9
    let shifted = state.1 << 17
    state.2 ^= state.0
    state.3 ^= state.1
    state.1 ^= state.2
    state.0 ^= state.3
    state.2 ^= shifted
    state.3 = state.3.rotated(left: 45)
    return result
  }
}

/// Returns the seed of a substream: for one purpose, one step, or one shard.
///
/// It applies the mixing function of `SplitMix64` to the seed and then to `part`.
package func streamSeed(_ seed: UInt64, _ part: UInt64) -> UInt64 {
  var outer = SplitMix64(seed: seed)
  var inner = SplitMix64(seed: outer.next() ^ part)
  return inner.next()
}

extension UInt64 {
  fileprivate func rotated(left count: UInt64) -> UInt64 { self << count | self >> (64 - count) }
}
