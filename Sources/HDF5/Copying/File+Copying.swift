internal import CHDF5

extension File {
  /// Copies an object with all of its contents to another file.
  ///
  /// Objects that it refers to are copied too, so that references stay valid. Stored numbers are
  /// copied without new encoding.
  ///
  /// - Parameters:
  ///   - name: The object's path in this file.
  ///   - file: The target file.
  ///   - newName: The path in the target file; missing parent groups are created.
  /// - Throws: ``HDF5Error`` if the object does not exist or the new name is taken.
  package func copy(
    _ name: String, to file: borrowing File, as newName: String
  ) throws(HDF5Error) {
    guard try kind(of: name) != nil else { throw try absence(of: name) }
    var copier = ObjectCopier(
      source: handle.id, target: file.handle.id, sourcePath: path, targetPath: file.path)
    try copier.prepare()
    try copier.copy(name, as: newName)
    try copier.resolveReferences()
  }

  /// Copies the root's children and attributes to another file.
  ///
  /// - Parameters:
  ///   - file: The target file, which must not contain these names.
  ///   - isLeftOut: Returns `true` for a name in the root that is not to be copied.
  /// - Throws: ``HDF5Error`` if the file is damaged or the disk is full.
  package func copyContents(
    to file: borrowing File, leavingOut isLeftOut: (String) -> Bool
  ) throws(HDF5Error) {
    var copier = ObjectCopier(
      source: handle.id, target: file.handle.id, sourcePath: path, targetPath: file.path)
    try copier.prepare()
    for name in try children(of: "/") where !isLeftOut(name) {
      try copier.copyLink(name, as: name)
    }
    let from = try openObject("/")
    let to = try file.openObject("/")
    try copier.copyAttributes(of: from.id, to: to.id, "/")
    try copier.resolveReferences()
  }
}

/// A copier of objects from one file to another, call by call.
///
/// The C library's own `H5Ocopy` ends the process on any failure, such as a full disk or a missing
/// filter (seen with 1.10.8).
struct ObjectCopier {
  let source: hid_t
  let target: hid_t
  let sourcePath: String
  let targetPath: String

  /// The paths in the target of the source's objects, by their address in the source.
  private var copied: [haddr_t: String] = [:]

  /// The references to set after all objects are copied.
  private var pending: [PendingReference] = []

  /// The greatest allowed depth of nested groups, since each level takes stack space.
  private static let deepestGroup = 250

  private struct PendingReference {
    /// The object in the target that holds the references.
    let holder: String
    /// The attribute, or `nil` for the object's own elements.
    let attribute: String?
    /// The paths in the source that the references point to; empty for a null reference.
    let names: [String]
    let isScalar: Bool
  }

  init(source: hid_t, target: hid_t, sourcePath: String, targetPath: String) {
    self.source = source
    self.target = target
    self.sourcePath = sourcePath
    self.targetPath = targetPath
  }

  /// Flushes the source file, so that recent writes are visible.
  ///
  /// - Throws: ``HDF5Error/cannotFinish(path:reason:)``.
  func prepare() throws(HDF5Error) {
    let (source, path) = (source, sourcePath)
    try check(orThrow: { .cannotFinish(path: path, reason: $0) }) {
      H5Fflush(source, H5F_SCOPE_GLOBAL)
    }
  }

  func unreadable(_ name: String) -> (String) -> HDF5Error {
    Location(name: name, path: sourcePath).unreadable
  }

  func unwritable(_ name: String) -> (String) -> HDF5Error {
    Location(name: name, path: targetPath).unwritable
  }

  // MARK: The tree

  /// Copies an existing object by its path.
  mutating func copy(_ name: String, as newName: String) throws(HDF5Error) {
    let (source, inFile) = (source, withinFile)
    let object = try Handle(
      closedBy: H5Oclose, orThrow: unreadable(name),
      opening: { unsafe H5Oopen(source, name, inFile) })
    let address = locked { h5o_address(object.id) }
    let location = Location(name: newName, path: targetPath)
    let links = try File.linksMakingGroups(location)
    let (target, linksID) = (target, links.id)
    if let there = copied[address] {
      try check(orThrow: location.unwritable) {
        unsafe H5Lcreate_hard(target, there, target, newName, linksID, h5p_default())
      }
      return
    }
    copied[address] = newName
    let id = object.id
    switch locked({ H5Iget_type(id) }) {
    case H5I_GROUP: try copyGroup(id, name, as: newName, linksID)
    case H5I_DATASET: try copyDataset(id, name, as: newName, linksID)
    default: try copyDatatype(id, name, as: newName, linksID)
    }
  }

  /// Copies the target of a link in a group, or the link itself if it is symbolic.
  ///
  /// - Parameters:
  ///   - name: The link's path in the source.
  ///   - newName: The link's path in the target.
  /// - Throws: ``HDF5Error`` if it cannot be read or written.
  mutating func copyLink(_ name: String, as newName: String) throws(HDF5Error) {
    let source = source
    var link = H5L_info_t()
    try check(orThrow: unreadable(name)) {
      unsafe H5Lget_info(source, name, &link, h5p_default())
    }
    guard link.type != H5L_TYPE_HARD else { return try copy(name, as: newName) }
    let size = unsafe link.u.val_size
    var value = [CChar](repeating: 0, count: size + 1)
    try check(orThrow: unreadable(name)) {
      unsafe H5Lget_val(source, name, &value, size, h5p_default())
    }
    let target = target
    try check(orThrow: unwritable(newName)) {
      link.type == H5L_TYPE_SOFT
        ? unsafe H5Lcreate_soft(value, target, newName, h5p_default(), h5p_default())
        : unsafe H5Lcreate_ud(
          target, newName, link.type, value, size, h5p_default(), h5p_default())
    }
  }

  private mutating func copyGroup(
    _ id: hid_t, _ name: String, as newName: String, _ links: hid_t
  ) throws(HDF5Error) {
    let target = target
    guard name.utf8.count(where: { $0 == UInt8(ascii: "/") }) <= Self.deepestGroup else {
      throw unreadable(name)("groups are nested more than \(Self.deepestGroup) deep")
    }
    let creation = try groupCreationList(like: id, orThrow: unreadable(name))
    let creationID = creation.id
    let group = try Handle(
      closedBy: H5Gclose, orThrow: unwritable(newName),
      opening: { unsafe H5Gcreate2(target, newName, links, creationID, h5p_default()) })
    try copyAttributes(of: id, to: group.id, newName)
    for child in try linkNames(ofGroup: id, Location(name: name, path: sourcePath)) {
      try copyLink("\(name)/\(child)", as: "\(newName)/\(child)")
    }
  }

  private mutating func copyDatatype(
    _ id: hid_t, _ name: String, as newName: String, _ links: hid_t
  ) throws(HDF5Error) {
    let target = target
    let type = try Handle(
      closedBy: H5Tclose, orThrow: unreadable(name), opening: { H5Tcopy(id) })
    let typeID = type.id
    try check(orThrow: unwritable(newName)) {
      unsafe H5Tcommit2(target, newName, typeID, links, h5p_default(), h5p_default())
    }
    try copyAttributes(of: id, to: typeID, newName)
  }

  // MARK: References

  /// Records the references of an object or attribute, to be set later.
  mutating func remember(
    _ references: [hobj_ref_t], heldBy holder: String, attribute: String?, isScalar: Bool
  ) {
    let source = source
    let names = references.map { reference in
      var reference = reference
      return
        (try? unsafe text(orThrow: unreadable(holder)) { buffer, size in
          unsafe H5Rget_name(source, H5R_OBJECT, &reference, buffer, size)
        }) ?? ""
    }
    pending.append(
      PendingReference(holder: holder, attribute: attribute, names: names, isScalar: isScalar))
  }

  /// Sets the recorded references after everything requested is copied.
  ///
  /// - Throws: ``HDF5Error`` if a referenced object cannot be copied.
  mutating func resolveReferences() throws(HDF5Error) {
    // Copying a referenced object can record further references.
    while let next = pending.popLast() {
      var references: [hobj_ref_t] = []
      for name in next.names { references.append(try reference(to: name)) }
      try write(references, to: next.holder, next.attribute, isScalar: next.isScalar)
    }
  }

  private mutating func reference(to name: String) throws(HDF5Error) -> hobj_ref_t {
    var reference = hobj_ref_t()
    guard !name.isEmpty else { return reference }
    let (source, target, inFile) = (source, target, withinFile)
    let object = try Handle(
      closedBy: H5Oclose, orThrow: unreadable(name),
      opening: { unsafe H5Oopen(source, name, inFile) })
    let address = locked { h5o_address(object.id) }
    if copied[address] == nil { try copy(name, as: name) }
    let newName = copied[address] ?? name
    try check(orThrow: unwritable(newName)) {
      unsafe H5Rcreate(&reference, target, newName, H5R_OBJECT, -1)
    }
    return reference
  }

  private func write(
    _ references: [hobj_ref_t], to holder: String, _ attribute: String?, isScalar: Bool
  ) throws(HDF5Error) {
    let target = target
    let object = try Handle(
      closedBy: H5Oclose, orThrow: unwritable(holder),
      opening: { unsafe H5Oopen(target, holder, h5p_default()) })
    let objectID = object.id
    guard let attribute else {
      try check(orThrow: unwritable(holder)) {
        unsafe references.withUnsafeBytes {
          unsafe H5Dwrite(
            objectID, h5t_std_ref_obj(), h5s_all(), h5s_all(), h5p_default(), $0.baseAddress)
        }
      }
      return
    }
    let space = try makeSpace(isScalar ? [] : [references.count], orThrow: unwritable(holder))
    let spaceID = space.id
    let made = try Handle(
      closedBy: H5Aclose, orThrow: unwritable(holder),
      opening: {
        unsafe H5Acreate2(
          objectID, attribute, h5t_std_ref_obj(), spaceID, h5p_default(), h5p_default())
      })
    let id = made.id
    try check(orThrow: unwritable(holder)) {
      unsafe references.withUnsafeBytes { unsafe H5Awrite(id, h5t_std_ref_obj(), $0.baseAddress) }
    }
  }
}
