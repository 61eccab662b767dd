internal import CHDF5

extension File {
  /// Writes a new dataset of strings that all take the room of the longest, padded with NUL.
  ///
  /// Cell Ranger stores names so, and reading them is faster than variable ones.
  ///
  /// - Parameters:
  ///   - fixedStrings: The strings, as one list.
  ///   - name: The dataset's path in the file; groups on the way are made.
  ///   - storage: How it is stored.
  /// - Throws: ``HDF5Error/cannotWrite(name:path:reason:)``, where the name is taken, say.
  public func write(
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
