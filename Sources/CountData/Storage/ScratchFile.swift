internal import CellFiles
internal import HDF5
internal import Support

#if canImport(Darwin)
internal import Darwin
#else
internal import Glibc
#endif

/// A private file for data that does not fit into memory, which is always cleaned up.
///
/// Its name is removed as soon as it is open. The system therefore frees its space when this value
/// is destroyed, however the process ends. It is either written sequentially by `append`, and mapped
/// when it is complete; or it is given all of its space first, and mapped for reading and writing.
/// Both report a full disk as an error; writing through mapped memory without space would end the
/// process.
struct ScratchFile: ~Copyable {
  /// The folder whose disk holds the file.
  let folder: String

  private let descriptor: Descriptor

  /// Makes an empty file.
  ///
  /// - Parameter folder: The folder for the file.
  /// - Throws: `OutputError` if the folder is not writable.
  init(in folder: String) throws {
    self.folder = folder
    let output = try AtomicOutput(to: "\(folder)/scharmonize-scratch", permissions: 0o600)
    let path = output.path
    let descriptor = unsafe Descriptor(open(output.temporaryPath, O_RDWR | O_CLOEXEC))
    let reason = systemReason()
    // An output that is destroyed without a commit removes its file name.
    _ = consume output
    guard let descriptor else {
      throw OutputError.cannotCreate(path: path, reason: .other(reason))
    }
    self.descriptor = descriptor
  }

  /// Appends bytes.
  ///
  /// - Throws: ``CountDataError/scratchFailed(folder:reason:)``.
  mutating func append(_ bytes: UnsafeRawBufferPointer) throws(CountDataError) {
    let span = unsafe bytes.assumingMemoryBound(to: UInt8.self).span
    if let reason = writeAll(span, to: descriptor.number) {
      throw .scratchFailed(folder: folder, reason: reason)
    }
  }

  /// Reserves space for zeros, and maps them for reading and writing.
  ///
  /// - Parameter count: The number of bytes; at least 1. Nothing was appended before.
  /// - Returns: The mapped bytes, valid for the lifetime of the value.
  /// - Throws: ``CountDataError/scratchFailed(folder:reason:)``.
  consuming func zeros(_ count: Int) throws(CountDataError) -> Pages {
    #if os(Linux)
    let code = posix_fallocate(descriptor.number, 0, count)
    guard code == 0 else { throw .scratchFailed(folder: folder, reason: systemReason(code)) }
    #else
    let block = [UInt8](repeating: 0, count: 1 << 20)
    for start in stride(from: 0, to: count, by: block.count) {
      let part = block.span.extracting(first: min(block.count, count - start))
      if let reason = writeAll(part, to: descriptor.number) {
        throw .scratchFailed(folder: folder, reason: reason)
      }
    }
    #endif
    guard let pages = Pages(mapping: descriptor.number, count: count, isWritable: true) else {
      throw .scratchFailed(folder: folder, reason: systemReason())
    }
    return pages
  }

  /// Maps the written bytes, for random access.
  ///
  /// - Parameter count: The number of bytes written; at least 1.
  /// - Returns: The mapped bytes, valid for the lifetime of the value.
  /// - Throws: ``CountDataError/scratchFailed(folder:reason:)``.
  consuming func mapped(_ count: Int) throws(CountDataError) -> Pages {
    guard let pages = Pages(mapping: descriptor.number, count: count) else {
      throw .scratchFailed(folder: folder, reason: systemReason())
    }
    return pages
  }
}

/// Whole pages of memory from the system, returned to it when this value is destroyed.
///
/// The allocator would keep freed memory in the process for later allocations.
@safe
final class Pages: @unchecked Sendable {
  let base: UnsafeMutableRawPointer
  let count: Int

  /// Allocates zeros; `nil` if the system has no memory left.
  init?(count: Int) {
    let flags = MAP_PRIVATE | MAP_ANONYMOUS
    let start = unsafe mmap(nil, count, PROT_READ | PROT_WRITE, flags, -1, 0)
    guard let start = unsafe start, unsafe start != MAP_FAILED else { return nil }
    unsafe base = start
    self.count = count
  }

  /// Maps a file from its start: for reading in random order, or for reading and writing of ranges.
  fileprivate init?(mapping descriptor: Int32, count: Int, isWritable: Bool = false) {
    let protection = isWritable ? PROT_READ | PROT_WRITE : PROT_READ
    let start = unsafe mmap(nil, count, protection, MAP_SHARED, descriptor, 0)
    guard let start = unsafe start, unsafe start != MAP_FAILED else { return nil }
    unsafe base = start
    self.count = count
    // Cells are read in random order, so reading ahead is of no use.
    if !isWritable { unsafe madvise(base, count, MADV_RANDOM) }
    unsafe mappedRanges.add(base, count: count)
  }

  deinit {
    unsafe mappedRanges.remove(base)
    unsafe munmap(base, count)
  }
}
