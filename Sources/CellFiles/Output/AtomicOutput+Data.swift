package import Foundation
internal import HDF5
internal import Support

extension AtomicOutput {
  /// Writes a small file; it appears under its name when it is complete.
  ///
  /// - Parameters:
  ///   - data: The contents.
  ///   - path: The file, or `-` for standard output.
  /// - Throws: `OutputError`, where the file can't be written.
  package static func write(_ data: Data, to path: String) throws {
    guard path != "-" else {
      if let reason = writeAll([UInt8](data).span, to: STDOUT_FILENO) {
        throw OutputError.cannotWrite(path: "standard output", reason: reason)
      }
      return
    }
    let output = try AtomicOutput(to: path)
    let reason: String?
    if let file = unsafe Descriptor(open(output.temporaryPath, O_WRONLY | O_CLOEXEC)) {
      reason = writeAll([UInt8](data).span, to: file.number)
    } else {
      reason = systemReason()
    }
    if let reason { throw OutputError.cannotWrite(path: path, reason: reason) }
    try output.commit()
  }
}
