internal import CHDF5
package import StoredArrays

extension File {
  /// Opens a dataset, for reading or writing in pieces.
  ///
  /// - Throws: ``HDF5Error`` if the dataset does not exist.
  package func dataset(_ name: String) throws(HDF5Error) -> Dataset {
    let location = Location(name: name, path: path)
    let dataset = try Dataset(
      openObject(name, expecting: .dataset), name: name, path: path)
    guard let chunk = dataset.info.chunk else { return dataset }
    let objectID = dataset.handle.id
    let type = try Handle(
      closedBy: H5Tclose, orThrow: location.unreadable, opening: { H5Dget_type(objectID) })
    let typeID = type.id
    let bytes = chunk.reduce(locked { H5Tget_size(typeID) }) { product, length in
      let (bytes, overflow) = product.multipliedReportingOverflow(by: length)
      return overflow ? .max : bytes
    }
    let access = try accessList(chunkBytes: bytes, orThrow: location.unreadable)
    let info = dataset.info
    // The library makes the cache at the first opening, so that opening has to end first.
    _ = consume dataset
    let (id, accessID) = (handle.id, access.id)
    return Dataset(
      try Handle(
        closedBy: H5Dclose, orThrow: location.unreadable,
        opening: { unsafe H5Dopen2(id, name, accessID) }),
      name: name, path: path, info: info)
  }

  /// Describes a dataset without reading its elements.
  ///
  /// - Throws: ``HDF5Error`` if the dataset does not exist.
  package func info(of name: String) throws(HDF5Error) -> DatasetInfo {
    try Dataset(openObject(name, expecting: .dataset), name: name, path: path).info
  }

  /// Reads a whole dataset as numbers, or some rows of it.
  ///
  /// - Parameters:
  ///   - name: The dataset's path in the file.
  ///   - rows: The rows; `nil`, the default, reads all.
  ///   - type: The type that the elements are converted to.
  /// - Returns: The values in row-major order.
  /// - Throws: ``HDF5Error`` if the dataset does not exist or does not hold numbers.
  package func read<Number: StoredNumber>(
    _ name: String, rows: Range<Int>? = nil, as type: Number.Type
  ) throws(HDF5Error) -> [Number] {
    let dataset = try dataset(name)
    return try dataset.read(rows ?? 0..<dataset.info.rowCount, as: type)
  }

  /// Reads a whole dataset of strings, or some rows of it.
  ///
  /// - Parameters:
  ///   - name: The dataset's path in the file.
  ///   - rows: The rows; `nil`, the default, reads all.
  /// - Returns: The strings in row-major order.
  /// - Throws: ``HDF5Error`` if the dataset does not exist or does not hold strings.
  package func strings(_ name: String, rows: Range<Int>? = nil) throws(HDF5Error) -> [String] {
    try dataset(name).strings(rows)
  }

  /// Reads a whole dataset of Booleans, or some rows of it.
  ///
  /// - Parameters:
  ///   - name: The dataset's path in the file.
  ///   - rows: The rows; `nil`, the default, reads all.
  /// - Returns: The values in row-major order.
  /// - Throws: ``HDF5Error`` if the dataset does not exist or holds another type.
  package func booleans(_ name: String, rows: Range<Int>? = nil) throws(HDF5Error) -> [Bool] {
    try dataset(name).booleans(rows)
  }
}
