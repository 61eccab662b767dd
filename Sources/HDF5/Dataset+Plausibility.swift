internal import StoredArrays

#if canImport(Darwin)
internal import Darwin
#else
internal import Glibc
#endif

extension Dataset {
  /// Checks that the file stores enough bytes for the elements, before memory is allocated for
  /// them.
  ///
  /// An element takes at least one byte, and each filter compresses by at most a known ratio. Up to
  /// 16 million elements may be unwritten.
  ///
  /// - Parameter count: The number of elements; `nil`, the default, checks all.
  /// - Throws: ``HDF5Error/notStored(name:path:count:bytes:)``.
  package func requireStored(_ count: Int? = nil) throws(HDF5Error) {
    try info.requireStored(count ?? info.count, location)
  }
}

extension DatasetInfo {
  /// Checks that the file stores enough bytes for the elements.
  ///
  /// - Parameters:
  ///   - count: The number of elements.
  ///   - location: The dataset.
  /// - Throws: ``HDF5Error/notStored(name:path:count:bytes:)``.
  func requireStored(_ count: Int, _ location: Location) throws(HDF5Error) {
    var bytes = count.multipliedReportingOverflow(by: 1)
    if case .fixedString(let size) = element {
      bytes = count.multipliedReportingOverflow(by: Swift.max(1, size))
    }
    guard bytes.overflow || bytes.partialValue > 1 << 24 else { return }
    // The chunk sizes that a damaged file states can add up to more than the file's size.
    let stored = Swift.min(storedBytes ?? .max, fileSize(location.path))
    let most = filters.reduce((stored, false)) { product, filter in
      let (bytes, overflow) = product.0.multipliedReportingOverflow(by: ratio(ofFilter: filter))
      return (bytes, overflow || product.1)
    }
    guard most.1 || !bytes.overflow && bytes.partialValue <= most.0 else {
      throw .notStored(name: location.name, path: location.path, count: count, bytes: stored)
    }
  }
}

/// Returns the largest compression ratio of a filter.
private func ratio(ofFilter filter: Int) -> Int {
  switch filter {
  case 1: 1032  // deflate: 258 bytes of two bits
  case 2, 3: 1  // shuffle, and a checksum
  case lzfFilter: 88
  default: 1 << 20
  }
}

/// Returns the size of a file in bytes, or 0 if it does not exist.
func fileSize(_ path: String) -> Int {
  var status = stat()
  return unsafe stat(path, &status) == 0 ? Int(status.st_size) : 0
}
