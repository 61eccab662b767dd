/// What random numbers are needed for; each purpose has a generator of its own.
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
}

extension UInt64 {
  /// The seed for one purpose, so that drawing more for one changes nothing for another.
  package func seed(for purpose: RandomPurpose) -> UInt64 {
    var generator = SplitMix64(seed: self)
    let base = generator.next()
    var mixed = SplitMix64(seed: base ^ (purpose.rawValue &* 0xD6E8_FEB8_6659_FD93))
    return mixed.next()
  }

  /// The seed for one purpose and one of several batches, each of which has a stream of its own.
  package func seed(for purpose: RandomPurpose, of batch: Int) -> UInt64 {
    var generator = SplitMix64(seed: seed(for: purpose) &+ UInt64(batch))
    return generator.next()
  }
}
