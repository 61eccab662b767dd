/// The SplitMix64 generator: one 64-bit word of state, every seed as good as another.
///
/// Good for seeding and for short streams; ``Xoshiro256`` is for long ones.
/// Reference: Steele, Lea and Flood 2014, <https://doi.org/10.1145/2660193.2660195>.
public struct SplitMix64: RandomNumberGenerator, Sendable {
  private var state: UInt64

  /// Starts the stream that `seed` names.
  public init(seed: UInt64) { state = seed }

  /// The next 64 random bits.
  public mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }
}

/// The xoshiro256** generator, seeded through ``SplitMix64``.
///
/// Reference: Blackman and Vigna 2021, <https://doi.org/10.1145/3460772>.
public struct Xoshiro256: RandomNumberGenerator, Sendable {
  private var state: (UInt64, UInt64, UInt64, UInt64)

  /// Starts the stream that `seed` names.
  public init(seed: UInt64) {
    var seeds = SplitMix64(seed: seed)
    state = (seeds.next(), seeds.next(), seeds.next(), seeds.next())
  }

  /// Starts one of many independent streams of a seed.
  ///
  /// - Parameters:
  ///   - seed: The seed of the run.
  ///   - purpose: What the stream is for: every purpose has a number of its own.
  public init(seed: UInt64, purpose: UInt64) {
    self.init(seed: streamSeed(seed, purpose))
  }

  /// The next 64 random bits.
  public mutating func next() -> UInt64 {
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

/// The seed of a stream within a stream: for one purpose, one step, one shard.
///
/// `SplitMix64`'s scrambling of the seed and of `part`, one after the other.
public func streamSeed(_ seed: UInt64, _ part: UInt64) -> UInt64 {
  var outer = SplitMix64(seed: seed)
  var inner = SplitMix64(seed: outer.next() ^ part)
  return inner.next()
}

extension UInt64 {
  fileprivate func rotated(left count: UInt64) -> UInt64 { self << count | self >> (64 - count) }
}
