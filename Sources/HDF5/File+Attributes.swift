internal import CHDF5
package import StoredArrays

extension File {
  /// Returns the names of an object's attributes, in alphabetical order.
  ///
  /// - Throws: ``HDF5Error`` if the object does not exist.
  package func attributeNames(of name: String) throws(HDF5Error) -> [String] {
    let object = try openObject(name)
    return try HDF5.attributeNames(ofObject: object.id, Location(name: name, path: path))
  }

  /// Returns the value of an object's attribute, or `nil` if the object has no attribute of that
  /// name.
  ///
  /// - Parameters:
  ///   - attribute: The attribute's name.
  ///   - name: The object's path in the file.
  /// - Returns: The value.
  /// - Throws: ``HDF5Error`` if the object does not exist or the value is damaged.
  package func attribute(
    _ attribute: String, of name: String
  ) throws(HDF5Error) -> AttributeValue? {
    let location = Location(name: "\(name)@\(attribute)", path: path)
    let object = try openObject(name)
    let objectID = object.id
    let exists = try check(orThrow: location.unreadable) {
      unsafe H5Aexists(objectID, attribute)
    }
    guard exists > 0 else { return nil }
    let handle = try Handle(
      closedBy: H5Aclose, orThrow: location.unreadable,
      opening: { unsafe H5Aopen(objectID, attribute, h5p_default()) })
    let id = handle.id
    let type = try Handle(
      closedBy: H5Tclose, orThrow: location.unreadable, opening: { H5Aget_type(id) })
    let space = try Handle(
      closedBy: H5Sclose, orThrow: location.unreadable, opening: { H5Aget_space(id) })
    let typeID = type.id
    let bytes = Swift.max(locked { H5Tget_size(typeID) }, 8)
    let extent = try Extent(ofSpace: space.id, location: location, bytesPerElement: bytes)
    guard !extent.isNull else { return .empty }
    try checkMemory(forShape: extent.shape, bytesPerElement: bytes, location)
    // Attributes are not compressed.
    guard extent.count <= Swift.max(1 << 16, fileSize(path)) else {
      throw .notStored(
        name: location.name, path: path, count: extent.count, bytes: fileSize(path))
    }
    let isScalar = extent.shape.isEmpty
    let element = ElementType(ofType: typeID)
    switch element {
    case .variableString, .fixedString:
      let memoryType = try StringType(like: typeID, location: location)
      let memoryTypeID = memoryType.handle.id
      var text = TextDecoder()
      try unsafe memoryType.read(count: extent.count, orThrow: location.unreadable, into: &text) {
        unsafe H5Aread(id, memoryTypeID, $0)
      }
      let values = text.strings()
      return isScalar ? .string(values[0]) : .strings(values)
    case .integer:
      let values = try numbers(ofAttribute: id, extent.count, as: Int64.self, location)
      return isScalar ? .integer(values[0]) : .integers(values)
    case .float:
      let values = try numbers(ofAttribute: id, extent.count, as: Double.self, location)
      return isScalar ? .float(values[0]) : .floats(values)
    case .boolean:
      let values = try numbers(ofAttribute: id, extent.count, as: Int8.self, location)
      return isScalar ? .boolean(values[0] != 0) : .booleans(values.map { $0 != 0 })
    case .reference where isScalar && locked { H5Tequal(typeID, h5t_std_ref_obj()) } > 0:
      return .reference(try target(ofReferenceIn: id, location))
    default:
      return .other(element)
    }
  }

  /// Writes an attribute; replaces an attribute of the same name.
  ///
  /// Strings are written with variable length in UTF-8, numbers in 64 bits, Booleans as h5py's
  /// enumeration.
  ///
  /// - Parameters:
  ///   - attribute: The attribute's name.
  ///   - name: The object's path in the file.
  ///   - value: The value; ``AttributeValue/other(_:)`` cannot be written.
  /// - Throws: ``HDF5Error`` if the object does not exist or cannot be changed.
  package func setAttribute(
    _ attribute: String, of name: String, to value: AttributeValue
  ) throws(HDF5Error) {
    let location = Location(name: "\(name)@\(attribute)", path: path)
    let object = try openObject(name)
    let writer = AttributeWriter(object: object.id, attribute: attribute, location: location)
    switch value {
    case .string(let value): try writer.write(strings: [value], shape: [])
    case .strings(let values): try writer.write(strings: values, shape: [values.count])
    case .integer(let value): try writer.write([value], shape: [])
    case .integers(let values): try writer.write(values, shape: [values.count])
    case .float(let value): try writer.write([value], shape: [])
    case .floats(let values): try writer.write(values, shape: [values.count])
    case .boolean(let value): try writer.write(booleans: [value], shape: [])
    case .booleans(let values): try writer.write(booleans: values, shape: [values.count])
    case .reference(let target): try writer.write(referenceTo: target, inFile: handle.id)
    case .empty: try writer.writeNull()
    case .other: throw location.unwritable("it has a type that cannot be written")
    }
  }

  private func numbers<Number: StoredNumber>(
    ofAttribute id: hid_t, _ count: Int, as type: Number.Type, _ location: Location
  ) throws(HDF5Error) -> [Number] {
    var values = [Number](repeating: 0, count: count)
    guard count > 0 else { return values }
    try check(orThrow: location.unreadable) {
      unsafe values.withUnsafeMutableBytes {
        unsafe H5Aread(id, nativeType(of: Number.self), $0.baseAddress)
      }
    }
    return values
  }

  /// Returns the path of the object that a reference points to; empty if there is none.
  private func target(
    ofReferenceIn id: hid_t, _ location: Location
  ) throws(HDF5Error) -> String {
    var reference = hobj_ref_t()
    try check(orThrow: location.unreadable) {
      unsafe H5Aread(id, h5t_std_ref_obj(), &reference)
    }
    let file = handle.id
    let name = try? unsafe text(orThrow: location.unreadable) { buffer, size in
      unsafe H5Rget_name(file, H5R_OBJECT, &reference, buffer, size)
    }
    return name ?? ""
  }
}

/// Lists the names of an open object's attributes, in alphabetical order.
func attributeNames(ofObject id: hid_t, _ location: Location) throws(HDF5Error) -> [String] {
  let names = Collected()
  try check(orThrow: location.unreadable) {
    unsafe H5Aiterate2(
      id, H5_INDEX_NAME, H5_ITER_INC, nil,
      { _, name, _, context in
        guard let name = unsafe name, let context = unsafe context else { return 0 }
        let names = unsafe Unmanaged<Collected>.fromOpaque(context).takeUnretainedValue()
        unsafe names.strings.append(String(cString: name))
        return 0
      }, Unmanaged.passUnretained(names).toOpaque())
  }
  return names.strings
}

/// The strings that a C callback received.
final class Collected {
  var strings: [String] = []
}

/// A writer that creates one attribute of an open object, replacing an old one.
struct AttributeWriter {
  let object: hid_t
  let attribute: String
  let location: Location

  func write(strings: [String], shape: [Int]) throws(HDF5Error) {
    let type = try StringType(variableOrThrow: location.unwritable)
    let typeID = type.handle.id
    try write(typeID, shape) { id in
      unsafe withPointers(to: strings) { unsafe H5Awrite(id, typeID, $0) }
    }
  }

  func write<Number: StoredNumber>(_ values: [Number], shape: [Int]) throws(HDF5Error) {
    let type = locked { nativeType(of: Number.self) }
    try write(type, shape) { id in
      unsafe values.withUnsafeBytes { unsafe H5Awrite(id, type, $0.baseAddress) }
    }
  }

  func write(booleans: [Bool], shape: [Int]) throws(HDF5Error) {
    let type = try makeBooleanType(orThrow: location.unwritable)
    let typeID = type.id
    let values: [Int8] = booleans.map { $0 ? 1 : 0 }
    try write(typeID, shape) { id in
      unsafe values.withUnsafeBytes { unsafe H5Awrite(id, typeID, $0.baseAddress) }
    }
  }

  func write(referenceTo target: String, inFile file: hid_t) throws(HDF5Error) {
    var reference = hobj_ref_t()
    try check(orThrow: location.unwritable) {
      unsafe H5Rcreate(&reference, file, target, H5R_OBJECT, -1)
    }
    try write(locked { h5t_std_ref_obj() }, []) { id in
      unsafe H5Awrite(id, h5t_std_ref_obj(), &reference)
    }
  }

  func writeNull() throws(HDF5Error) {
    let space = try Handle(
      closedBy: H5Sclose, orThrow: location.unwritable, opening: { H5Screate(H5S_NULL) })
    _ = try create(locked { h5t_native_double() }, space.id)
  }

  private func write(
    _ type: hid_t, _ shape: [Int], _ fill: (hid_t) -> herr_t
  ) throws(HDF5Error) {
    let space = try makeSpace(shape, orThrow: location.unwritable)
    let handle = try create(type, space.id)
    let id = handle.id
    guard shape.reduce(1, *) > 0 else { return }
    try check(orThrow: location.unwritable) { fill(id) }
  }

  private func create(_ type: hid_t, _ space: hid_t) throws(HDF5Error) -> Handle {
    let exists = try check(orThrow: location.unwritable) { unsafe H5Aexists(object, attribute) }
    if exists > 0 {
      try check(orThrow: location.unwritable) { unsafe H5Adelete(object, attribute) }
    }
    return try Handle(
      closedBy: H5Aclose, orThrow: location.unwritable,
      opening: { unsafe H5Acreate2(object, attribute, type, space, h5p_default(), h5p_default()) })
  }
}

/// Makes the one-byte enumeration that h5py uses for Booleans.
func makeBooleanType(orThrow failure: (String) -> HDF5Error) throws(HDF5Error) -> Handle {
  let type = try Handle(
    closedBy: H5Tclose, orThrow: failure, opening: { H5Tenum_create(h5t_native_int8()) })
  let id = type.id
  for (name, value) in [("FALSE", Int8(0)), ("TRUE", 1)] {
    try check(orThrow: failure) {
      unsafe withUnsafeBytes(of: value) { unsafe H5Tenum_insert(id, name, $0.baseAddress) }
    }
  }
  return type
}
