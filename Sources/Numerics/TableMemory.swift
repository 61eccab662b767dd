/// Memory of zeros for one table, freed when this value is destroyed.
package protocol MemoryRegion: AnyObject, Sendable {
  /// The start, on a cache line.
  var base: UnsafeMutableRawPointer { get }
}

/// A source of memory for tables with a row for each cell.
///
/// Such tables exceed the memory of a run if there are millions of cells. A run therefore takes them
/// from a source that decides for each table whether it is in memory or in a file. Kernels see the
/// same buffers either way.
package struct TableMemory: Sendable {
  /// The memory of the process, without a limit.
  package static let process = TableMemory { _ in nil }

  private let reserve: @Sendable (_ bytes: Int) throws -> (any MemoryRegion)?

  /// Makes a source.
  ///
  /// - Parameter reserve: Returns a region of at least the given number of bytes, or `nil` for an
  ///   ordinary allocation; throws if there is no space.
  package init(reserve: @escaping @Sendable (_ bytes: Int) throws -> (any MemoryRegion)?) {
    self.reserve = reserve
  }

  /// Returns a region for a number of values, or `nil` for an ordinary allocation.
  func region<Value>(for count: Int, of type: Value.Type) throws -> (any MemoryRegion)? {
    precondition(count >= 0, "a table cannot have \(count) values")
    return count == 0 ? nil : try reserve(count * MemoryLayout<Value>.stride)
  }
}
