internal import CellFiles
internal import Numerics
internal import Synchronization

/// The memory of a run's tables with a row for each cell: anonymous up to a limit, and mapped
/// scratch files beyond it.
///
/// The system can write pages of a mapped file to the disk and reclaim them, so they do not count
/// as the run's memory. Each table beyond the limit has its own scratch file, which disappears with
/// the table. Without such a table no file is made.
final class ScratchTables: Sendable {
  /// The bytes of tables that may be in memory at a time.
  let limit: Int

  private let folder: String
  private let held = Atomic<Int>(0)

  /// Makes the memory of a run.
  ///
  /// - Parameters:
  ///   - limit: The bytes of tables that may be in memory at a time.
  ///   - folder: The folder for scratch files.
  init(limit: Int, scratchFolder folder: String) {
    self.limit = limit
    self.folder = folder
  }

  /// The source of the tables.
  var memory: TableMemory { TableMemory { try self.region(of: $0) } }

  /// The bytes of the tables that are in memory now.
  var bytesHeld: Int { held.load(ordering: .relaxed) }

  private func region(of count: Int) throws -> any MemoryRegion {
    let (_, total) = held.add(count, ordering: .relaxed)
    if total <= limit, let pages = Pages(count: count) {
      return Region(pages) { [self] in held.subtract(count, ordering: .relaxed) }
    }
    held.subtract(count, ordering: .relaxed)
    let file = try ScratchFile(in: folder)
    return Region(try file.zeros(count)) {}
  }

  /// The pages of one table.
  private final class Region: MemoryRegion {
    private let pages: Pages
    private let release: @Sendable () -> Void

    init(_ pages: Pages, release: @escaping @Sendable () -> Void) {
      self.pages = pages
      self.release = release
    }

    var base: UnsafeMutableRawPointer { unsafe pages.base }

    deinit { release() }
  }
}
