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
    let waiting = Mutex((now: 0, most: 0))
    try inOrder(
      count: 100, threads: threads,
      make: { _ in
        waiting.withLock {
          $0.now += 1
          $0.most = max($0.most, $0.now)
        }
      },
      use: {
        usleep(200)
        waiting.withLock { $0.now -= 1 }
      })
    #expect(waiting.withLock { $0.most } <= threads + 1)
  }

  @Test(arguments: [1, 2, 4])
  func `the first failure in the order of items is thrown`(threads: Int) {
    var used = 0
    #expect(throws: Failure(number: 7)) {
      try inOrder(
        count: 100, threads: threads,
        make: { number in
          if number >= 7 {
            if number == 7 { usleep(2000) }
            throw Failure(number: number)
          }
        }, use: { used += 1 })
    }
    #expect(used == 7)
  }

  @Test(arguments: [1, 2, 4])
  func `what the use throws ends the work`(threads: Int) {
    let made = Mutex(0)
    #expect(throws: Failure(number: 3)) {
      try inOrder(
        count: 10_000, threads: threads,
        make: { number in
          made.withLock { $0 += 1 }
          return number
        },
        use: { number in
          if number == 3 { throw Failure(number: 3) }
        })
    }
    let count = made.withLock { $0 }
    #expect(count < 100)
    usleep(2000)
    #expect(made.withLock { $0 } == count)
  }
}
