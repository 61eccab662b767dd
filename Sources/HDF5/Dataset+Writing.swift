internal import CHDF5
package import StoredArrays

extension Dataset {
  /// Overwrites some rows with numbers.
  ///
  /// - Parameters:
  ///   - values: The values in row-major order; `rows.count * info.rowSize`.
  ///   - rows: The rows, within `0..<info.rowCount`.
  /// - Throws: ``HDF5Error`` if the rows do not exist or the disk is full.
  package func write<Number: StoredNumber>(
    _ values: [Number], at rows: Range<Int>
  ) throws(HDF5Error) {
    // Do not use the array's span: the optimizer of Swift 6.3 drops the stores to an array of
    // literals that is read only by its span.
    try write(values.count, at: rows) { id, memory, file in
      unsafe values.withUnsafeBytes {
        unsafe H5Dwrite(
          id, nativeType(of: Number.self), memory, file, h5p_default(), $0.baseAddress)
      }
    }
  }

  /// Overwrites some rows with numbers.
  ///
  /// - Parameters:
  ///   - values: The values in row-major order; `rows.count * info.rowSize`.
  ///   - rows: The rows, within `0..<info.rowCount`.
  /// - Throws: ``HDF5Error`` if the rows do not exist or the disk is full.
  package func write<Number: StoredNumber>(
    _ values: Span<Number>, at rows: Range<Int>
  ) throws(HDF5Error) {
    try write(values.count, at: rows) { id, memory, file in
      unsafe values.withUnsafeBytes {
        unsafe H5Dwrite(
          id, nativeType(of: Number.self), memory, file, h5p_default(), $0.baseAddress)
      }
    }
  }

  /// Overwrites some rows with strings; a string ends at its first NUL character.
  ///
  /// - Parameters:
  ///   - strings: The strings in row-major order; `rows.count * info.rowSize`.
  ///   - rows: The rows, within `0..<info.rowCount`.
  /// - Throws: ``HDF5Error`` if the rows do not exist or the disk is full.
  package func write(
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

  /// Appends rows of numbers.
  ///
  /// - Parameter values: Whole rows in row-major order.
  /// - Throws: ``HDF5Error/cannotWrite(name:path:reason:)`` if the dataset is not extensible or the
  ///   disk is full.
  package mutating func append<Number: StoredNumber>(_ values: [Number]) throws(HDF5Error) {
    try write(values, at: grow(by: values.count))
  }

  /// Appends rows of numbers.
  ///
  /// - Parameter values: Whole rows in row-major order.
  /// - Throws: ``HDF5Error/cannotWrite(name:path:reason:)`` if the dataset is not extensible or the
  ///   disk is full.
  package mutating func append<Number: StoredNumber>(_ values: Span<Number>) throws(HDF5Error) {
    try write(values, at: grow(by: values.count))
  }

  /// Appends rows of strings; a string ends at its first NUL character.
  ///
  /// - Parameter strings: Whole rows in row-major order.
  /// - Throws: ``HDF5Error/cannotWrite(name:path:reason:)`` if the dataset is not extensible or the
  ///   disk is full.
  package mutating func append(strings: some Collection<String>) throws(HDF5Error) {
    try write(strings: strings, at: grow(by: strings.count))
  }

  /// Extends the dataset by `count` elements and returns the new rows.
  private mutating func grow(by count: Int) throws(HDF5Error) -> Range<Int> {
    guard info.isExtensible else {
      throw location.unwritable("it cannot be extended")
    }
    precondition(
      count % Swift.max(1, info.rowSize) == 0, "\(count) values are not rows of \(info.rowSize)")
    let rows = info.rowCount..<info.rowCount + count / Swift.max(1, info.rowSize)
    var shape = info.shape
    shape[0] = rows.upperBound
    let (id, lengths) = (handle.id, shape.map { hsize_t($0) })
    try check(orThrow: location.unwritable) { unsafe H5Dset_extent(id, lengths) }
    info.shape = shape
    return rows
  }

  /// Makes one call that writes `count` elements to some rows.
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
