internal import Foundation

// What Foundation also has, but not its small part FoundationEssentials: a program with all of
// Foundation holds the data of every language.

/// Returns a number as C prints it, with a point in any locale.
///
/// - Parameters:
///   - format: A format for one number, such as `%.2f`.
///   - value: The number.
/// - Returns: The number as text.
package func printed(_ format: String, _ value: Double) -> String {
  // The longest number has 309 digits before the point.
  var bytes = [UInt8](repeating: 0, count: 512)
  let length = unsafe bytes.withUnsafeMutableBytes { buffer in
    unsafe withVaList([value]) {
      unsafe vsnprintf(
        buffer.baseAddress?.assumingMemoryBound(to: CChar.self), buffer.count, format, $0)
    }
  }
  return String(decoding: bytes.prefix(max(0, Int(length))), as: UTF8.self)
}

extension StringProtocol {
  /// The text without the white space at its ends.
  package var trimmed: String {
    guard let start = firstIndex(where: { !$0.isWhitespace }),
      let end = lastIndex(where: { !$0.isWhitespace })
    else { return "" }
    return String(self[start...end])
  }

  /// A flag that is true if another text is part of this one.
  package func holds(_ part: String) -> Bool { !part.isEmpty && firstRange(of: part) != nil }
}

/// Returns the name of the file that a path leads to: `b.mtx` of `a/b.mtx`.
package func fileName(of path: String) -> String {
  path.split(separator: "/").last.map(String.init) ?? path
}

/// Returns all bytes of standard input; `nil` if it cannot be read.
package func standardInput() -> [UInt8]? {
  var (bytes, piece) = ([UInt8](), [UInt8](repeating: 0, count: 1 << 16))
  while true {
    let count = unsafe piece.withUnsafeMutableBytes { unsafe read(0, $0.baseAddress, $0.count) }
    if count < 0, errno == EINTR { continue }
    guard count >= 0 else { return nil }
    if count == 0 { return bytes }
    bytes += piece[..<count]
  }
}
