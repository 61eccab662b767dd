#if canImport(Darwin)
internal import Darwin
#else
internal import Glibc
#endif

extension Dataset {
  /// Refuses elements of which far too little is stored, before any memory is taken for them.
  ///
  /// Each takes at least a byte, which no compression makes smaller than a certain part; what
  /// was never written may be up to 16 million elements.
  ///
  /// - Parameter count: How many elements; `nil`, the default, for all.
  /// - Throws: ``HDF5Error/notStored(name:path:count:bytes:)``.
  public func requireStored(_ count: Int? = nil) throws(HDF5Error) {
    try info.requireStored(count ?? info.count, location)
  }
}

extension DatasetInfo {
  /// Refuses elements of which far too little is stored.
  ///
  /// - Parameters:
  ///   - count: How many elements.
  ///   - location: The dataset.
  /// - Throws: ``HDF5Error/notStored(name:path:count:bytes:)``.
  func requireStored(_ count: Int, _ location: Location) throws(HDF5Error) {
    var bytes = count.multipliedReportingOverflow(by: 1)
    if case .fixedString(let size) = element {
      bytes = count.multipliedReportingOverflow(by: Swift.max(1, size))
    }
    guard bytes.overflow || bytes.partialValue > 1 << 24 else { return }
    // What a damaged file says of its chunks may add up to more than there is.
    let stored = Swift.min(storedBytes, fileSize(location.path))
    let most = filters.reduce((stored, false)) { product, filter in
      let (bytes, overflow) = product.0.multipliedReportingOverflow(by: ratio(ofFilter: filter))
      return (bytes, overflow || product.1)
    }
    guard most.1 || !bytes.overflow && bytes.partialValue <= most.0 else {
      throw .notStored(name: location.name, path: location.path, count: count, bytes: stored)
    }
  }
}

/// How many bytes at most a filter makes of one.
private func ratio(ofFilter filter: Int) -> Int {
  switch filter {
  case 1: 1032  // deflate: 258 bytes of two bits
  case 2, 3: 1  // shuffle, and a checksum
  case lzfFilter: 88
  default: 1 << 20
  }
}

/// The size of a file, 0 where it is gone.
func fileSize(_ path: String) -> Int {
  var status = stat()
  return unsafe stat(path, &status) == 0 ? Int(status.st_size) : 0
}
