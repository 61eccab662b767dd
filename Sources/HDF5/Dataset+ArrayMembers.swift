internal import CHDF5
package import StoredArrays

/// A field of records that holds a number, or an array of numbers of one shape.
package struct ArrayMember: Equatable, Sendable {
  /// The field's name.
  package var name: String

  /// The type of each number.
  package var element: ElementType

  /// The shape within one record, outermost length first; empty for a single number.
  package var shape: [Int]
}

extension Dataset {
  /// Returns the fields of the dataset's records as arrays; a single number has no dimensions.
  ///
  /// - Throws: ``HDF5Error`` if the elements are not records.
  package func arrayMembers() throws(HDF5Error) -> [ArrayMember] {
    guard case .compound(let members) = info.element else {
      throw .wrongElements(name: name, path: path, expected: "records", found: info.element)
    }
    var result: [ArrayMember] = []
    for (position, member) in members.enumerated() {
      let type = try memberType(UInt32(position))
      let (typeID, isArray) = (type.id, member.type == .other("arrays"))
      guard isArray else {
        result.append(ArrayMember(name: member.name, element: member.type, shape: []))
        continue
      }
      let base = try Handle(
        closedBy: H5Tclose, orThrow: location.unreadable, opening: { H5Tget_super(typeID) })
      let rank = try check(orThrow: location.unreadable) { H5Tget_array_ndims(typeID) }
      var lengths = [hsize_t](repeating: 0, count: Int(rank))
      try check(orThrow: location.unreadable) { unsafe H5Tget_array_dims2(typeID, &lengths) }
      result.append(
        ArrayMember(
          name: member.name, element: ElementType(ofType: base.id),
          shape: lengths.map { Int(clamping: $0) }))
    }
    return result
  }

  /// Reads one field of every record.
  ///
  /// - Parameters:
  ///   - member: One of ``arrayMembers()``.
  ///   - type: The type that its numbers are converted to.
  /// - Returns: The numbers in row-major order, the records outermost.
  /// - Throws: ``HDF5Error`` if the field does not hold numbers.
  package func read<Number: StoredNumber>(
    _ member: ArrayMember, as type: Number.Type
  ) throws(HDF5Error) -> [Number] {
    let fieldName = "\(name).\(member.name)"
    guard member.element.isNumeric else {
      throw .wrongElements(name: fieldName, path: path, expected: "numbers", found: member.element)
    }
    let shape = info.shape + member.shape
    try checkMemory(
      forShape: shape, bytesPerElement: MemoryLayout<Number>.size,
      Location(name: fieldName, path: path))
    var values = [Number](repeating: 0, count: shape.reduce(1, *))
    guard !values.isEmpty else { return values }
    let lengths = member.shape.map { hsize_t($0) }
    let field = try Handle(
      closedBy: H5Tclose, orThrow: location.unreadable,
      opening: {
        lengths.isEmpty
          ? H5Tcopy(nativeType(of: Number.self))
          : unsafe H5Tarray_create2(nativeType(of: Number.self), UInt32(lengths.count), lengths)
      })
    // With a record type of one field, the C library skips the other fields.
    let fieldID = field.id
    let bytes = locked { H5Tget_size(fieldID) }
    let record = try Handle(
      closedBy: H5Tclose, orThrow: location.unreadable,
      opening: { H5Tcreate(H5T_COMPOUND, bytes) })
    let (id, recordID) = (handle.id, record.id)
    try check(orThrow: location.unreadable) {
      unsafe H5Tinsert(recordID, member.name, 0, fieldID)
    }
    try check(orThrow: location.unreadable) {
      unsafe values.withUnsafeMutableBytes {
        unsafe H5Dread(id, recordID, h5s_all(), h5s_all(), h5p_default(), $0.baseAddress)
      }
    }
    return values
  }

  private func memberType(_ position: UInt32) throws(HDF5Error) -> Handle {
    let id = handle.id
    let record = try Handle(
      closedBy: H5Tclose, orThrow: location.unreadable, opening: { H5Dget_type(id) })
    let recordID = record.id
    return try Handle(
      closedBy: H5Tclose, orThrow: location.unreadable,
      opening: { H5Tget_member_type(recordID, position) })
  }
}
