internal import CFaults

/// Which thread is within the C library: what a signal handler and a watching thread ask.
///
/// Written by whoever holds the gate, and read without it.
@safe
struct LibraryCall: Sendable {
  /// The one of this process.
  static let current = LibraryCall()

  /// The thread, or 0; and behind it how many calls have begun.
  private let block: UInt

  private init() {
    let memory = UnsafeMutablePointer<UInt>.allocate(capacity: 2)
    unsafe memory.initialize(repeating: 0, count: 2)
    block = UInt(bitPattern: memory)
  }

  /// Where the thread is noted, which stays there for ever.
  var thread: UnsafePointer<UInt>? { unsafe UnsafePointer(bitPattern: block) }

  /// Notes that the calling thread has entered.
  @inline(__always)
  func begin() {
    guard let words = unsafe UnsafeMutablePointer<UInt>(bitPattern: block) else { return }
    cf_prepare_thread()
    unsafe cf_store(words + 1, words[1] &+ 1)
    unsafe cf_store(words, cf_this_thread())
  }

  /// Notes that it has left.
  @inline(__always)
  func end() {
    guard let words = unsafe UnsafeMutablePointer<UInt>(bitPattern: block) else { return }
    unsafe cf_store(words, 0)
  }

  /// The thread that is within the library, or 0, and the number of its call.
  var state: (thread: UInt, call: UInt) {
    guard let words = unsafe UnsafeMutablePointer<UInt>(bitPattern: block) else { return (0, 0) }
    return unsafe (cf_load(words), cf_load(words + 1))
  }
}
