internal import CHDF5

/// Copies elements of one dataset to another of the same type and shape, through memory.
struct ElementCopy {
  let from: hid_t
  let to: hid_t

  /// The type of the elements, in the file and in memory.
  let type: hid_t

  /// The size of an element in memory.
  let elementBytes: Int

  /// The property list to read strings and lists with, which lie elsewhere; `nil` where there are none.
  let transfer: hid_t?

  let source: Location
  let target: Location

  /// Copies the elements of a box.
  ///
  /// - Parameters:
  ///   - start: Where the box begins; empty in a dataset of a single element.
  ///   - extent: Its lengths.
  /// - Throws: ``HDF5Error``, where they cannot be read or written.
  func region(_ start: [hsize_t], _ extent: [hsize_t]) throws(HDF5Error) {
    let count = extent.reduce(1) { $0 * Int($1) }
    try checkMemory(forShape: [count], bytesPerElement: elementBytes, source)
    var bytes = [UInt8](repeating: 0, count: count * elementBytes)
    let (from, to, type) = (from, to, type)
    let file = try Handle(
      closedBy: H5Sclose, orThrow: source.unreadable, opening: { H5Dget_space(from) })
    let fileID = file.id
    if !start.isEmpty {
      try check(orThrow: source.unreadable) {
        unsafe H5Sselect_hyperslab(fileID, H5S_SELECT_SET, start, nil, extent, nil)
      }
    }
    let memory = try makeSpace([count], orThrow: source.unreadable)
    let memoryID = memory.id
    let list = transfer ?? locked { h5p_default() }
    try check(orThrow: source.unreadable) {
      unsafe bytes.withUnsafeMutableBytes {
        unsafe H5Dread(from, type, memoryID, fileID, list, $0.baseAddress)
      }
    }
    defer {
      if let transfer {
        locked {
          unsafe bytes.withUnsafeMutableBytes {
            _ = unsafe H5Dvlen_reclaim(type, memoryID, transfer, $0.baseAddress)
          }
        }
      }
    }
    try check(orThrow: target.unwritable) {
      unsafe bytes.withUnsafeBytes {
        unsafe H5Dwrite(to, type, memoryID, fileID, h5p_default(), $0.baseAddress)
      }
    }
  }
}
