internal import CFaults
internal import Synchronization

/// The mapped files of this process, for a signal handler to know an address of theirs.
package let mappedRanges = MappedRanges()

/// Ranges of addresses that a signal handler may look through at any moment.
@safe
package final class MappedRanges: Sendable {
  private static let places = Int(CF_PLACES)
  private let block: UInt
  private let lock = Mutex(())

  /// Where starts and lengths lie in turn, for ever.
  var words: UnsafePointer<UInt>? { unsafe UnsafePointer(bitPattern: block) }

  fileprivate init() {
    let memory = UnsafeMutablePointer<UInt>.allocate(capacity: 2 * Self.places)
    unsafe memory.initialize(repeating: 0, count: 2 * Self.places)
    block = UInt(bitPattern: memory)
  }

  /// Notes a mapped file; those beyond the list's room are not noted.
  package func add(_ start: UnsafeRawPointer, count: Int) {
    guard let words = unsafe UnsafeMutablePointer<UInt>(bitPattern: block) else { return }
    lock.withLock { _ in
      for place in 0..<Self.places where unsafe words[2 * place + 1] == 0 {
        unsafe words[2 * place] = UInt(bitPattern: start)
        unsafe words[2 * place + 1] = UInt(count)
        return
      }
    }
  }

  /// Forgets a mapped file.
  package func remove(_ start: UnsafeRawPointer) {
    guard let words = unsafe UnsafeMutablePointer<UInt>(bitPattern: block) else { return }
    lock.withLock { _ in
      for place in 0..<Self.places where unsafe words[2 * place] == UInt(bitPattern: start) {
        unsafe words[2 * place + 1] = 0
      }
    }
  }
}
