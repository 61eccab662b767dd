internal import CHDF5
package import StoredArrays

/// An open dataset, for reading or writing in pieces.
///
/// A *row* is one step of the first dimension: one element of a list, one row of a
/// matrix. Values are in row-major order.
///
///     let data = try file.dataset("X/data")
///     var values = [Float](repeating: 0, count: 1000)
///     var buffer = values.mutableSpan
///     try data.read(5000..<6000, into: &buffer)
package struct Dataset: ~Copyable, Sendable {
  /// The dataset's path in its file.
  package let name: String

  /// The file's path.
  package let path: String

  /// The dataset's shape, type and storage, updated by ``append(_:)``.
  package internal(set) var info: DatasetInfo

  let handle: Handle

  var location: Location { Location(name: name, path: path) }

  /// Takes over an open dataset whose description is known.
  init(_ handle: consuming Handle, name: String, path: String, info: DatasetInfo) {
    self.name = name
    self.path = path
    self.info = info
    self.handle = handle
  }

  /// Takes over an open dataset.
  init(_ handle: consuming Handle, name: String, path: String) throws(HDF5Error) {
    self.name = name
    self.path = path
    info = try DatasetInfo(ofDataset: handle.id, location: Location(name: name, path: path))
    self.handle = handle
  }

  /// Reads all elements as numbers.
  ///
  /// - Parameter type: The type that the elements are converted to.
  /// - Returns: The values in row-major order.
  /// - Throws: ``HDF5Error`` if the elements are not numbers or exceed the memory.
  package func read<Number: StoredNumber>(as type: Number.Type) throws(HDF5Error) -> [Number] {
    try read(0..<info.rowCount, as: type)
  }

  /// Reads some rows as numbers.
  ///
  /// - Parameters:
  ///   - rows: The rows, within `0..<info.rowCount`.
  ///   - type: The type that the elements are converted to.
  /// - Returns: The values in row-major order; `rows.count * info.rowSize`.
  /// - Throws: ``HDF5Error`` if the rows do not exist or are not numbers.
  package func read<Number: StoredNumber>(
    _ rows: Range<Int>, as type: Number.Type
  ) throws(HDF5Error) -> [Number] {
    var values: [Number] = zeros(
      try self.count(ofRows: rows, bytesPerElement: MemoryLayout<Number>.size))
    var buffer = values.mutableSpan
    try read(rows, into: &buffer)
    return values
  }

  /// Reads some rows as numbers into a buffer.
  ///
  /// - Parameters:
  ///   - rows: The rows, within `0..<info.rowCount`.
  ///   - buffer: The buffer for the `rows.count * info.rowSize` values.
  /// - Throws: ``HDF5Error`` if the rows do not exist or are not numbers.
  package func read<Number: StoredNumber>(
    _ rows: Range<Int>, into buffer: inout MutableSpan<Number>
  ) throws(HDF5Error) {
    let count = try self.count(ofRows: rows, bytesPerElement: MemoryLayout<Number>.size)
    precondition(buffer.count == count, "a buffer of \(buffer.count) for \(count) values")
    try requireNumbers()
    guard count > 0 else { return }
    let selection = try select(rows, orThrow: location.unreadable)
    let (id, memory, file) = (handle.id, selection.memory.id, selection.file.id)
    try check(orThrow: { unreadable($0) }) {
      unsafe buffer.withUnsafeMutableBytes {
        unsafe H5Dread(
          id, nativeType(of: Number.self), memory, file, h5p_default(), $0.baseAddress)
      }
    }
  }

  /// Reads some rows as bytes of numbers; at least one row of at least one element.
  func read(
    _ rows: Range<Int>, as type: NativeNumber, into bytes: inout [UInt8]
  ) throws(HDF5Error) {
    let selection = try select(rows, orThrow: location.unreadable)
    let (id, memory, file) = (handle.id, selection.memory.id, selection.file.id)
    try check(orThrow: { unreadable($0) }) {
      unsafe H5Dread(id, type.type, memory, file, h5p_default(), &bytes)
    }
  }

  /// Reads Booleans: h5py's enumeration, or numbers, of which all but zero are true.
  ///
  /// - Parameter rows: The rows; `nil`, the default, reads all.
  /// - Returns: The values in row-major order.
  /// - Throws: ``HDF5Error`` if the rows do not exist or have another type.
  package func booleans(_ rows: Range<Int>? = nil) throws(HDF5Error) -> [Bool] {
    try read(rows ?? 0..<info.rowCount, as: Int8.self).map { $0 != 0 }
  }

  /// Makes the error of a failed read, which names a missing filter if there is one.
  func unreadable(_ reason: String) -> HDF5Error {
    let missing = info.filters.first { filter in
      locked { H5Zfilter_avail(H5Z_filter_t(filter)) } <= 0
    }
    return missing.map { .missingFilter(name: name, path: path, filter: $0) }
      ?? location.unreadable(reason)
  }

  /// Checks that the elements are numbers.
  func requireNumbers() throws(HDF5Error) {
    guard info.element.isNumeric else {
      throw .wrongElements(name: name, path: path, expected: "numbers", found: info.element)
    }
  }

  /// Returns the number of elements in rows to be read, after checking that they exist and fit into
  /// memory.
  func count(ofRows rows: Range<Int>, bytesPerElement: Int) throws(HDF5Error) -> Int {
    let count = try countToWrite(atRows: rows, bytesPerElement: bytesPerElement)
    try requireStored(count)
    return count
  }

  /// Returns the number of elements in rows to be written, which need not be stored yet.
  func countToWrite(atRows rows: Range<Int>, bytesPerElement: Int) throws(HDF5Error) -> Int {
    guard rows.lowerBound >= 0, rows.upperBound <= info.rowCount else {
      throw .outOfRange(name: name, path: path, range: rows, count: info.rowCount)
    }
    try checkMemory(
      forShape: [rows.count] + info.shape.dropFirst(), bytesPerElement: bytesPerElement, location)
    return rows.count * info.rowSize
  }

  /// A selection of rows, with its dataspaces in the file and in memory.
  struct Selection: ~Copyable {
    let file: Handle
    let memory: Handle
  }

  /// Selects some rows; at least one row of at least one element.
  func select(
    _ rows: Range<Int>, orThrow failure: (String) -> HDF5Error
  ) throws(HDF5Error) -> Selection {
    let id = handle.id
    let file = try Handle(
      closedBy: H5Sclose, orThrow: failure, opening: { H5Dget_space(id) })
    let fileID = file.id
    if !info.shape.isEmpty {
      var start = [hsize_t](repeating: 0, count: info.shape.count)
      var count = info.shape.map { hsize_t($0) }
      start[0] = hsize_t(rows.lowerBound)
      count[0] = hsize_t(rows.count)
      try check(orThrow: failure) {
        unsafe H5Sselect_hyperslab(fileID, H5S_SELECT_SET, start, nil, count, nil)
      }
    }
    // Use the shape of the selection: for any other shape the C library copies element by element.
    let memory = try makeSpace([rows.count] + info.shape.dropFirst(), orThrow: failure)
    return Selection(file: file, memory: memory)
  }
}
