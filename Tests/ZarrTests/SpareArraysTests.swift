import StoredArrays
import Testing

/// Arrays serve several reads.
@Suite struct SpareArraysTests {
  @Test func `arrays have the requested length, whatever they were before`() {
    let spare = SpareArrays<Int32>(most: 2)
    for count in [10, 3, 11, 0, 7, 1_000, 5] {
      var array = spare.array(of: count)
      #expect(array.count == count)
      for place in array.indices { array[place] = Int32(count) }
      spare.keep(array)
    }
  }

  @Test func `an array that is still in use is copied`() {
    let spare = SpareArrays<UInt8>(most: 2)
    let first = [UInt8](repeating: 1, count: 100)
    spare.keep(first)
    var second = spare.array(of: 100)
    second[0] = 2
    #expect(first[0] == 1)
  }

  @Test func `at most the given number of arrays and bytes are kept`() {
    let few = SpareArrays<UInt8>(most: 1)
    few.keep([1])
    few.keep([2])
    #expect(few.array(of: 1) == [1])
    let small = SpareArrays<UInt8>(most: 4, bytes: 10)
    small.keep([UInt8](repeating: 3, count: 100))
    small.keep([5])
    #expect(small.array(of: 1) == [5])
  }
}
