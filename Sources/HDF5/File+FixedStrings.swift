internal import CHDF5

extension File {
  /// Writes a new dataset of fixed-length strings, padded with NUL to the longest.
  ///
  /// Cell Ranger stores names in this form, which reads faster than variable-length strings.
  ///
  /// - Parameters:
  ///   - fixedStrings: The strings, as one list.
  ///   - name: The dataset's path in the file; missing parent groups are created.
  ///   - storage: The storage options. The default is `StorageOptions()`.
  /// - Throws: ``HDF5Error/cannotWrite(name:path:reason:)`` if the name is taken, for example.
  package func write(
    fixedStrings: [String], at name: String, storage: StorageOptions = .init()
  ) throws(HDF5Error) {
    let location = Location(name: name, path: path)
    let room = Swift.max(1, fixedStrings.map(\.utf8.count).max() ?? 1)
    try checkMemory(forShape: [fixedStrings.count], bytesPerElement: room, location)
    let type = try Handle(
      closedBy: H5Tclose, orThrow: location.unwritable, opening: { H5Tcopy(h5t_c_s1()) })
    let typeID = type.id
    try check(orThrow: location.unwritable) { H5Tset_size(typeID, room) }
    try check(orThrow: location.unwritable) { H5Tset_strpad(typeID, H5T_STR_NULLPAD) }
    if !fixedStrings.allSatisfy({ $0.utf8.allSatisfy { $0 < 128 } }) {
      try check(orThrow: location.unwritable) { H5Tset_cset(typeID, H5T_CSET_UTF8) }
    }
    var bytes = [UInt8](repeating: 0, count: fixedStrings.count * room)
    for (row, string) in fixedStrings.enumerated() {
      for (k, byte) in string.utf8.enumerated() { bytes[row * room + k] = byte }
    }
    let dataset = try create(name, type: typeID, room, [fixedStrings.count], storage)
    try dataset.write(fixedStrings.count, at: 0..<fixedStrings.count) { id, memory, file in
      unsafe bytes.withUnsafeBytes {
        unsafe H5Dwrite(id, typeID, memory, file, h5p_default(), $0.baseAddress)
      }
    }
  }
}
