internal import CHDF5

extension ObjectCopier {
  /// What becomes of the elements of a type when they are copied.
  private enum Elements {
    /// Their bytes say everything.
    case plain
    /// They are or hold strings or lists that lie elsewhere in the file.
    case variable
    /// They are references to objects.
    case references
    /// They hold references in a way that cannot be copied.
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
    let made = try Handle(
      closedBy: H5Dclose, orThrow: unwritable(newName),
      opening: {
        unsafe H5Dcreate2(target, newName, typeID, spaceID, links, creationID, h5p_default())
      })
    try copyAttributes(of: id, to: made.id, newName)
    let info = try DatasetInfo(ofDataset: id, location: Location(name: name, path: sourcePath))
    // Where nothing was ever written there is nothing to copy either.
    var status = H5D_SPACE_STATUS_ERROR
    try check(orThrow: unreadable(name)) { unsafe H5Dget_space_status(id, &status) }
    guard info.count > 0, status != H5D_SPACE_STATUS_NOT_ALLOCATED else { return }
    let elements = elements(ofType: typeID)
    switch elements {
    case .plain where info.chunk != nil:
      try copyChunks(of: id, to: made.id, info, name, newName)
    case .plain, .variable:
      try copyRows(
        of: id, to: made.id, info, type: typeID, areVariable: elements == .variable, name, newName)
    case .references:
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

  /// Copies the pieces of a dataset as they are stored, compressed or not.
  private func copyChunks(
    of from: hid_t, to: hid_t, _ info: DatasetInfo, _ name: String, _ newName: String
  ) throws(HDF5Error) {
    let chunk = info.chunk ?? info.shape
    var start = [hsize_t](repeating: 0, count: chunk.count)
    var bytes: [UInt8] = []
    while true {
      var (mask, address, size) = (UInt32(0), haddr_t(), hsize_t())
      try check(orThrow: unreadable(name)) {
        unsafe H5Dget_chunk_info_by_coord(from, start, &mask, &address, &size)
      }
      // A piece that was never written has no bytes.
      if size > 0 {
        try checkMemory(
          forShape: [Int(clamping: size)], bytesPerElement: 1,
          Location(name: name, path: sourcePath))
        bytes = [UInt8](repeating: 0, count: Int(size))
        try check(orThrow: unreadable(name)) {
          unsafe H5Dread_chunk(from, h5p_default(), start, &mask, &bytes)
        }
        try check(orThrow: unwritable(newName)) {
          unsafe H5Dwrite_chunk(to, h5p_default(), mask, start, bytes.count, bytes)
        }
      }
      // The next piece, the last dimension fastest.
      var dimension = chunk.count - 1
      while dimension >= 0 {
        start[dimension] += hsize_t(chunk[dimension])
        if start[dimension] < hsize_t(info.shape[dimension]) { break }
        start[dimension] = 0
        dimension -= 1
      }
      guard dimension >= 0 else { return }
    }
  }

  /// Copies a dataset through memory, some rows at a time.
  private func copyRows(
    of from: hid_t, to: hid_t, _ info: DatasetInfo, type: hid_t, areVariable: Bool,
    _ name: String, _ newName: String
  ) throws(HDF5Error) {
    let elementBytes = locked { H5Tget_size(type) }
    let rowBytes = Swift.max(1, info.rowSize * elementBytes)
    // Whole chunks, so that none is encoded twice.
    let step = Swift.max(1, info.chunk?.first ?? 1)
    let rows = Swift.max(1, (4 << 20) / rowBytes / step) * step
    var bytes: [UInt8] = []
    for first in stride(from: 0, to: info.rowCount, by: rows) {
      let count = Swift.min(rows, info.rowCount - first)
      try checkMemory(
        forShape: [count], bytesPerElement: rowBytes, Location(name: name, path: sourcePath))
      bytes = [UInt8](repeating: 0, count: count * rowBytes)
      let file = try Handle(
        closedBy: H5Sclose, orThrow: unreadable(name), opening: { H5Dget_space(from) })
      let fileID = file.id
      if !info.shape.isEmpty {
        var start = [hsize_t](repeating: 0, count: info.shape.count)
        var extent = info.shape.map { hsize_t($0) }
        start[0] = hsize_t(first)
        extent[0] = hsize_t(count)
        try check(orThrow: unreadable(name)) {
          unsafe H5Sselect_hyperslab(fileID, H5S_SELECT_SET, start, nil, extent, nil)
        }
      }
      let memory = try makeSpace([count * info.rowSize], orThrow: unreadable(name))
      let memoryID = memory.id
      try check(orThrow: unreadable(name)) {
        unsafe bytes.withUnsafeMutableBytes {
          unsafe H5Dread(from, type, memoryID, fileID, h5p_default(), $0.baseAddress)
        }
      }
      defer {
        if areVariable { reclaim(&bytes, type, memoryID) }
      }
      try check(orThrow: unwritable(newName)) {
        unsafe bytes.withUnsafeBytes {
          unsafe H5Dwrite(to, type, memoryID, fileID, h5p_default(), $0.baseAddress)
        }
      }
    }
  }

  // MARK: Attributes

  /// Copies all attributes of an open object.
  ///
  /// - Parameters:
  ///   - from: The object in the source.
  ///   - to: The object in the target.
  ///   - newName: Its path in the target.
  /// - Throws: ``HDF5Error``, where one cannot be read or written.
  mutating func copyAttributes(
    of from: hid_t, to: hid_t, _ newName: String
  ) throws(HDF5Error) {
    let count = try check(orThrow: unreadable(newName)) { H5Aget_num_attrs(from) }
    for position in 0..<hsize_t(count) {
      let attribute = try Handle(
        closedBy: H5Aclose, orThrow: unreadable(newName),
        opening: {
          unsafe H5Aopen_by_idx(
            from, ".", H5_INDEX_NAME, H5_ITER_INC, position, h5p_default(), h5p_default())
        })
      try copyAttribute(attribute.id, to: to, newName)
    }
  }

  private mutating func copyAttribute(
    _ id: hid_t, to: hid_t, _ holder: String
  ) throws(HDF5Error) {
    let name = try unsafe text(orThrow: unreadable(holder)) { buffer, size in
      // This one takes the size first.
      unsafe H5Aget_name(id, size, buffer)
    }
    let place = "\(holder)@\(name)"
    let type = try transient(place) { H5Aget_type(id) }
    let space = try Handle(
      closedBy: H5Sclose, orThrow: unreadable(place), opening: { H5Aget_space(id) })
    let (typeID, spaceID) = (type.id, space.id)
    let elementBytes = locked { H5Tget_size(typeID) }
    let location = Location(name: place, path: sourcePath)
    let extent = try Extent(ofSpace: spaceID, location: location, bytesPerElement: elementBytes)
    try checkMemory(forShape: [extent.count], bytesPerElement: elementBytes, location)
    var bytes = [UInt8](repeating: 0, count: extent.count * elementBytes)
    let elements = elements(ofType: typeID)
    // The scales that netCDF and PyTables attach are of no use to anyone here.
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

  /// A type that belongs to neither file; one with a name would belong to the source.
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

  /// Gives back the memory of strings and lists that were read.
  private func reclaim(_ bytes: inout [UInt8], _ type: hid_t, _ space: hid_t) {
    locked {
      unsafe bytes.withUnsafeMutableBytes {
        _ = unsafe H5Dvlen_reclaim(type, space, h5p_default(), $0.baseAddress)
      }
    }
  }
}
