internal import CHDF5

extension Dataset {
  /// Writes numbers over some rows.
  ///
  /// - Parameters:
  ///   - values: The values in row-major order; `rows.count * info.rowSize`.
  ///   - rows: Which rows, within `0..<info.rowCount`.
  /// - Throws: ``HDF5Error``, where the rows are not there, or the disk is full.
  public func write<Number: StoredNumber>(
    _ values: [Number], at rows: Range<Int>
  ) throws(HDF5Error) {
    // Not by way of the array's span: of an array of literals that is read by its span alone, the
    // optimizer of Swift 6.3 leaves the stores out.
    try write(values.count, at: rows) { id, memory, file in
      unsafe values.withUnsafeBytes {
        unsafe H5Dwrite(
          id, nativeType(of: Number.self), memory, file, h5p_default(), $0.baseAddress)
      }
    }
  }

  /// Writes numbers over some rows.
  ///
  /// - Parameters:
  ///   - values: The values in row-major order; `rows.count * info.rowSize`.
  ///   - rows: Which rows, within `0..<info.rowCount`.
  /// - Throws: ``HDF5Error``, where the rows are not there, or the disk is full.
  public func write<Number: StoredNumber>(
    _ values: Span<Number>, at rows: Range<Int>
  ) throws(HDF5Error) {
    try write(values.count, at: rows) { id, memory, file in
      unsafe values.withUnsafeBytes {
        unsafe H5Dwrite(
          id, nativeType(of: Number.self), memory, file, h5p_default(), $0.baseAddress)
      }
    }
  }

  /// Writes strings over some rows; a string ends where it has a NUL character.
  ///
  /// - Parameters:
  ///   - strings: The strings in row-major order; `rows.count * info.rowSize`.
  ///   - rows: Which rows, within `0..<info.rowCount`.
  /// - Throws: ``HDF5Error``, where the rows are not there, or the disk is full.
  public func write(
    strings: some Collection<String>, at rows: Range<Int>
  ) throws(HDF5Error) {
    let type = try StringType(variableOrThrow: location.unwritable)
    let typeID = type.handle.id
    try write(strings.count, at: rows) { id, memory, file in
      unsafe withPointers(to: strings) {
        unsafe H5Dwrite(id, typeID, memory, file, h5p_default(), $0)
      }
    }
  }

  /// Writes numbers behind the last row.
  ///
  /// - Parameter values: Whole rows in row-major order.
  /// - Throws: ``HDF5Error/cannotWrite(name:path:reason:)``, where the dataset is not
  ///   extensible, or the disk is full.
  public mutating func append<Number: StoredNumber>(_ values: [Number]) throws(HDF5Error) {
    try write(values, at: grow(by: values.count))
  }

  /// Writes numbers behind the last row.
  ///
  /// - Parameter values: Whole rows in row-major order.
  /// - Throws: ``HDF5Error/cannotWrite(name:path:reason:)``, where the dataset is not
  ///   extensible, or the disk is full.
  public mutating func append<Number: StoredNumber>(_ values: Span<Number>) throws(HDF5Error) {
    try write(values, at: grow(by: values.count))
  }

  /// Writes strings behind the last row; a string ends where it has a NUL character.
  ///
  /// - Parameter strings: Whole rows in row-major order.
  /// - Throws: ``HDF5Error/cannotWrite(name:path:reason:)``, where the dataset is not
  ///   extensible, or the disk is full.
  public mutating func append(strings: some Collection<String>) throws(HDF5Error) {
    try write(strings: strings, at: grow(by: strings.count))
  }

  /// Makes room for further elements, and returns the rows they are to take.
  private mutating func grow(by count: Int) throws(HDF5Error) -> Range<Int> {
    guard info.isExtensible else {
      throw location.unwritable("it was not made to be extended")
    }
    precondition(
      count % Swift.max(1, info.rowSize) == 0, "\(count) values are no rows of \(info.rowSize)")
    let rows = info.rowCount..<info.rowCount + count / Swift.max(1, info.rowSize)
    var shape = info.shape
    shape[0] = rows.upperBound
    let (id, lengths) = (handle.id, shape.map { hsize_t($0) })
    try check(orThrow: location.unwritable) { unsafe H5Dset_extent(id, lengths) }
    info.shape = shape
    return rows
  }

  /// Makes one call that writes `count` elements over some rows.
  func write(
    _ count: Int, at rows: Range<Int>,
    _ call: (_ dataset: hid_t, _ memory: hid_t, _ file: hid_t) -> herr_t
  ) throws(HDF5Error) {
    let expected = try countToWrite(atRows: rows, bytesPerElement: 1)
    precondition(count == expected, "\(count) values for \(expected) elements")
    guard count > 0 else { return }
    let selection = try select(rows, orThrow: location.unwritable)
    let (id, memory, file) = (handle.id, selection.memory.id, selection.file.id)
    try check(orThrow: location.unwritable) { call(id, memory, file) }
  }
}
