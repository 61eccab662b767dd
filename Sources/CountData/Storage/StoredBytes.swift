#if canImport(Darwin)
internal import Darwin
#else
internal import Glibc
#endif

/// Bytes with random access, in memory or in a scratch file, that are written once.
///
/// They consist of segments of equal size, and no record crosses a segment boundary. A record is
/// found by its offset in all segments.
@safe
package final class StoredBytes: @unchecked Sendable {
  /// The location of the bytes.
  package enum Place: Equatable, Sendable {
    case memory

    /// In a scratch file in the given folder.
    case scratchFile(folder: String)
  }

  package let place: Place

  /// The size in bytes.
  package let count: Int

  private let segments: [UnsafeMutableRawPointer]
  private let shift: Int
  private let owners: [Pages]

  fileprivate init(place: Place, segments: [UnsafeMutableRawPointer], shift: Int, owners: [Pages]) {
    self.place = place
    unsafe self.segments = unsafe segments
    self.shift = shift
    self.owners = owners
    count = owners.reduce(0) { $0 + $1.count }
  }

  /// Returns the record at an offset.
  func record(at offset: Int) -> UnsafeRawPointer {
    unsafe UnsafeRawPointer(segments[offset >> shift] + (offset & ((1 << shift) - 1)))
  }

  /// Asks the system to read a record ahead, if it is in a file and not in memory yet.
  func willNeed(_ offset: Int, count: Int) {
    guard case .scratchFile = place, count > 0 else { return }
    let start = unsafe Int(bitPattern: record(at: offset))
    let first = start & ~(pageSize - 1)
    unsafe madvise(
      UnsafeMutableRawPointer(bitPattern: first), start + count - first, MADV_WILLNEED)
  }
}

private let pageSize = Int(sysconf(Int32(_SC_PAGESIZE)))

/// A writer that collects records in memory while they fit, and otherwise in a scratch file.
struct StoredBytesWriter: ~Copyable {
  private let limit: Int
  private let folder: String
  private let shift: Int

  private var full: [Pages] = []  // in memory
  private var current: Pages?
  private var used = 0  // bytes of the current segment
  private var written = 0  // bytes of the segments before it
  private var file: ScratchFile?

  /// Makes an empty writer.
  ///
  /// - Parameters:
  ///   - limit: The maximum number of bytes in memory; one segment is always in memory.
  ///   - largestRecord: The maximum number of bytes of a record.
  ///   - folder: The folder for a scratch file, if one is needed.
  init(memoryLimit limit: Int, largestRecord: Int, scratchFolder folder: String) {
    self.limit = limit
    self.folder = folder
    shift = Self.segmentShift(memoryLimit: limit, largestRecord: largestRecord)
  }

  /// Returns the bytes of a segment as a power of two: an eighth of the limit, 64 KiB to 4 MiB.
  static func segmentShift(memoryLimit limit: Int, largestRecord: Int) -> Int {
    var shift = 16
    while 1 << shift < largestRecord || (shift < 22 && 1 << (shift + 1) <= limit / 8) { shift += 1 }
    return shift
  }

  /// Reserves space for a record and fills it.
  ///
  /// - Parameters:
  ///   - count: The record's bytes; at most a segment's. Records start at multiples of four.
  ///   - fill: Receives a pointer to the record, and writes all of it.
  /// - Returns: The record's offset.
  /// - Throws: ``CountDataError/scratchFailed(folder:reason:)``; `OutputError` if no scratch file
  ///   can be made.
  mutating func append(_ count: Int, _ fill: (UnsafeMutableRawPointer) -> Void) throws -> Int {
    precondition(count <= 1 << shift, "a record of \(count) bytes in a segment of \(1 << shift)")
    if current == nil || used + count > 1 << shift { try startSegment() }
    guard let current else { preconditionFailure("no segment") }
    unsafe fill(current.base + used)
    defer { used = (used + count + 3) & ~3 }
    return written + used
  }

  private mutating func startSegment() throws {
    if let current {
      if file == nil {
        full.append(current)
      } else {
        unsafe try file?.append(UnsafeRawBufferPointer(start: current.base, count: current.count))
      }
      written += current.count
    }
    used = 0
    if file != nil { return }
    if current == nil || (full.count + 1) << shift <= limit, let pages = Pages(count: 1 << shift) {
      current = pages
    } else {
      try spill()
    }
  }

  /// Moves the collected segments to a file; one segment remains in memory for the next records.
  private mutating func spill() throws {
    var file = try ScratchFile(in: folder)
    for pages in full {
      unsafe try file.append(UnsafeRawBufferPointer(start: pages.base, count: pages.count))
    }
    current = full.last
    full = []
    self.file = consume file
  }

  /// Completes the records.
  ///
  /// - Throws: ``CountDataError/scratchFailed(folder:reason:)``.
  consuming func finish() throws -> StoredBytes {
    let size = 1 << shift
    guard var file = file.take() else {
      if let current { full.append(current) }
      return unsafe StoredBytes(
        place: .memory, segments: full.map { unsafe $0.base }, shift: shift, owners: full)
    }
    if let current, used > 0 {
      unsafe try file.append(UnsafeRawBufferPointer(start: current.base, count: used))
    }
    let folder = folder
    let pages = try file.mapped(written + used)
    return unsafe StoredBytes(
      place: .scratchFile(folder: folder),
      segments: stride(from: 0, to: pages.count, by: size).map { unsafe pages.base + $0 },
      shift: shift, owners: [pages])
  }
}
