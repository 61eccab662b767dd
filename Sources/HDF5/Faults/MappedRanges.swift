internal import CFaults
internal import Synchronization

/// The mapped files of this process, by which a signal handler recognizes their addresses.
package let mappedRanges = MappedRanges()

/// A list of address ranges that a signal handler can read at any moment.
@safe
package final class MappedRanges: Sendable {
  private static let places = Int(CF_PLACES)
  private let block: UInt
  private let lock = Mutex(())

  /// A pointer to alternating starts and lengths, valid until the process ends.
  var words: UnsafePointer<UInt>? { unsafe UnsafePointer(bitPattern: block) }

  fileprivate init() {
    let memory = UnsafeMutablePointer<UInt>.allocate(capacity: 2 * Self.places)
    unsafe memory.initialize(repeating: 0, count: 2 * Self.places)
    block = UInt(bitPattern: memory)
  }

  /// Records a mapped file; files beyond the list's capacity are ignored.
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

  /// Removes a mapped file.
  package func remove(_ start: UnsafeRawPointer) {
    guard let words = unsafe UnsafeMutablePointer<UInt>(bitPattern: block) else { return }
    lock.withLock { _ in
      for place in 0..<Self.places where unsafe words[2 * place] == UInt(bitPattern: start) {
        unsafe words[2 * place + 1] = 0
      }
    }
  }
}
