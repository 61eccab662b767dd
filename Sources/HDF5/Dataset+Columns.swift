internal import CHDF5
internal import StoredArrays

extension Dataset {
  /// Reads some columns of all rows of a matrix, through the C library.
  ///
  /// - Parameter columns: The columns, already checked; at least one, of at least one row.
  /// - Returns: The values in row-major order; `(rows, columns.count)`.
  /// - Throws: ``HDF5Error`` if the columns are damaged.
  func readColumns<Number: StoredNumber>(_ columns: Range<Int>) throws(HDF5Error) -> [Number] {
    try requireNumbers()
    let rows = info.shape[0]
    let id = handle.id
    let file = try Handle(
      closedBy: H5Sclose, orThrow: location.unreadable, opening: { H5Dget_space(id) })
    let fileID = file.id
    let start = [0, hsize_t(columns.lowerBound)]
    let count = [hsize_t(rows), hsize_t(columns.count)]
    try check(orThrow: location.unreadable) {
      unsafe H5Sselect_hyperslab(fileID, H5S_SELECT_SET, start, nil, count, nil)
    }
    let memory = try makeSpace([rows, columns.count], orThrow: location.unreadable)
    let memoryID = memory.id
    var values: [Number] = zeros(rows * columns.count)
    try check(orThrow: { unreadable($0) }) {
      unsafe values.withUnsafeMutableBytes {
        unsafe H5Dread(
          id, nativeType(of: Number.self), memoryID, fileID, h5p_default(), $0.baseAddress)
      }
    }
    return values
  }
}
