internal import CHDF5

extension File {
  /// Copies an object, with all that lies in it, to another file.
  ///
  /// What it refers to is copied along, so that references keep their meaning. Numbers
  /// are copied as they are stored, not encoded anew.
  ///
  /// - Parameters:
  ///   - name: The object's path in this file.
  ///   - file: The file that gets it.
  ///   - newName: Its path there; groups on the way are made.
  /// - Throws: ``HDF5Error``, where there is no such object, or the new name is taken.
  public func copy(
    _ name: String, to file: borrowing File, as newName: String
  ) throws(HDF5Error) {
    guard try kind(of: name) != nil else { throw try absence(of: name) }
    var copier = ObjectCopier(
      source: handle.id, target: file.handle.id, sourcePath: path, targetPath: file.path)
    try copier.prepare()
    try copier.copy(name, as: newName)
    try copier.resolveReferences()
  }

  /// Copies what lies in the root, and the root's attributes, to another file.
  ///
  /// - Parameters:
  ///   - file: The file that gets it, with nothing of these names in it.
  ///   - isLeftOut: Whether not to copy what has this name in the root.
  /// - Throws: ``HDF5Error``, where the file is damaged, or the disk is full.
  public func copyContents(
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

/// Copies objects from one file to another, call by call.
///
/// The C library's own `H5Ocopy` ends the process where anything fails within it, a full
/// disk or a filter that is not there (seen with 1.10.8).
struct ObjectCopier {
  let source: hid_t
  let target: hid_t
  let sourcePath: String
  let targetPath: String

  /// Where objects of the source, by their address, are in the target.
  private var copied: [haddr_t: String] = [:]

  /// What is to refer to other objects once all of them are there.
  private var pending: [PendingReference] = []

  /// How many groups may lie within one another, as each takes room on the stack.
  private static let deepestGroup = 250

  private struct PendingReference {
    /// The object in the target that holds the references.
    let holder: String
    /// The attribute, or `nil` for the object's own elements.
    let attribute: String?
    /// What they refer to, as paths in the source; empty for nothing.
    let names: [String]
    let isScalar: Bool
  }

  init(source: hid_t, target: hid_t, sourcePath: String, targetPath: String) {
    self.source = source
    self.target = target
    self.sourcePath = sourcePath
    self.targetPath = targetPath
  }

  /// Brings to the source's file what was written to it just now, if anything.
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

  /// Copies an object that is there, by its path.
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

  /// Copies what a name in a group stands for: an object, or a path to one.
  ///
  /// - Parameters:
  ///   - name: The name's path in the source.
  ///   - newName: Its path in the target.
  /// - Throws: ``HDF5Error``, where it cannot be read or written.
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
      throw unreadable(name)("more than \(Self.deepestGroup) groups lie within one another")
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

  /// Keeps in mind that an object or attribute is to refer to what it refers to in the source.
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

  /// Makes the references, once all that was asked for is copied.
  ///
  /// - Throws: ``HDF5Error``, where what they lead to cannot be copied.
  mutating func resolveReferences() throws(HDF5Error) {
    // Copying what is referred to may find further references.
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
