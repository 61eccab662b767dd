internal import CHDF5
package import StoredArrays

extension File {
  /// Creates a dataset of numbers, all zero until written.
  ///
  /// - Parameters:
  ///   - name: The dataset's path in the file; missing parent groups are created.
  ///   - type: The type of the elements.
  ///   - shape: The lengths, outermost first; empty for a single element.
  ///   - storage: The storage options. The default is `StorageOptions()`.
  /// - Returns: The dataset, open for writing.
  /// - Throws: ``HDF5Error/cannotWrite(name:path:reason:)`` if the name is taken, for example.
  @discardableResult
  package func createDataset<Number: StoredNumber>(
    _ name: String, of type: Number.Type, shape: [Int], storage: StorageOptions = .init()
  ) throws(HDF5Error) -> Dataset {
    try create(
      name, type: locked { nativeType(of: Number.self) }, MemoryLayout<Number>.size, shape, storage)
  }

  /// Creates a dataset of strings, all empty until written.
  ///
  /// - Parameters:
  ///   - name: The dataset's path in the file; missing parent groups are created.
  ///   - shape: The lengths, outermost first; empty for a single string.
  ///   - storage: The storage options. The default is `StorageOptions()`.
  /// - Returns: The dataset, open for writing.
  /// - Throws: ``HDF5Error/cannotWrite(name:path:reason:)`` if the name is taken, for example.
  @discardableResult
  package func createStringDataset(
    _ name: String, shape: [Int], storage: StorageOptions = .init()
  ) throws(HDF5Error) -> Dataset {
    let location = Location(name: name, path: path)
    let type = try StringType(variableOrThrow: location.unwritable)
    return try create(name, type: type.handle.id, 16, shape, storage)
  }

  /// Writes a new dataset of numbers.
  ///
  /// - Parameters:
  ///   - values: The values in row-major order.
  ///   - name: The dataset's path in the file; missing parent groups are created.
  ///   - shape: The lengths; `nil`, the default, for one list of all values.
  ///   - storage: The storage options. The default is `StorageOptions()`.
  /// - Throws: ``HDF5Error/cannotWrite(name:path:reason:)`` if the name is taken, for example.
  package func write<Number: StoredNumber>(
    _ values: [Number], at name: String, shape: [Int]? = nil, storage: StorageOptions = .init()
  ) throws(HDF5Error) {
    let dataset = try createDataset(
      name, of: Number.self, shape: shape ?? [values.count], storage: storage)
    try dataset.write(values, at: 0..<dataset.info.rowCount)
  }

  /// Writes a new dataset of one number.
  ///
  /// - Throws: ``HDF5Error/cannotWrite(name:path:reason:)`` if the name is taken, for example.
  package func write(scalar value: some StoredNumber, at name: String) throws(HDF5Error) {
    try write([value], at: name, shape: [])
  }

  /// Writes a new dataset of variable-length UTF-8 strings.
  ///
  /// A string ends at its first NUL character.
  ///
  /// - Parameters:
  ///   - strings: The strings in row-major order.
  ///   - name: The dataset's path in the file; missing parent groups are created.
  ///   - shape: The lengths; `nil`, the default, for one list of all strings.
  ///   - storage: The storage options. The default is `StorageOptions()`.
  /// - Throws: ``HDF5Error/cannotWrite(name:path:reason:)`` if the name is taken, for example.
  package func write(
    strings: [String], at name: String, shape: [Int]? = nil, storage: StorageOptions = .init()
  ) throws(HDF5Error) {
    let dataset = try createStringDataset(
      name, shape: shape ?? [strings.count], storage: storage)
    try dataset.write(strings: strings, at: 0..<dataset.info.rowCount)
  }

  /// Writes a new dataset of one variable-length UTF-8 string.
  ///
  /// - Throws: ``HDF5Error/cannotWrite(name:path:reason:)`` if the name is taken, for example.
  package func write(string: String, at name: String) throws(HDF5Error) {
    try write(strings: [string], at: name, shape: [])
  }

  /// Writes a new dataset of Booleans, as h5py does.
  ///
  /// - Parameters:
  ///   - booleans: The values in row-major order.
  ///   - name: The dataset's path in the file; missing parent groups are created.
  ///   - shape: The lengths; `nil`, the default, for one list of all values.
  ///   - storage: The storage options. The default is `StorageOptions()`.
  /// - Throws: ``HDF5Error/cannotWrite(name:path:reason:)`` if the name is taken, for example.
  package func write(
    booleans: [Bool], at name: String, shape: [Int]? = nil, storage: StorageOptions = .init()
  ) throws(HDF5Error) {
    let location = Location(name: name, path: path)
    let type = try makeBooleanType(orThrow: location.unwritable)
    let dataset = try create(name, type: type.id, 1, shape ?? [booleans.count], storage)
    let values: [Int8] = booleans.map { $0 ? 1 : 0 }
    let typeID = type.id
    try dataset.write(values.count, at: 0..<dataset.info.rowCount) { id, memory, file in
      unsafe values.withUnsafeBytes {
        unsafe H5Dwrite(id, typeID, memory, file, h5p_default(), $0.baseAddress)
      }
    }
  }

  func create(
    _ name: String, type: hid_t, _ bytesPerElement: Int, _ shape: [Int], _ storage: StorageOptions
  ) throws(HDF5Error) -> Dataset {
    let location = Location(name: name, path: path)
    let space = try makeSpace(
      shape, extensible: storage.isExtensible, orThrow: location.unwritable)
    let links = try Self.linksMakingGroups(location)
    let creation = try storage.creationList(for: shape, orThrow: location.unwritable)
    let access = try accessList(
      chunkBytes: (storage.chunk(for: shape) ?? []).reduce(bytesPerElement, *),
      orThrow: location.unwritable)
    let (id, spaceID, linksID) = (handle.id, space.id, links.id)
    let (creationID, accessID) = (creation.id, access.id)
    return try Dataset(
      Handle(
        closedBy: H5Dclose, orThrow: location.unwritable,
        opening: { unsafe H5Dcreate2(id, name, type, spaceID, linksID, creationID, accessID) }),
      name: name, path: path)
  }
}
