/// The purposes of random numbers; each has a separate generator.
package enum RandomPurpose: UInt64 {
  case weights = 1
  case minibatches = 2
  case simulation = 3
  case decodedSpace = 4
  case alignment = 5
  case checking = 6
  case nullTest = 7
  case pictures = 8
  case composition = 9
  case correcting = 10
}

extension UInt64 {
  /// Returns the seed for one purpose; drawing more numbers for one purpose does not affect
  /// another.
  package func seed(for purpose: RandomPurpose) -> UInt64 {
    var generator = SplitMix64(seed: self)
    let base = generator.next()
    var mixed = SplitMix64(seed: base ^ (purpose.rawValue &* 0xD6E8_FEB8_6659_FD93))
    return mixed.next()
  }

  /// Returns the seed for one purpose and one of several batches, each with its own stream.
  package func seed(for purpose: RandomPurpose, of batch: Int) -> UInt64 {
    var generator = SplitMix64(seed: seed(for: purpose) &+ UInt64(batch))
    return generator.next()
  }
}
