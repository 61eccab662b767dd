internal import CHDF5

/// A description of a dataset, available without reading its elements.
package struct DatasetInfo: Equatable, Sendable {
  /// The lengths, outermost first; empty for a single element.
  package var shape: [Int]

  /// The type of the elements.
  package var element: ElementType

  /// A flag that is true if the dataset has a type, but no elements and no shape.
  package var isNull: Bool

  /// A flag that is true if the first dimension may grow.
  package var isExtensible: Bool

  /// The shape of a chunk; `nil` if the dataset is stored contiguously.
  package var chunk: [Int]?

  /// The HDF5 identifiers of each chunk's filters, in the order of writing: 1 is gzip, 2 is
  /// shuffle, 32000 is lzf.
  package var filters: [Int]

  /// The bytes that the elements take in the file.
  package var storedBytes: Int

  /// The number of elements.
  package var count: Int { isNull ? 0 : shape.reduce(1, *) }

  /// The length of the first dimension; 1 for a single element.
  package var rowCount: Int { isNull ? 0 : shape.first ?? 1 }

  /// The number of elements in one step of the first dimension.
  package var rowSize: Int { shape.dropFirst().reduce(1, *) }
}

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
    shape = extent.shape
    isNull = extent.isNull
    isExtensible = extent.isExtensible
    element = ElementType(ofType: typeID)
    let layout = locked { H5Pget_layout(listID) }
    guard layout != H5D_VIRTUAL else {
      throw location.unreadable(
        "it is a virtual dataset, which is not supported; write it again as one dataset")
    }
    guard layout != H5D_CONTIGUOUS || locked({ H5Pget_external_count(listID) }) <= 0 else {
      throw location.unreadable(
        "its values are in another file, which is not supported; write it again as one file")
    }
    if layout == H5D_CHUNKED {
      var lengths = [hsize_t](repeating: 0, count: shape.count)
      try check(orThrow: location.unreadable) {
        unsafe H5Pget_chunk(listID, Int32(lengths.count), &lengths)
      }
      chunk = lengths.map { Int($0) }
    } else {
      chunk = nil
    }
    let filterCount = try check(orThrow: location.unreadable) { H5Pget_nfilters(listID) }
    filters = (0..<UInt32(filterCount)).map { position in
      var (flags, valueCount, configuration) = (UInt32(0), 0, UInt32(0))
      return Int(
        locked {
          unsafe H5Pget_filter2(
            listID, position, &flags, &valueCount, nil, 0, nil, &configuration)
        })
    }
    storedBytes = Int(clamping: locked { H5Dget_storage_size(id) })
  }
}
