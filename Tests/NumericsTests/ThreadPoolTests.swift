import Foundation
import Synchronization
import Testing
@testable import Numerics

@Suite struct ThreadPoolTests {
  @Test(arguments: [1, 2, 3, 8])
  func `every shard is done once, many loops in a row`(threads: Int) {
    let pool = ThreadPool(threads: threads)
    let done = FloatView.zeros(61)
    for loop in 1...500 {
      let shards = loop % 61 + 1
      done.fill(0)
      pool.parallel(shards) { shard in done[shard] += 1 }
      #expect(done.values == (0..<61).map { $0 < shards ? 1 : 0 })
    }
  }

  @Test func `a loop within a loop, and no shards at all, come to an end`() {
    let pool = ThreadPool(threads: 3)
    let count = Atomic<Int>(0)
    pool.parallel(0) { _ in count.add(1, ordering: .relaxed) }
    pool.parallel(5) { _ in
      pool.parallel(7) { _ in count.add(1, ordering: .relaxed) }
    }
    #expect(count.load(ordering: .relaxed) == 35)
  }

  @Test func `several threads may use one pool`() async {
    let pool = ThreadPool(threads: 2)
    let done = FloatView.zeros(4 * 9)
    await withTaskGroup { group in
      for task in 0..<4 {
        group.addTask {
          for _ in 0..<100 { pool.parallel(9) { shard in done[task * 9 + shard] += 1 } }
        }
      }
    }
    #expect(done.values.allSatisfy { $0 == 100 })
  }

  @Test func `threads that slept wake for the next loop`() {
    let pool = ThreadPool(threads: 4)
    let done = FloatView.zeros(16)
    for _ in 0..<3 {
      while pool.sleepingThreads < 3 { sched_yield() }
      pool.parallel(16) { shard in done[shard] += 1 }
    }
    #expect(done.values.allSatisfy { $0 == 3 })
  }
}
