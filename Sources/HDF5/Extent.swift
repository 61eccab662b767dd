internal import CHDF5
internal import StoredArrays

/// The extent of a dataset or an attribute, checked to fit into memory.
struct Extent: Sendable {
  /// The shape, outermost length first; empty for one element or for none.
  var shape: [Int]

  /// A flag that is true if there is no element and no shape.
  var isNull: Bool

  /// A flag that is true if the first dimension may grow.
  var isExtensible: Bool

  /// The number of elements.
  var count: Int { isNull ? 0 : shape.reduce(1, *) }

  /// Reads the extent of an open dataspace.
  ///
  /// - Parameters:
  ///   - space: The dataspace.
  ///   - location: The object that the dataspace belongs to.
  ///   - bytesPerElement: The size of one element in memory.
  /// - Throws: ``HDF5Error/tooLarge(name:path:shape:bytesPerElement:)`` if the number of bytes
  ///   overflows.
  init(ofSpace space: hid_t, location: Location, bytesPerElement: Int) throws(HDF5Error) {
    let rank = try check(orThrow: location.unreadable) { H5Sget_simple_extent_ndims(space) }
    var lengths = [hsize_t](repeating: 0, count: Int(rank))
    var limits = lengths
    try check(orThrow: location.unreadable) {
      unsafe H5Sget_simple_extent_dims(space, &lengths, &limits)
    }
    let bytes = lengths.reduce(UInt64(Swift.max(1, bytesPerElement))) { product, length in
      // A length of zero does not make an implausible other length valid.
      let (bytes, overflow) = product.multipliedReportingOverflow(by: Swift.max(1, length))
      return overflow ? .max : bytes
    }
    guard bytes <= UInt64(Int.max) else {
      throw .tooLarge(
        name: location.name, path: location.path, shape: lengths, bytesPerElement: bytesPerElement)
    }
    shape = lengths.map { Int($0) }
    isNull = locked { H5Sget_simple_extent_type(space) } == H5S_NULL
    isExtensible = limits.first == h5s_unlimited()
  }
}

/// Checks that this machine has enough memory for an allocation.
///
/// - Throws: ``HDF5Error/tooLarge(name:path:shape:bytesPerElement:)``.
func checkMemory(
  forShape shape: [Int], bytesPerElement: Int, _ location: Location
) throws(HDF5Error) {
  let bytes = shape.reduce((Swift.max(1, bytesPerElement), false)) { product, length in
    let (bytes, overflow) = product.0.multipliedReportingOverflow(by: length)
    return (bytes, overflow || product.1)
  }
  guard !bytes.1, bytes.0 <= physicalMemory else {
    throw .tooLarge(
      name: location.name, path: location.path, shape: shape.map { UInt64($0) },
      bytesPerElement: bytesPerElement)
  }
}

/// Makes a dataspace of the given shape; an empty shape is one element.
func makeSpace(
  _ shape: [Int], extensible: Bool = false, orThrow failure: (String) -> HDF5Error
) throws(HDF5Error) -> Handle {
  let lengths = shape.map { hsize_t($0) }
  var limits = lengths
  if extensible, !limits.isEmpty { limits[0] = h5s_unlimited() }
  return try Handle(
    closedBy: H5Sclose, orThrow: failure,
    opening: {
      lengths.isEmpty
        ? H5Screate(H5S_SCALAR)
        : unsafe H5Screate_simple(Int32(lengths.count), lengths, limits)
    })
}
