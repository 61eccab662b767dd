internal import CHDF5
internal import StoredArrays

extension DatasetInfo {
  /// Describes an open dataset.
  init(ofDataset id: hid_t, location: Location) throws(HDF5Error) {
    let type = try Handle(
      closedBy: H5Tclose, orThrow: location.unreadable, opening: { H5Dget_type(id) })
    let space = try Handle(
      closedBy: H5Sclose, orThrow: location.unreadable, opening: { H5Dget_space(id) })
    let list = try Handle(
      closedBy: H5Pclose, orThrow: location.unreadable, opening: { H5Dget_create_plist(id) })
    let (typeID, listID) = (type.id, list.id)
    let extent = try Extent(
      ofSpace: space.id, location: location, bytesPerElement: locked { H5Tget_size(typeID) })
    let shape = extent.shape
    let layout = locked { H5Pget_layout(listID) }
    guard layout != H5D_VIRTUAL else {
      throw location.unreadable(
        "it is a virtual dataset, which is not supported; write it again as one dataset")
    }
    guard layout != H5D_CONTIGUOUS || locked({ H5Pget_external_count(listID) }) <= 0 else {
      throw location.unreadable(
        "its values are in another file, which is not supported; write it again as one file")
    }
    var chunk: [Int]?
    if layout == H5D_CHUNKED {
      var lengths = [hsize_t](repeating: 0, count: shape.count)
      try check(orThrow: location.unreadable) {
        unsafe H5Pget_chunk(listID, Int32(lengths.count), &lengths)
      }
      chunk = lengths.map { Int($0) }
    }
    let filterCount = try check(orThrow: location.unreadable) { H5Pget_nfilters(listID) }
    let filters = (0..<UInt32(filterCount)).map { position in
      var (flags, valueCount, configuration) = (UInt32(0), 0, UInt32(0))
      return Int(
        locked {
          unsafe H5Pget_filter2(
            listID, position, &flags, &valueCount, nil, 0, nil, &configuration)
        })
    }
    self.init(
      shape: shape, element: ElementType(ofType: typeID), isNull: extent.isNull,
      isExtensible: extent.isExtensible, chunk: chunk, filters: filters,
      storedBytes: Int(clamping: locked { H5Dget_storage_size(id) }))
  }
}
