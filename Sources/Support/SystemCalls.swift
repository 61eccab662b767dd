#if canImport(Darwin)
internal import Darwin
#else
internal import Glibc
#endif

/// Returns the system's message for its latest error, such as "no space left on device".
package func systemReason(_ code: Int32 = errno) -> String {
  let text = unsafe String(cString: strerror(code))
  return text.prefix(1).lowercased() + text.dropFirst()
}

/// An open file descriptor, closed when this value is destroyed.
package struct Descriptor: ~Copyable {
  package let number: Int32

  /// Takes ownership of an open descriptor; `nil` for a negative one, from a failed call.
  package init?(_ number: Int32) {
    guard number >= 0 else { return nil }
    self.number = number
  }

  deinit { _ = close(number) }
}

/// Repeats a call while signals interrupt it.
package func retrying(_ call: () -> Int) -> Int {
  while true {
    let result = call()
    guard result < 0, errno == EINTR else { return result }
  }
}
