internal import CFaults

/// The thread that is within the C library, for a signal handler and a watchdog thread.
///
/// The holder of the gate writes it; readers do not hold the gate.
@safe
struct LibraryCall: Sendable {
  /// The state of this process.
  static let current = LibraryCall()

  /// The address of the thread identifier, or 0, followed by the number of calls.
  private let block: UInt

  private init() {
    let memory = UnsafeMutablePointer<UInt>.allocate(capacity: 2)
    unsafe memory.initialize(repeating: 0, count: 2)
    block = UInt(bitPattern: memory)
  }

  /// A pointer to the thread identifier, valid until the process ends.
  var thread: UnsafePointer<UInt>? { unsafe UnsafePointer(bitPattern: block) }

  /// Records that the calling thread has entered the library.
  @inline(__always)
  func begin() {
    guard let words = unsafe UnsafeMutablePointer<UInt>(bitPattern: block) else { return }
    cf_prepare_thread()
    unsafe cf_store(words + 1, words[1] &+ 1)
    unsafe cf_store(words, cf_this_thread())
  }

  /// Records that the calling thread has left the library.
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
