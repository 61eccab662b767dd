import Numerics
import TestSupport
import Testing

@Suite struct SelectionTests {
  @Test(arguments: [1, 2, 15, 16, 17, 100, 999])
  func `the number at a place is that of the sorted numbers`(count: Int) {
    var random = Xoshiro256(seed: UInt64(count))
    var numbers = (0..<count).map { _ in random.uniformFloat(from: -1, to: 1) }
    // Equal numbers, both zeros, infinities and the smallest numbers above and below zero.
    let least = Float.leastNonzeroMagnitude
    let special: [Float] = [0, -0.0, 1, 1, .infinity, .infinity, -.infinity, least, -least]
    for (place, value) in special.prefix(count / 2).enumerated() { numbers[2 * place] = value }
    let fixed = numbers
    for place in Set([0, count / 3, count / 2, count - 1]) {
      let expected = smallestReference(place, of: fixed)
      let found = onEveryInstructionSet { _ in smallest(place, of: fixed) }
      #expect(found.allSatisfy { $0 == expected }, "place \(place)")
    }
  }

  @Test func `the median is the middle number, or the mean of two`() {
    #expect(median(of: []) == 0 && median(of: [3]) == 3)
    #expect(median(of: [4, 1, 3]) == 3 && median(of: [4, 1, 3, 2]) == 2.5)
  }
}
