internal import Foundation

/// Makes items on several threads ahead of their use, and uses them in order on this one.
///
/// While an item is used, the next ones are made; a few at most are waiting to be used, so that
/// memory stays flat. The calling thread makes items too whenever the next one is not ready,
/// so that `threads` are at work in all, and with one thread each item is made just before its
/// use. The items do not depend on the number of threads.
///
/// The pool of `Kernels` is for loops whose shards all end before anything goes on, which is
/// what reading ahead is not; and it is not below this module.
///
/// - Parameters:
///   - count: How many items there are.
///   - threads: How many threads are at work, the calling one included.
///   - make: Makes an item by its number, on any thread.
///   - use: Is given one item after another, on the calling thread.
/// - Throws: What `make` or `use` throws first, in the order of the items.
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
    // The threads use what the caller lent, so they have to end first, whatever happens.
    defer { queue.end() }
    for number in 0..<count { try use(queue.item(number)) }
  }
}

/// The items that have been made but not yet used, and the threads that make them.
@safe
private final class OrderedQueue<Item: Sendable>: @unchecked Sendable {
  private let count: Int
  private let ahead: Int

  private let condition = NSCondition()

  /// What the caller lent; given up at the end, which no thread of the system waits for.
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
      let thread = Thread { self.work() }
      thread.name = "scharmonize-reader-\(number)"
      thread.start()
    }
  }

  /// Hands out the item of that number, each once and in order.
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

  /// Lets the threads finish what they are at, and waits for that.
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

  /// The number of an item that is to be made now, if there is one; to be called with the lock.
  private func claim() -> Int? {
    guard next < min(count, used + ahead) else { return nil }
    defer { next += 1 }
    return next
  }

  /// Makes an item with the lock released meanwhile.
  private func makeUnlocked(_ number: Int) {
    guard let make else { preconditionFailure("item \(number) is made after the end") }
    condition.unlock()
    let result = Result { try make(number) }
    condition.lock()
    made[number] = result
    condition.broadcast()
  }
}
