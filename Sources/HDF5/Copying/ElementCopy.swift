internal import CHDF5

/// A copier of elements between datasets of the same type and shape, through memory.
struct ElementCopy {
  let from: hid_t
  let to: hid_t

  /// The type of the elements, in the file and in memory.
  let type: hid_t

  /// The size of an element in memory.
  let elementBytes: Int

  /// The property list for reading variable strings and lists; `nil` if there are none.
  let transfer: hid_t?

  let source: Location
  let target: Location

  /// Copies the elements of a box.
  ///
  /// - Parameters:
  ///   - start: The offset of the box; empty for a dataset of a single element.
  ///   - extent: The lengths of the box.
  /// - Throws: ``HDF5Error`` if the elements cannot be read or written.
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
