internal import Foundation

/// Starts a thread that ends with its body; without Foundation, which would double the program.
///
/// - Parameters:
///   - name: The name that debuggers and `top` show, of which Linux keeps 15 bytes.
///   - stackBytes: The size of the stack; the system's default where it is `nil`.
///   - body: The work of the thread.
package func startThread(
  _ name: String, stackBytes: Int? = nil, _ body: @escaping @Sendable () -> Void
) {
  let start = unsafe Unmanaged.passRetained(ThreadStart(name: name, body: body))
  let attributes = UnsafeMutablePointer<pthread_attr_t>.allocate(capacity: 1)
  unsafe pthread_attr_init(attributes)
  defer {
    unsafe pthread_attr_destroy(attributes)
    unsafe attributes.deallocate()
  }
  unsafe pthread_attr_setdetachstate(attributes, Int32(PTHREAD_CREATE_DETACHED))
  if let stackBytes { unsafe pthread_attr_setstacksize(attributes, stackBytes) }
  #if canImport(Glibc)
  var thread = pthread_t()
  let failure = unsafe pthread_create(
    &thread, attributes, { unsafe ThreadStart.run($0) }, start.toOpaque())
  #else
  var thread: pthread_t?
  let failure = unsafe pthread_create(
    &thread, attributes, { unsafe ThreadStart.run($0) }, start.toOpaque())
  #endif
  // A system without room for a thread does with the others; a pool's caller takes part in its work.
  if failure != 0 { unsafe start.release() }
}

/// The name and the body of a thread, until it runs.
private final class ThreadStart: Sendable {
  private let name: String
  private let body: @Sendable () -> Void

  init(name: String, body: @escaping @Sendable () -> Void) {
    self.name = name
    self.body = body
  }

  static func run(_ argument: UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? {
    guard let argument = unsafe argument else { return nil }
    let start = unsafe Unmanaged<ThreadStart>.fromOpaque(argument).takeRetainedValue()
    #if canImport(Glibc)
    // Swift's module of the C library lacks the function for it.
    let file = unsafe open("/proc/thread-self/comm", O_WRONLY)
    if file >= 0 {
      _ = unsafe write(file, start.name, min(15, start.name.utf8.count))
      close(file)
    }
    #else
    unsafe pthread_setname_np(start.name)
    #endif
    start.body()
    return nil
  }
}

/// A lock with a condition that threads wait for, as Foundation's `NSCondition`.
@safe
package final class Condition: @unchecked Sendable {
  private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
  private let event = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)

  /// Makes a condition that nobody holds.
  package init() {
    unsafe mutex.initialize(to: pthread_mutex_t())
    unsafe event.initialize(to: pthread_cond_t())
    unsafe pthread_mutex_init(mutex, nil)
    unsafe pthread_cond_init(event, nil)
  }

  deinit {
    unsafe pthread_cond_destroy(event)
    unsafe pthread_mutex_destroy(mutex)
    unsafe event.deallocate()
    unsafe mutex.deallocate()
  }

  /// Takes the lock, waiting for whoever holds it.
  package func lock() { unsafe pthread_mutex_lock(mutex) }

  /// Gives the lock back.
  package func unlock() { unsafe pthread_mutex_unlock(mutex) }

  /// Gives the lock back until another thread calls ``broadcast()``; may return without it.
  package func wait() { unsafe pthread_cond_wait(event, mutex) }

  /// Wakes all threads that wait.
  package func broadcast() { unsafe pthread_cond_broadcast(event) }
}
