internal import CellFiles
internal import Foundation
internal import Support

/// A file that is open for reading at any place.
final class OpenFile: Sendable {
  let path: String
  let size: Int
  private let number: Int32

  /// Opens a file.
  ///
  /// - Throws: ``StepError/unreadable(path:reason:)``.
  init(_ path: String) throws(StepError) {
    let number = unsafe open(path, O_RDONLY | O_CLOEXEC)
    guard number >= 0 else { throw .unreadable(path: path, reason: systemReason()) }
    var status = stat()
    guard unsafe fstat(number, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
      close(number)
      throw .unreadable(path: path, reason: "it is not a regular file")
    }
    (self.path, self.number, size) = (path, number, Int(status.st_size))
  }

  deinit { _ = close(number) }

  /// Reads bytes.
  func bytes(_ range: Range<Int>) throws(StepError) -> [UInt8] {
    try values(from: range.lowerBound, count: range.count)
  }

  /// Reads numbers.
  ///
  /// - Throws: ``StepError`` if the file ends before, or cannot be read.
  func values<Value: BitwiseCopyable>(
    from place: Int, count: Int
  ) throws(StepError) -> [Value] {
    let length = count * MemoryLayout<Value>.stride
    var reason: StepError?
    let values = unsafe [Value](unsafeUninitializedCapacity: count) { buffer, filled in
      var done = 0
      let bytes = UnsafeMutableRawBufferPointer(buffer)
      while done < length, let base = bytes.baseAddress {
        let read = retrying {
          unsafe pread(number, base + done, length - done, off_t(place + done))
        }
        guard read > 0 else {
          reason =
            read == 0
            ? .damaged(path: path, problem: "it ends early")
            : .unreadable(path: path, reason: systemReason())
          return
        }
        done += read
      }
      filled = count
    }
    if let reason { throw reason }
    return values
  }
}
