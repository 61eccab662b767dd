import CellFiles
import Foundation
import Synchronization
import Testing

@Suite struct OrderedWorkTests {
  private struct Failure: Error, Equatable { let number: Int }

  @Test(arguments: [1, 2, 3, 8], [0, 1, 2, 50])
  func `every item is made once and used in order`(threads: Int, count: Int) throws {
    let made = Mutex<[Int]>([])
    var used: [Int] = []
    try inOrder(
      count: count, threads: threads,
      make: { number in
        made.withLock { $0.append(number) }
        return number * number
      }, use: { used.append($0) })
    #expect(used == (0..<count).map { $0 * $0 })
    #expect(made.withLock { $0.sorted() } == Array(0..<count))
  }

  @Test(arguments: [1, 2, 4])
  func `few items wait to be used`(threads: Int) throws {
    let counts = Counts()
    try inOrder(
      count: 100, threads: threads,
      make: { _ in
        let waiting = counts.make()
        #expect(waiting <= threads + 1)
      },
      use: {
        // Those that may be made meanwhile are, where a thread is there to make them.
        if threads > 1 { counts.wait { $0.made == min(100, $0.used + threads + 1) } }
        counts.use()
      })
  }

  @Test(arguments: [1, 2, 4])
  func `the first failure in the order of items is thrown`(threads: Int) {
    var used = 0
    let counts = Counts()
    #expect(throws: Failure(number: 7)) {
      try inOrder(
        count: 100, threads: threads,
        make: { number in
          guard number >= 7 else { return }
          // A later item fails first, where it can: the calling thread may have to go on for that.
          if number == 7, Thread.current.name?.hasPrefix("scharmonize-reader") == true {
            counts.wait { $0.made > 0 }
          }
          if number > 7 { _ = counts.make() }
          throw Failure(number: number)
        }, use: { used += 1 })
    }
    #expect(used == 7)
  }

  @Test(arguments: [1, 2, 4])
  func `what the use throws ends the work`(threads: Int) {
    let made = Mutex(0)
    let inWork = Mutex(0)
    #expect(throws: Failure(number: 3)) {
      try inOrder(
        count: 10_000, threads: threads,
        make: { number in
          inWork.withLock { $0 += 1 }
          defer { inWork.withLock { $0 -= 1 } }
          made.withLock { $0 += 1 }
          return number
        },
        use: { number in
          if number == 3 { throw Failure(number: 3) }
        })
    }
    #expect(made.withLock { $0 } <= 3 + threads + 1)
    #expect(inWork.withLock { $0 } == 0)
  }
}

/// How many items were made, and how many used.
@safe
private final class Counts: @unchecked Sendable {
  private let condition = NSCondition()
  private var counts = (made: 0, used: 0)

  /// Counts an item that was made, and gives how many wait to be used.
  func make() -> Int {
    change { $0.made += 1 }
  }

  /// Counts an item that was used.
  func use() {
    _ = change { $0.used += 1 }
  }

  /// Waits until the counts are as a test wants them.
  func wait(until isDone: ((made: Int, used: Int)) -> Bool) {
    condition.lock()
    while !isDone(counts) { condition.wait() }
    condition.unlock()
  }

  private func change(_ body: (inout (made: Int, used: Int)) -> Void) -> Int {
    condition.lock()
    defer { condition.unlock() }
    body(&counts)
    condition.broadcast()
    return counts.made - counts.used
  }
}
