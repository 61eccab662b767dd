internal import Support

#if canImport(Darwin)
internal import Darwin
#else
internal import Glibc
#endif

/// Copies a file's bytes into an existing empty file.
///
/// If the file system supports it, both files share blocks until one is changed, which costs
/// neither time nor space.
///
/// - Parameters:
///   - source: The file to copy; it is opened for reading only.
///   - target: The file to fill.
/// - Returns: The system's message on failure; `nil` on success.
/// - Throws: `CancellationError`, between two pieces.
func copyBytes(ofFileAt source: String, toFileAt target: String) throws -> String? {
  guard let input = unsafe Descriptor(open(source, O_RDONLY | O_CLOEXEC)),
    let output = unsafe Descriptor(open(target, O_WRONLY | O_TRUNC | O_CLOEXEC))
  else { return systemReason() }
  #if canImport(Darwin)
  return unsafe fcopyfile(input.number, output.number, nil, copyfile_flags_t(COPYFILE_DATA)) == 0
    ? nil : systemReason()
  #else
  if ioctl(output.number, ficlone, input.number) == 0 { return nil }
  return try copyInKernel(from: input.number, to: output.number)
  #endif
}

#if !canImport(Darwin)
/// The request that Linux calls FICLONE, `_IOW(0x94, 9, int)`: a macro that Swift cannot import.
private let ficlone: UInt = 0x4004_9409

/// Copies all bytes within the kernel, or through this process if that fails.
private func copyInKernel(from input: Int32, to output: Int32) throws -> String? {
  while true {
    try Task.checkCancellation()
    let sent = retrying { sendfile(output, input, nil, 1 << 27) }
    if sent == 0 { return nil }
    guard sent < 0 else { continue }
    // Some file systems lack this call; both files keep their positions after the part copied so
    // far.
    guard errno == EINVAL || errno == ENOSYS || errno == EOVERFLOW else { return systemReason() }
    return try copyThroughMemory(from: input, to: output)
  }
}

private func copyThroughMemory(from input: Int32, to output: Int32) throws -> String? {
  var buffer = [UInt8](repeating: 0, count: 1 << 20)
  while true {
    try Task.checkCancellation()
    let count = buffer.count
    let length = retrying { unsafe read(input, &buffer, count) }
    guard length >= 0 else { return systemReason() }
    guard length > 0 else { return nil }
    if let reason = writeAll(buffer.span.extracting(first: length), to: output) { return reason }
  }
}
#endif

/// Writes bytes to an open file; returns the system's message on failure.
package func writeAll(_ bytes: Span<UInt8>, to descriptor: Int32) -> String? {
  var start = 0
  while start < bytes.count {
    let rest = bytes.extracting(start..<bytes.count)
    let written = retrying {
      unsafe rest.withUnsafeBytes { unsafe write(descriptor, $0.baseAddress, $0.count) }
    }
    guard written > 0 else { return written < 0 ? systemReason() : "the system accepted no bytes" }
    start += written
  }
  return nil
}
