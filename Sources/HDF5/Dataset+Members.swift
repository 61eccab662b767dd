internal import CHDF5
package import StoredArrays

extension Dataset {
  /// Reads one field of records as numbers.
  ///
  /// - Parameters:
  ///   - member: The field's name.
  ///   - type: The type that its values are converted to.
  /// - Returns: The field's values, one per record.
  /// - Throws: ``HDF5Error`` if the field does not exist or does not hold numbers.
  package func read<Number: StoredNumber>(
    member: String, as type: Number.Type
  ) throws(HDF5Error) -> [Number] {
    let found = try elementType(ofMember: member)
    guard found.isNumeric else {
      throw .wrongElements(
        name: "\(name).\(member)", path: path, expected: "numbers", found: found)
    }
    let count = try self.count(
      ofRows: 0..<info.rowCount, bytesPerElement: MemoryLayout<Number>.size)
    var values: [Number] = zeros(count)
    guard count > 0 else { return values }
    let record = try recordType(
      of: member, locked { nativeType(of: Number.self) }, MemoryLayout<Number>.size)
    let (id, recordID) = (handle.id, record.id)
    try check(orThrow: { unreadable($0) }) {
      unsafe values.withUnsafeMutableBytes {
        unsafe H5Dread(id, recordID, h5s_all(), h5s_all(), h5p_default(), $0.baseAddress)
      }
    }
    return values
  }

  /// Reads one field of records as strings.
  ///
  /// - Parameter member: The field's name.
  /// - Returns: The field's values, one per record.
  /// - Throws: ``HDF5Error`` if the field does not exist or does not hold strings.
  package func strings(member: String) throws(HDF5Error) -> [String] {
    let found = try elementType(ofMember: member)
    guard found.isString else {
      throw .wrongElements(
        name: "\(name).\(member)", path: path, expected: "strings", found: found)
    }
    let id = handle.id
    let stored = try Handle(
      closedBy: H5Tclose, orThrow: location.unreadable, opening: { H5Dget_type(id) })
    let storedID = stored.id
    let field = try Handle(
      closedBy: H5Tclose, orThrow: location.unreadable,
      opening: {
        H5Tget_member_type(storedID, UInt32(clamping: unsafe H5Tget_member_index(storedID, member)))
      })
    let type = try StringType(like: field.id, location: location)
    let record = try recordType(of: member, type.handle.id, type.bytesInMemory)
    return try strings(0..<info.rowCount, inMemory: type, readAs: record.id)
  }

  private func elementType(ofMember member: String) throws(HDF5Error) -> ElementType {
    guard case .compound(let members) = info.element else {
      throw .wrongElements(name: name, path: path, expected: "records", found: info.element)
    }
    guard let found = members.first(where: { $0.name == member }) else {
      throw .noSuchObject(
        name: "\(name).\(member)", path: path, present: members.map { "\(name).\($0.name)" })
    }
    return found.type
  }

  /// Makes a record type of one field; with it the C library skips the other fields.
  private func recordType(
    of member: String, _ type: hid_t, _ bytes: Int
  ) throws(HDF5Error) -> Handle {
    let record = try Handle(
      closedBy: H5Tclose, orThrow: location.unreadable,
      opening: { H5Tcreate(H5T_COMPOUND, bytes) })
    let id = record.id
    try check(orThrow: location.unreadable) { unsafe H5Tinsert(id, member, 0, type) }
    return record
  }
}
