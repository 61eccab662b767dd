internal import CKernels
internal import Foundation
internal import Support
internal import Synchronization

/// A pool of threads that process the shards of one loop at a time.
///
/// The caller splits the work by the problem, never by the number of threads, and combines the
/// results of shards in a fixed order. The result therefore has the same bytes for any number of
/// threads, although the assignment of shards to threads is random.
///
///     let pool = ThreadPool(threads: 4)
///     pool.parallel(blocks) { block in sums[block] = … }
package final class ThreadPool: Sendable {
  /// The number of threads that process a loop, including the calling one.
  package let threads: Int

  private let crew: Crew

  /// Starts `threads - 1` threads, which sleep until there is work.
  ///
  /// - Parameter threads: The number of threads, at least 1. The default is one for each processor
  ///   available to the process by its binding and control groups.
  package init(threads: Int? = nil) {
    let threads = threads ?? Processors.available
    precondition(threads >= 1, "a pool needs at least 1 thread, not \(threads)")
    self.threads = threads
    crew = Crew()
    for number in 1..<threads {
      startThread("scharmonize-\(number)") { [crew] in crew.work() }
    }
  }

  deinit { crew.dismiss() }

  /// The number of threads that sleep until there is work, for tests.
  var sleepingThreads: Int { crew.sleepingThreads }

  /// Calls `body` once for each of `0..<shards` and returns when all are done.
  ///
  /// A nested call, or a call from a second thread while the pool is busy, runs its shards on the
  /// calling thread, in order.
  package func parallel(_ shards: Int, _ body: @Sendable (Int) -> Void) {
    guard threads > 1, shards > 1, crew.occupy() else {
      for shard in 0..<max(0, shards) { body(shard) }
      return
    }
    defer { crew.leave() }
    guard let set = InstructionSet.ofThread else { return crew.run(shards, body) }
    crew.run(shards) { shard in InstructionSet.using(set) { body(shard) } }
  }
}

extension ThreadPool? {
  /// Calls `body` once for each of `0..<shards`, on the calling thread if there is no pool.
  package func parallel(_ shards: Int, _ body: @Sendable (Int) -> Void) {
    if let self { return self.parallel(shards, body) }
    for shard in 0..<max(0, shards) { body(shard) }
  }
}

/// The state that the threads of a pool share.
@safe
private final class Crew: @unchecked Sendable {
  typealias Body = @Sendable (Int) -> Void

  /// The job's number in the upper half, the number of its remaining shards in the lower.
  ///
  /// They form one word, so that a late thread cannot take a shard of another job.
  private let tickets = Atomic<UInt64>(0)

  /// The number of shards of the job that are not finished.
  private let unfinished = Atomic<Int>(0)

  /// The body of the job; read only by threads that hold one of its shards.
  private let body = Atomic<UInt>(0)

  private let occupied = Atomic<Bool>(false)
  private let dismissed = Atomic<Bool>(false)

  /// A condition for idle threads to sleep on.
  private let bell = Condition()

  /// The number of threads that sleep on it; the bell's lock guards it.
  private var sleepers = 0

  /// The number of spins before a thread sleeps: about 20 µs, longer than the gap between two loops
  /// of a training step.
  private let patience = 4_000

  func occupy() -> Bool {
    occupied.compareExchange(expected: false, desired: true, ordering: .acquiring).exchanged
  }

  func leave() { occupied.store(false, ordering: .releasing) }

  func dismiss() {
    dismissed.store(true, ordering: .releasing)
    ring()
  }

  /// Publishes a job, takes part in it, and waits until it is finished.
  func run(_ shards: Int, _ body: Body) {
    withoutActuallyEscaping(body) { body in
      var body = body
      unsafe withUnsafeMutablePointer(to: &body) { pointer in
        self.body.store(UInt(bitPattern: pointer), ordering: .relaxed)
        unfinished.store(shards, ordering: .relaxed)
        let job = (tickets.load(ordering: .relaxed) >> 32) &+ 1
        tickets.store(job << 32 | UInt64(shards), ordering: .sequentiallyConsistent)
        ring()
        takeShards()
        wait { unfinished.load(ordering: .acquiring) == 0 }
      }
    }
  }

  /// Processes jobs on a thread of the pool until it is dismissed.
  func work() {
    var last: UInt64 = 0
    while true {
      wait { tickets.load(ordering: .relaxed) >> 32 != last || dismissed.load(ordering: .relaxed) }
      if dismissed.load(ordering: .acquiring) { return }
      last = takeShards()
    }
  }

  /// Processes shards until the job has none left, and returns the job's number.
  @discardableResult
  private func takeShards() -> UInt64 {
    var seen = tickets.load(ordering: .acquiring)
    while true {
      let left = seen & 0xFFFF_FFFF
      if left == 0 { return seen >> 32 }
      let exchange = tickets.weakCompareExchange(
        expected: seen, desired: seen - 1, ordering: .acquiringAndReleasing)
      seen = exchange.original
      guard exchange.exchanged else { continue }
      // The shard held keeps the job, and therefore its body, alive.
      let pointer = unsafe UnsafePointer<Body>(bitPattern: body.load(ordering: .relaxed))
      guard let pointer = unsafe pointer else { preconditionFailure("a job without a body") }
      let total = Int(left) - 1
      unsafe pointer.pointee(total)
      if unfinished.subtract(1, ordering: .acquiringAndReleasing).newValue == 0 { ring() }
      seen = tickets.load(ordering: .acquiring)
    }
  }

  /// Waits until `condition` holds, first spinning, then sleeping until the bell rings.
  private func wait(until condition: () -> Bool) {
    for _ in 0..<patience {
      if condition() { return }
      ck_pause()
    }
    bell.lock()
    sleepers += 1
    while !condition() { bell.wait() }
    sleepers -= 1
    bell.unlock()
  }

  var sleepingThreads: Int {
    bell.lock()
    defer { bell.unlock() }
    return sleepers
  }

  /// Wakes sleeping threads; the lock orders this after their last check.
  private func ring() {
    bell.lock()
    bell.broadcast()
    bell.unlock()
  }
}
