internal import CHDF5
internal import StoredArrays

extension ObjectCopier {
  /// The way in which elements of a type are copied.
  private enum Elements {
    /// The bytes are the complete value.
    case plain
    /// The elements are or contain strings or lists, which are stored elsewhere in the file.
    case variable
    /// The elements are references to objects.
    case references
    /// The elements contain references in a form that cannot be copied.
    case unknown
  }

  // MARK: Datasets

  mutating func copyDataset(
    _ id: hid_t, _ name: String, as newName: String, _ links: hid_t
  ) throws(HDF5Error) {
    let type = try transient(name) { H5Dget_type(id) }
    let space = try Handle(
      closedBy: H5Sclose, orThrow: unreadable(name), opening: { H5Dget_space(id) })
    let creation = try Handle(
      closedBy: H5Pclose, orThrow: unreadable(name), opening: { H5Dget_create_plist(id) })
    let (target, typeID, spaceID, creationID) = (target, type.id, space.id, creation.id)
    // Never allocate space for all elements, written or not, at once.
    if locked({ H5Pget_layout(creationID) }) != H5D_COMPACT {
      try check(orThrow: unreadable(name)) {
        H5Pset_alloc_time(creationID, H5D_ALLOC_TIME_DEFAULT)
      }
    }
    let made = try Handle(
      closedBy: H5Dclose, orThrow: unwritable(newName),
      opening: {
        unsafe H5Dcreate2(target, newName, typeID, spaceID, links, creationID, h5p_default())
      })
    try copyAttributes(of: id, to: made.id, newName)
    let location = Location(name: name, path: sourcePath)
    let info = try DatasetInfo(ofDataset: id, location: location)
    // A dataset that was never written has nothing to copy.
    var status = H5D_SPACE_STATUS_ERROR
    try check(orThrow: unreadable(name)) { unsafe H5Dget_space_status(id, &status) }
    guard info.count > 0, status != H5D_SPACE_STATUS_NOT_ALLOCATED else { return }
    let elements = elements(ofType: typeID)
    switch elements {
    case .plain where info.chunk != nil:
      try copyChunks(of: id, to: made.id, info, name, newName)
    case .plain, .variable:
      let budget = try StringBudget(ofFileAt: sourcePath, orThrow: unreadable(name))
      let copy = ElementCopy(
        from: id, to: made.id, type: typeID, elementBytes: locked { H5Tget_size(typeID) },
        transfer: elements == .variable ? budget.transfer.id : nil, source: location,
        target: Location(name: newName, path: targetPath))
      do {
        try copyElements(copy, info)
      } catch {
        throw budget.isSpent ? .endlessStrings(name: name, path: sourcePath) : error
      }
    case .references:
      try info.requireStored(info.count, location)
      try checkMemory(
        forShape: info.shape, bytesPerElement: MemoryLayout<hobj_ref_t>.size, location)
      var references = [hobj_ref_t](repeating: hobj_ref_t(), count: info.count)
      try check(orThrow: unreadable(name)) {
        unsafe references.withUnsafeMutableBytes {
          unsafe H5Dread(
            id, h5t_std_ref_obj(), h5s_all(), h5s_all(), h5p_default(), $0.baseAddress)
        }
      }
      remember(references, heldBy: newName, attribute: nil, isScalar: false)
    case .unknown:
      throw unwritable(newName)("it holds references of a kind that cannot be copied")
    }
  }

  /// Copies the stored chunks of a dataset without decoding them.
  private func copyChunks(
    of from: hid_t, to: hid_t, _ info: DatasetInfo, _ name: String, _ newName: String
  ) throws(HDF5Error) {
    let fileBytes = fileSize(sourcePath)
    var bytes: [UInt8] = []
    let chunks = try ChunkGrid(of: from, info, Location(name: name, path: sourcePath))
    try chunks.forEachStored { start, size throws(HDF5Error) in
      guard size <= fileBytes else {
        throw unreadable(name)("a chunk has a stated size of \(size) bytes, more than the file")
      }
      var mask = UInt32(0)
      bytes = [UInt8](repeating: 0, count: size)
      try check(orThrow: unreadable(name)) {
        unsafe H5Dread_chunk(from, h5p_default(), start, &mask, &bytes)
      }
      try check(orThrow: unwritable(newName)) {
        unsafe H5Dwrite_chunk(to, h5p_default(), mask, start, bytes.count, bytes)
      }
    }
  }

  /// Copies the elements of a dataset through memory: in blocks of rows, or chunk by chunk if few
  /// chunks are stored.
  private func copyElements(_ copy: ElementCopy, _ info: DatasetInfo) throws(HDF5Error) {
    if let chunk = info.chunk {
      let chunks = try ChunkGrid(of: copy.from, info, copy.source)
      guard chunks.isMostlyStored else {
        return try chunks.forEachStored { start, size throws(HDF5Error) in
          let extent = zip(zip(info.shape, chunk), start).map { lengths, start in
            hsize_t(Swift.min(lengths.1, lengths.0 - Int(start)))
          }
          try info.requireStored(extent.reduce(1) { $0 * Int($1) }, copy.source)
          try copy.region(start, extent)
        }
      }
    }
    try info.requireStored(info.count, copy.source)
    let rowBytes = Swift.max(1, info.rowSize * copy.elementBytes)
    // Copy whole chunks, so that each is encoded once.
    let step = Swift.max(1, info.chunk?.first ?? 1)
    let rows = Swift.max(1, (4 << 20) / rowBytes / step) * step
    for first in stride(from: 0, to: info.rowCount, by: rows) {
      let count = Swift.min(rows, info.rowCount - first)
      var start = [hsize_t](repeating: 0, count: info.shape.count)
      var extent = info.shape.map { hsize_t($0) }
      if !info.shape.isEmpty { (start[0], extent[0]) = (hsize_t(first), hsize_t(count)) }
      try copy.region(start, extent)
    }
  }

  // MARK: Attributes

  /// Copies all attributes of an open object.
  ///
  /// - Parameters:
  ///   - from: The object in the source.
  ///   - to: The object in the target.
  ///   - newName: The path of the object in the target.
  /// - Throws: ``HDF5Error`` if an attribute cannot be read or written.
  mutating func copyAttributes(
    of from: hid_t, to: hid_t, _ newName: String
  ) throws(HDF5Error) {
    let location = Location(name: newName, path: sourcePath)
    let names: [String]
    do { names = try attributeNames(ofObject: from, location) } catch {
      guard error.isOfNewerLibrary else { throw error }
      return try copyMarks(of: from, to: to, newName)
    }
    for name in names {
      let attribute = try Handle(
        closedBy: H5Aclose, orThrow: unreadable("\(newName)@\(name)"),
        opening: { unsafe H5Aopen(from, name, h5p_default()) })
      try copyAttribute(attribute.id, name, to: to, newName)
    }
  }

  /// Copies the attributes that anndata needs to recognize an element, from an object with an
  /// attribute type of a later HDF5.
  ///
  /// The library lists no attributes of such an object, but opens the others by name.
  ///
  /// An `ordered` that cannot be read becomes false, since readers of the copy need it.
  private mutating func copyMarks(
    of from: hid_t, to: hid_t, _ newName: String
  ) throws(HDF5Error) {
    for name in ["encoding-type", "encoding-version", "ordered"] {
      let place = Location(name: "\(newName)@\(name)", path: sourcePath)
      let attribute: Handle
      do {
        attribute = try Handle(
          closedBy: H5Aclose, orThrow: place.unreadable,
          opening: { unsafe H5Aopen(from, name, h5p_default()) })
      } catch {
        guard name == "ordered", error.isOfNewerLibrary else { continue }
        let target = Location(name: place.name, path: targetPath)
        try AttributeWriter(object: to, attribute: name, location: target)
          .write(booleans: [false], shape: [])
        continue
      }
      try copyAttribute(attribute.id, name, to: to, newName)
    }
  }

  private mutating func copyAttribute(
    _ id: hid_t, _ name: String, to: hid_t, _ holder: String
  ) throws(HDF5Error) {
    let place = "\(holder)@\(name)"
    let type = try transient(place) { H5Aget_type(id) }
    let space = try Handle(
      closedBy: H5Sclose, orThrow: unreadable(place), opening: { H5Aget_space(id) })
    let (typeID, spaceID) = (type.id, space.id)
    let elementBytes = locked { H5Tget_size(typeID) }
    let location = Location(name: place, path: sourcePath)
    let extent = try Extent(ofSpace: spaceID, location: location, bytesPerElement: elementBytes)
    // Attributes are not compressed.
    guard extent.count * elementBytes <= Swift.max(1 << 20, 4 * fileSize(sourcePath)) else {
      throw .notStored(
        name: place, path: sourcePath, count: extent.count, bytes: fileSize(sourcePath))
    }
    var bytes = [UInt8](repeating: 0, count: extent.count * elementBytes)
    let elements = elements(ofType: typeID)
    // The dimension scales that netCDF and PyTables attach are not needed.
    if elements == .unknown { return }
    if extent.count > 0 {
      try check(orThrow: unreadable(place)) {
        unsafe bytes.withUnsafeMutableBytes { unsafe H5Aread(id, typeID, $0.baseAddress) }
      }
    }
    defer {
      if elements == .variable, extent.count > 0 { reclaim(&bytes, typeID, spaceID) }
    }
    if elements == .references, !extent.isNull {
      let references = unsafe bytes.withUnsafeBytes {
        unsafe Array($0.bindMemory(to: hobj_ref_t.self))
      }
      remember(references, heldBy: holder, attribute: name, isScalar: extent.shape.isEmpty)
      return
    }
    let made = try Handle(
      closedBy: H5Aclose, orThrow: unwritable(place),
      opening: { unsafe H5Acreate2(to, name, typeID, spaceID, h5p_default(), h5p_default()) })
    let madeID = made.id
    guard extent.count > 0 else { return }
    try check(orThrow: unwritable(place)) {
      unsafe bytes.withUnsafeBytes { unsafe H5Awrite(madeID, typeID, $0.baseAddress) }
    }
  }

  // MARK: Types

  /// Returns a type that belongs to neither file; a named type would belong to the source.
  private func transient(
    _ name: String, _ open: () -> hid_t
  ) throws(HDF5Error) -> Handle {
    let stored = try Handle(closedBy: H5Tclose, orThrow: unreadable(name), opening: open)
    let id = stored.id
    return try Handle(closedBy: H5Tclose, orThrow: unreadable(name), opening: { H5Tcopy(id) })
  }

  private func elements(ofType type: hid_t) -> Elements {
    switch locked({ H5Tget_class(type) }) {
    case H5T_REFERENCE:
      return locked { H5Tequal(type, h5t_std_ref_obj()) } > 0 ? .references : .unknown
    case H5T_VLEN, H5T_ARRAY:
      let base = Handle(owning: locked { H5Tget_super(type) }, closedBy: H5Tclose)
      let inner = elements(ofType: base.id)
      guard inner == .plain || inner == .variable else { return .unknown }
      return locked { H5Tget_class(type) } == H5T_VLEN ? .variable : inner
    case H5T_STRING:
      return locked { H5Tis_variable_str(type) } > 0 ? .variable : .plain
    case H5T_COMPOUND:
      let count = UInt32(Swift.max(0, locked { H5Tget_nmembers(type) }))
      var result = Elements.plain
      for position in 0..<count {
        let member = Handle(
          owning: locked { H5Tget_member_type(type, position) }, closedBy: H5Tclose)
        switch elements(ofType: member.id) {
        case .plain: break
        case .variable: result = .variable
        case .references, .unknown: return .unknown
        }
      }
      return result
    default:
      return .plain
    }
  }

  /// Frees the memory of strings and lists that were read.
  private func reclaim(_ bytes: inout [UInt8], _ type: hid_t, _ space: hid_t) {
    locked {
      unsafe bytes.withUnsafeMutableBytes {
        _ = unsafe H5Dvlen_reclaim(type, space, h5p_default(), $0.baseAddress)
      }
    }
  }
}
