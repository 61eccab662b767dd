internal import CFaults
internal import Synchronization

#if canImport(Darwin)
internal import Darwin
#else
internal import Glibc
#endif

/// A list of file names that a signal handler can read at any moment.
///
/// A handler may neither wait for a lock nor allocate memory. The names therefore lie in one block
/// that is never moved or freed; names beyond its capacity are ignored.
@safe
package final class NameList: Sendable {
  private static let (places, bytes) = (Int(CF_PLACES), Int(CF_BYTES))

  private let block: UInt
  private let lock = Mutex(())

  /// A pointer to the names, valid until the process ends.
  var names: UnsafePointer<CChar>? { unsafe UnsafePointer(bitPattern: block) }

  /// Makes an empty list that is never freed.
  package init() {
    let size = Self.places * Self.bytes
    let memory = UnsafeMutableRawPointer.allocate(byteCount: size, alignment: 16)
    unsafe memory.initializeMemory(as: UInt8.self, repeating: 0, count: size)
    block = UInt(bitPattern: memory)
  }

  /// Records a name.
  ///
  /// - Parameter name: A path; one too long for a file system is ignored.
  /// - Returns: The position for ``remove(at:)``; `nil` if the name was not recorded.
  package func add(_ name: String) -> Int? {
    let text = Array(name.utf8)
    guard !text.isEmpty, text.count < Self.bytes else { return nil }
    return lock.withLock { _ in
      let free = (0..<Self.places).first { place in
        unsafe bytes(place)[0] == 0
      }
      guard let free else { return nil }
      let room = unsafe bytes(free)
      unsafe room[text.count] = 0
      // Write the first byte last: until then readers see an empty entry.
      for k in text.indices.reversed() { unsafe room[k] = text[k] }
      return free
    }
  }

  /// Removes the name at a position.
  package func remove(at place: Int?) {
    guard let place else { return }
    lock.withLock { _ in unsafe bytes(place)[0] = 0 }
  }

  /// Removes a name.
  package func remove(_ name: String) {
    let text = Array(name.utf8)
    lock.withLock { _ in
      for place in 0..<Self.places {
        let room = unsafe bytes(place)
        guard
          (text + [0]).indices.allSatisfy({ k in
            unsafe room[k] == (k < text.count ? text[k] : 0)
          })
        else { continue }
        unsafe room[0] = 0
      }
    }
  }

  /// Returns the total size of all files in bytes.
  func bytesOfFiles() -> Int {
    (0..<Self.places).reduce(0) { sum, place in
      let name = unsafe bytes(place)
      var status = stat()
      guard unsafe name[0] != 0,
        unsafe stat(UnsafeRawPointer(name).assumingMemoryBound(to: CChar.self), &status) == 0
      else { return sum }
      return sum + Int(status.st_size)
    }
  }

  private func bytes(_ place: Int) -> UnsafeMutablePointer<UInt8> {
    guard let start = unsafe UnsafeMutablePointer<UInt8>(bitPattern: block) else {
      preconditionFailure("a block without an address")
    }
    return unsafe start + place * Self.bytes
  }
}
