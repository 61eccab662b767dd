internal import CKernels
internal import Foundation
internal import Machine
internal import Synchronization

/// Threads that live for a run and work off the shards of one loop at a time.
///
/// The caller cuts the work into shards by the problem, never by the number of
/// threads, and combines what shards leave in a fixed order. So the result has
/// the same bytes at any thread count, although which thread takes which shard
/// is left to chance.
///
///     let pool = ThreadPool(threads: 4)
///     pool.parallel(blocks) { block in sums[block] = … }
public final class ThreadPool: Sendable {
  /// How many threads work on a loop, the calling one included.
  public let threads: Int

  private let crew: Crew

  /// Starts `threads - 1` threads, which sleep until there is work.
  ///
  /// - Parameter threads: At least 1; the default is one for each processor that
  ///   the process may use, as its binding and its control groups have it.
  public init(threads: Int? = nil) {
    let threads = threads ?? Processors.available
    precondition(threads >= 1, "a pool needs at least 1 thread, not \(threads)")
    self.threads = threads
    crew = Crew()
    for number in 1..<threads {
      let thread = Thread { [crew] in crew.work() }
      thread.name = "scharmonize-\(number)"
      thread.start()
    }
  }

  deinit { crew.dismiss() }

  /// Calls `body` once for each of `0..<shards` and returns when all are done.
  ///
  /// A call from within `body`, or from a second thread while the pool is at
  /// work, runs its shards on the calling thread, in order.
  public func parallel(_ shards: Int, _ body: @Sendable (Int) -> Void) {
    guard threads > 1, shards > 1, crew.occupy() else {
      for shard in 0..<max(0, shards) { body(shard) }
      return
    }
    defer { crew.leave() }
    crew.run(shards, body)
  }
}

/// What the threads of a pool share.
@safe
private final class Crew: @unchecked Sendable {
  typealias Body = @Sendable (Int) -> Void

  /// The job's number in the upper half, its shards not yet taken in the lower.
  ///
  /// One word, so that a thread that comes late cannot take a shard of one job
  /// for another's.
  private let tickets = Atomic<UInt64>(0)

  /// Shards of the job that are not yet done.
  private let unfinished = Atomic<Int>(0)

  /// The body of the job; read only by who holds one of its shards.
  private let body = Atomic<UInt>(0)

  private let occupied = Atomic<Bool>(false)
  private let dismissed = Atomic<Bool>(false)

  /// Guards the sleep of threads that found no work for a while.
  private let bell = NSCondition()

  /// About 20 µs: longer than the gap between two loops of a training step.
  private let patience = 4_000

  func occupy() -> Bool {
    occupied.compareExchange(expected: false, desired: true, ordering: .acquiring).exchanged
  }

  func leave() { occupied.store(false, ordering: .releasing) }

  func dismiss() {
    dismissed.store(true, ordering: .releasing)
    ring()
  }

  /// Publishes a job, takes part in it, and waits for its end.
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

  /// What each thread of the pool does until it is dismissed.
  func work() {
    var last: UInt64 = 0
    while true {
      wait { tickets.load(ordering: .relaxed) >> 32 != last || dismissed.load(ordering: .relaxed) }
      if dismissed.load(ordering: .acquiring) { return }
      last = takeShards()
    }
  }

  /// Works off shards until the job has none left, and returns the job's number.
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
      // The shard taken keeps the job, and so its body, alive.
      let pointer = unsafe UnsafePointer<Body>(bitPattern: body.load(ordering: .relaxed))
      guard let pointer = unsafe pointer else { preconditionFailure("a job without a body") }
      let total = Int(left) - 1
      unsafe pointer.pointee(total)
      if unfinished.subtract(1, ordering: .acquiringAndReleasing).newValue == 0 { ring() }
      seen = tickets.load(ordering: .acquiring)
    }
  }

  /// Spins for a while, then sleeps until the bell rings, until `condition` holds.
  private func wait(until condition: () -> Bool) {
    for _ in 0..<patience {
      if condition() { return }
      ck_pause()
    }
    bell.lock()
    while !condition() { bell.wait() }
    bell.unlock()
  }

  /// Wakes whoever sleeps; the lock orders this after their last look.
  private func ring() {
    bell.lock()
    bell.broadcast()
    bell.unlock()
  }
}
