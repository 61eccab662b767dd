internal import Synchronization

/// Arrays that were used and now serve later reads, on any thread.
///
/// The system clears each fresh page of memory at its first use. Reads that allocate and release
/// large arrays again and again spend a tenth of their time on that.
package final class SpareArrays<Number: StoredNumber>: Sendable {
  private struct State {
    var arrays: [[Number]] = []
    var bytes = 0
  }

  private let state = Mutex(State())
  private let (most, mostBytes): (Int, Int)

  /// Makes an empty store of arrays.
  ///
  /// - Parameters:
  ///   - most: The largest number of arrays that are kept.
  ///   - bytes: The largest number of bytes that are kept. The default is 32 MiB.
  package init(most: Int, bytes: Int = 1 << 25) {
    self.most = most
    mostBytes = bytes
  }

  /// Returns an array of `count` numbers whose contents are arbitrary.
  package func array(of count: Int) -> [Number] {
    // This has to be the only reference to the array, or else changing its length would copy it.
    var array: [Number] = state.withLock { state in
      state.bytes -= state.arrays.last.map { Self.bytes(of: $0) } ?? 0
      return state.arrays.popLast() ?? []
    }
    guard array.capacity >= count else {
      // Room for some more numbers lets the array serve slightly longer reads later.
      return [Number](uninitialized: count, capacity: count + count / 8)
    }
    if array.count > count { array.removeLast(array.count - count) }
    if array.count < count { array += zeros(count - array.count) }
    return array
  }

  /// Keeps an array that is no longer needed, if there is room.
  ///
  /// If it is still referred to elsewhere, the next use copies it.
  package func keep(_ array: consuming [Number]) {
    let array = array
    state.withLock { state in
      let bytes = Self.bytes(of: array)
      guard state.arrays.count < most, state.bytes + bytes <= mostBytes else { return }
      state.bytes += bytes
      state.arrays.append(array)
    }
  }

  private static func bytes(of array: [Number]) -> Int {
    array.capacity * MemoryLayout<Number>.stride
  }
}
