internal import CHDF5

extension File {
  /// Opens a dataset, for reading or writing it piece by piece.
  ///
  /// - Throws: ``HDF5Error``, where there is no such dataset.
  public func dataset(_ name: String) throws(HDF5Error) -> Dataset {
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
    // The cache is made with the first opening, so that one has to end first.
    _ = consume dataset
    let (id, accessID) = (handle.id, access.id)
    return Dataset(
      try Handle(
        closedBy: H5Dclose, orThrow: location.unreadable,
        opening: { unsafe H5Dopen2(id, name, accessID) }),
      name: name, path: path, info: info)
  }

  /// What is known of a dataset without reading its elements.
  ///
  /// - Throws: ``HDF5Error``, where there is no such dataset.
  public func info(of name: String) throws(HDF5Error) -> DatasetInfo {
    try Dataset(openObject(name, expecting: .dataset), name: name, path: path).info
  }

  /// Reads a whole dataset as numbers, or some rows of it.
  ///
  /// - Parameters:
  ///   - name: The dataset's path in the file.
  ///   - rows: Which rows; `nil`, the default, for all.
  ///   - type: What the elements are converted to.
  /// - Returns: The values in row-major order.
  /// - Throws: ``HDF5Error``, where there is no such dataset, or it holds no numbers.
  public func read<Number: StoredNumber>(
    _ name: String, rows: Range<Int>? = nil, as type: Number.Type
  ) throws(HDF5Error) -> [Number] {
    let dataset = try dataset(name)
    return try dataset.read(rows ?? 0..<dataset.info.rowCount, as: type)
  }

  /// Reads a whole dataset of strings, or some rows of it.
  ///
  /// - Parameters:
  ///   - name: The dataset's path in the file.
  ///   - rows: Which rows; `nil`, the default, for all.
  /// - Returns: The strings in row-major order.
  /// - Throws: ``HDF5Error``, where there is no such dataset, or it holds no strings.
  public func strings(_ name: String, rows: Range<Int>? = nil) throws(HDF5Error) -> [String] {
    try dataset(name).strings(rows)
  }

  /// Reads a whole dataset of truth values, or some rows of it.
  ///
  /// - Parameters:
  ///   - name: The dataset's path in the file.
  ///   - rows: Which rows; `nil`, the default, for all.
  /// - Returns: The values in row-major order.
  /// - Throws: ``HDF5Error``, where there is no such dataset, or it holds something else.
  public func booleans(_ name: String, rows: Range<Int>? = nil) throws(HDF5Error) -> [Bool] {
    try dataset(name).booleans(rows)
  }
}
