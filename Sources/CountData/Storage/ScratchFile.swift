internal import CellFiles
internal import HDF5

#if canImport(Darwin)
internal import Darwin
#else
internal import Glibc
#endif

/// A file for what does not fit memory, which nobody else sees and nothing leaves behind.
///
/// Its name is taken away as soon as it is open, so that the system frees its room when
/// this value dies, whatever ends the process. It is written from its start, by `write`:
/// that a disk is full is an error there, while by way of mapped memory it would end the
/// process. Only when it is complete is it mapped, and never changed again.
struct ScratchFile: ~Copyable {
  /// The folder that the file takes its room from.
  let folder: String

  private let descriptor: Descriptor

  /// Makes an empty file.
  ///
  /// - Parameter folder: The folder to make it in.
  /// - Throws: `OutputError`, where the folder takes no files.
  init(in folder: String) throws {
    self.folder = folder
    let output = try AtomicOutput(to: "\(folder)/scharmonize-scratch", permissions: 0o600)
    let path = output.path
    let descriptor = unsafe Descriptor(open(output.temporaryPath, O_RDWR | O_CLOEXEC))
    let reason = systemReason()
    // An output that is never committed takes its file's name along.
    _ = consume output
    guard let descriptor else {
      throw OutputError.cannotCreate(path: path, reason: .other(reason))
    }
    self.descriptor = descriptor
  }

  /// Adds bytes at the end.
  ///
  /// - Throws: ``CountDataError/scratchFailed(folder:reason:)``.
  mutating func append(_ bytes: UnsafeRawBufferPointer) throws(CountDataError) {
    let span = unsafe bytes.assumingMemoryBound(to: UInt8.self).span
    if let reason = writeAll(span, to: descriptor.number) {
      throw .scratchFailed(folder: folder, reason: reason)
    }
  }

  /// Maps what was written, for reading in any order.
  ///
  /// - Parameter count: The number of bytes written; at least 1.
  /// - Returns: The mapped bytes, which are there for as long as the value is.
  /// - Throws: ``CountDataError/scratchFailed(folder:reason:)``.
  consuming func mapped(_ count: Int) throws(CountDataError) -> Pages {
    guard let pages = Pages(mapping: descriptor.number, count: count) else {
      throw .scratchFailed(folder: folder, reason: systemReason())
    }
    return pages
  }
}

/// Whole pages of memory, taken from the system and given back to it when this value dies.
///
/// Memory of the allocator would stay with the process for what it allocates next.
@safe
final class Pages: @unchecked Sendable {
  let base: UnsafeMutableRawPointer
  let count: Int

  /// Takes zeros; `nil` where the system has none to give.
  init?(count: Int) {
    let flags = MAP_PRIVATE | MAP_ANONYMOUS
    let start = unsafe mmap(nil, count, PROT_READ | PROT_WRITE, flags, -1, 0)
    guard let start = unsafe start, unsafe start != MAP_FAILED else { return nil }
    unsafe base = start
    self.count = count
  }

  /// Maps a file from its start, for reading.
  fileprivate init?(mapping descriptor: Int32, count: Int) {
    let start = unsafe mmap(nil, count, PROT_READ, MAP_SHARED, descriptor, 0)
    guard let start = unsafe start, unsafe start != MAP_FAILED else { return nil }
    unsafe base = start
    self.count = count
    // Cells come in random order: what lies around one is not what is needed next.
    unsafe madvise(base, count, MADV_RANDOM)
    unsafe mappedRanges.add(base, count: count)
  }

  deinit {
    unsafe mappedRanges.remove(base)
    unsafe munmap(base, count)
  }
}
