internal import CHDF5
package import StoredArrays

extension File {
  /// Returns the kind of the object at `name`, or `nil` if there is none, or a broken or external
  /// link.
  ///
  /// - Throws: ``HDF5Error/cannotRead(name:path:reason:)`` if the file is damaged.
  package func kind(of name: String) throws(HDF5Error) -> ObjectKind? {
    let location = Location(name: name, path: path)
    let parts = name.split(separator: "/")
    let (id, links) = (handle.id, withinFile)
    // The C library reports a missing parent group as an error, not as an absence.
    for end in parts.indices {
      let prefix = parts[...end].joined(separator: "/")
      let found = try check(orThrow: location.unreadable) {
        unsafe H5Lexists(id, prefix, links)
      }
      guard found > 0, locked({ unsafe H5Oexists_by_name(id, prefix, links) }) > 0 else {
        return nil
      }
      if end < parts.endIndex - 1 {
        guard try kindOfExisting(prefix, location) == .group else { return nil }
      }
    }
    return try kindOfExisting(name, location)
  }

  /// Returns the names in a group, in alphabetical order, including those of broken links.
  ///
  /// - Throws: ``HDF5Error`` if the group does not exist.
  package func children(of group: String) throws(HDF5Error) -> [String] {
    let location = Location(name: group, path: path)
    let object = try openObject(group, expecting: .group)
    return try linkNames(ofGroup: object.id, location)
  }

  /// Returns whether a group has a link of this name, even a broken one.
  ///
  /// - Throws: ``HDF5Error`` if the group is damaged.
  package func hasLink(_ name: String, in group: String) throws(HDF5Error) -> Bool {
    let location = Location(name: "\(group)/\(name)", path: path)
    let object = try openObject(group, expecting: .group)
    let id = object.id
    return try check(orThrow: location.unreadable) { unsafe H5Lexists(id, name, h5p_default()) } > 0
  }

  /// Creates an empty group and its missing parent groups.
  ///
  /// - Throws: ``HDF5Error/cannotWrite(name:path:reason:)`` if the name is taken, for example.
  package func createGroup(_ name: String) throws(HDF5Error) {
    try createGroup(name, GroupOptions())
  }

  /// Creates an empty group with options for the storage of its links and attributes.
  ///
  /// - Parameters:
  ///   - name: The group's path; missing parent groups are created.
  ///   - options: The storage options.
  /// - Throws: ``HDF5Error/cannotWrite(name:path:reason:)`` if the name is taken, for example.
  package func createGroup(_ name: String, _ options: GroupOptions) throws(HDF5Error) {
    let location = Location(name: name, path: path)
    let links = try Self.linksMakingGroups(location)
    let creation = try options.creationList(orThrow: location.unwritable)
    let (id, linksID, creationID) = (handle.id, links.id, creation.id)
    _ = try Handle(
      closedBy: H5Gclose, orThrow: location.unwritable,
      opening: { unsafe H5Gcreate2(id, name, linksID, creationID, h5p_default()) })
  }

  /// Removes the name from the file.
  ///
  /// Later writes may reuse the object's space; the file does not shrink.
  ///
  /// - Throws: ``HDF5Error`` if the object does not exist.
  package func delete(_ name: String) throws(HDF5Error) {
    let id = handle.id
    let links = try check(orThrow: Location(name: name, path: path).unwritable) {
      unsafe H5Lexists(id, name, h5p_default())
    }
    guard links > 0 else { throw try absence(of: name) }
    try check(orThrow: Location(name: name, path: path).unwritable) {
      unsafe H5Ldelete(id, name, h5p_default())
    }
  }

  /// Makes a property list for creating links together with missing parent groups.
  static func linksMakingGroups(_ location: Location) throws(HDF5Error) -> Handle {
    let links = try Handle(
      closedBy: H5Pclose, orThrow: location.unwritable, opening: { H5Pcreate(h5p_link_create()) })
    let id = links.id
    try check(orThrow: location.unwritable) { H5Pset_create_intermediate_group(id, 1) }
    return links
  }

  /// Opens an object of any kind, or of the expected kind.
  func openObject(
    _ name: String, expecting expected: ObjectKind? = nil
  ) throws(HDF5Error) -> Handle {
    guard let found = try kind(of: name) else { throw try absence(of: name) }
    if let expected, expected != found {
      throw .wrongKind(name: name, path: path, expected: expected, found: found)
    }
    let (id, links) = (handle.id, withinFile)
    return try Handle(
      closedBy: H5Oclose, orThrow: Location(name: name, path: path).unreadable,
      opening: { unsafe H5Oopen(id, name, links) })
  }

  /// Makes the error for a missing object, which lists the contents of its nearest existing parent
  /// group.
  func absence(of name: String) throws(HDF5Error) -> HDF5Error {
    var parts = name.split(separator: "/").dropLast()
    while true {
      let group = parts.isEmpty ? "/" : parts.joined(separator: "/")
      if try kind(of: group) == .group {
        return .noSuchObject(name: name, path: path, present: try children(of: group))
      }
      guard !parts.isEmpty else { return .noSuchObject(name: name, path: path, present: []) }
      parts = parts.dropLast()
    }
  }

  private func kindOfExisting(
    _ name: String, _ location: Location
  ) throws(HDF5Error) -> ObjectKind? {
    let (id, links) = (handle.id, withinFile)
    let object = try Handle(
      closedBy: H5Oclose, orThrow: location.unreadable,
      opening: { unsafe H5Oopen(id, name, links) })
    let objectID = object.id
    return switch locked({ H5Iget_type(objectID) }) {
    case H5I_GROUP: .group
    case H5I_DATASET: .dataset
    case H5I_DATATYPE: .datatype
    default: nil
    }
  }
}

/// Returns the names of an open group's links, in alphabetical order.
///
/// One call returns all of them. For each request by index the C library sorts all links, which
/// takes minutes for a few thousand.
///
/// - Throws: ``HDF5Error`` if the group is damaged, as one whose links have no names or the same one: a
///   copy could not have them.
func linkNames(ofGroup id: hid_t, _ location: Location) throws(HDF5Error) -> [String] {
  let names = Collected()
  try check(orThrow: location.unreadable) {
    unsafe h5l_each_name(
      id,
      { name, context in
        guard let name = unsafe name, let context = unsafe context else { return }
        let names = unsafe Unmanaged<Collected>.fromOpaque(context).takeUnretainedValue()
        unsafe names.strings.append(String(cString: name))
      }, Unmanaged.passUnretained(names).toOpaque())
  }
  let found = names.strings
  guard !found.contains("") else { throw location.unreadable("it has a link without a name") }
  if let twice = zip(found, found.dropFirst()).first(where: { $0.utf8.elementsEqual($1.utf8) }) {
    throw location.unreadable("it has two links with the name '\(twice.0)'")
  }
  return found
}

/// Reads a name from a C function that returns its length and then fills a buffer.
func text(
  orThrow failure: (String) -> HDF5Error,
  _ call: (UnsafeMutablePointer<CChar>?, Int) -> Int
) throws(HDF5Error) -> String {
  let length = try check(orThrow: failure) { call(nil, 0) }
  var bytes = [CChar](repeating: 0, count: length + 1)
  try check(orThrow: failure) {
    unsafe bytes.withUnsafeMutableBufferPointer { unsafe call($0.baseAddress, $0.count) }
  }
  return String(decoding: bytes.prefix(length).map(UInt8.init(bitPattern:)), as: UTF8.self)
}
