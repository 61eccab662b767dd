import Numerics
import Testing

@Suite struct RandomNumbersTests {
  @Test func `SplitMix64 gives its published numbers`() {
    var random = SplitMix64(seed: 1_234_567)
    #expect(random.next() == 6_457_827_717_110_365_317)
    #expect(random.next() == 3_203_168_211_198_807_973)
  }

  @Test func `one seed gives one stream, another purpose another`() {
    func draws(_ purpose: UInt64) -> [UInt64] {
      var random = Xoshiro256(seed: 7, purpose: purpose)
      return (0..<5).map { _ in random.next() }
    }
    #expect(draws(1) == draws(1))
    #expect(Set(draws(1)).isDisjoint(with: draws(2)))
  }

  @Test func `integers are below their bound and each occurs`() {
    var random = Xoshiro256(seed: 1)
    var seen = [Int](repeating: 0, count: 7)
    for _ in 0..<7000 { seen[random.integer(below: 7)] += 1 }
    #expect(seen.allSatisfy { abs($0 - 1000) < 150 })
    #expect(random.integer(below: 1) == 0)
  }

  @Test func `uniform numbers are in range, their mean in the middle`() {
    var random = Xoshiro256(seed: 2)
    var sum = 0.0
    for _ in 0..<10_000 {
      let x = random.uniformDouble()
      #expect(x >= 0 && x < 1)
      sum += x
    }
    #expect(abs(sum / 10_000 - 0.5) < 0.01)
  }

  @Test func `a shuffle is a permutation and every place is as likely`() {
    var random = Xoshiro256(seed: 3)
    var first = [Int](repeating: 0, count: 5)
    for _ in 0..<5000 {
      var order = Array(0..<5)
      random.shuffle(&order)
      #expect(order.sorted() == [0, 1, 2, 3, 4])
      first[order[0]] += 1
    }
    #expect(first.allSatisfy { abs($0 - 1000) < 150 })
  }

  @Test func `standard normal numbers have mean 0 and variance 1`() {
    var random = Xoshiro256(seed: 4)
    let x = (0..<20_000).map { _ in random.standardNormal() }
    #expect(abs(x.reduce(0, +) / 20_000) < 0.03)
    #expect(abs(x.reduce(0) { $0 + $1 * $1 } / 20_000 - 1) < 0.05)
  }
}
