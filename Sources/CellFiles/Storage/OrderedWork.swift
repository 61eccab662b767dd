internal import Foundation
internal import Support

/// Makes items on several threads ahead of their use, and uses them in order on the calling thread.
///
/// While one item is used, the next ones are made. Only a few items wait for use, so that memory
/// stays constant. The calling thread also makes items while the next one is not ready, so
/// `threads` threads work in total. With one thread each item is made just before its use. The
/// items do not depend on the number of threads.
///
/// The pool of `Numerics` does not fit here: its loops end before the caller continues. This module
/// also does not depend on `Numerics`.
///
/// - Parameters:
///   - count: The number of items.
///   - threads: The number of threads, including the calling one.
///   - make: Makes an item by its number, on any thread.
///   - use: The closure that receives each item in order, on the calling thread.
/// - Throws: The first error of `make` or `use`, in the order of the items.
package func inOrder<Item: Sendable>(
  count: Int, threads: Int, make: @Sendable (Int) throws -> Item, use: (Item) throws -> Void
) throws {
  let helpers = min(threads, count) - 1
  guard helpers > 0 else {
    for number in 0..<max(0, count) { try use(make(number)) }
    return
  }
  try withoutActuallyEscaping(make) { make in
    let queue = OrderedQueue(count: count, ahead: threads + 1, threads: helpers, make: make)
    // The threads use what the caller lent, so they always have to end first.
    defer { queue.end() }
    for number in 0..<count { try use(queue.item(number)) }
  }
}

/// The items that are made but not yet used, and the threads that make them.
@safe
private final class OrderedQueue<Item: Sendable>: @unchecked Sendable {
  private let count: Int
  private let ahead: Int

  private let condition = Condition()

  /// The closure lent by the caller.
  ///
  /// It is released at the end, because the system's threads can outlive the call.
  private var make: (@Sendable (Int) throws -> Item)?
  private var made: [Int: Result<Item, any Error>] = [:]
  private var next = 0
  private var used = 0
  private var isEnding = false
  private var working: Int

  init(
    count: Int, ahead: Int, threads: Int, make: @escaping @Sendable (Int) throws -> Item
  ) {
    self.make = make
    self.count = count
    self.ahead = ahead
    working = threads
    for number in 1...threads {
      startThread("scharmonize-reader-\(number)") { self.work() }
    }
  }

  /// Returns the item of that number; request each once and in order.
  func item(_ number: Int) throws -> Item {
    condition.lock()
    defer { condition.unlock() }
    used = number
    condition.broadcast()
    while true {
      if let result = made.removeValue(forKey: number) { return try result.get() }
      if let other = claim() { makeUnlocked(other) } else { condition.wait() }
    }
  }

  /// Waits until the threads have finished their current items.
  func end() {
    condition.lock()
    defer { condition.unlock() }
    isEnding = true
    condition.broadcast()
    while working > 0 { condition.wait() }
    make = nil
  }

  private func work() {
    condition.lock()
    while !isEnding, next < count {
      if let number = claim() { makeUnlocked(number) } else { condition.wait() }
    }
    working -= 1
    condition.broadcast()
    condition.unlock()
  }

  /// Returns the number of the next item to make, if any; call it while holding the lock.
  private func claim() -> Int? {
    guard next < min(count, used + ahead) else { return nil }
    defer { next += 1 }
    return next
  }

  /// Makes an item while the lock is released.
  private func makeUnlocked(_ number: Int) {
    guard let make else { preconditionFailure("item \(number) is made after the end") }
    condition.unlock()
    let result = Result { try make(number) }
    condition.lock()
    made[number] = result
    condition.broadcast()
  }
}
