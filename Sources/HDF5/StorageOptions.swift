internal import CHDF5

/// The storage of a new dataset.
///
/// The default is contiguous storage without compression.
package struct StorageOptions: Equatable, Sendable {
  /// The shape of the chunks.
  ///
  /// The default is `nil`: about 65,536 elements per chunk if compression or growth needs chunks,
  /// else contiguous storage. Larger chunks compress better, but make small reads slower.
  package var chunk: [Int]?

  /// The gzip level, from 1 to 9; `nil`, the default, for no compression.
  ///
  /// Levels above 4 hardly make files smaller.
  package var gzip: Int?

  /// A flag that is true if the shuffle filter runs before compression, which compresses numbers
  /// better.
  ///
  /// The default is `false`. Ignored without ``gzip``.
  package var shuffle = false

  /// A flag that is true if rows can be appended later.
  ///
  /// The default is `false`.
  package var isExtensible = false

  /// Makes storage options.
  package init(
    chunk: [Int]? = nil, gzip: Int? = nil, shuffle: Bool = false, isExtensible: Bool = false
  ) {
    self.chunk = chunk
    self.gzip = gzip
    self.shuffle = shuffle
    self.isExtensible = isExtensible
  }
}

extension StorageOptions {
  /// Returns the chunk shape for a dataset of the given shape, or `nil` for contiguous storage.
  func chunk(for shape: [Int]) -> [Int]? {
    guard !shape.isEmpty else { return nil }
    if let chunk {
      precondition(chunk.count == shape.count, "a chunk of \(chunk) for a shape of \(shape)")
      return chunk.map { Swift.max(1, $0) }
    }
    guard isExtensible || gzip != nil && shape.reduce(1, *) > 0 else { return nil }
    let elements = 1 << 16
    // Keep rows whole, unless a single row is too long.
    var chunk = shape.map { Swift.max(1, Swift.min($0, elements)) }
    let rowSize = chunk.dropFirst().reduce(1, *)
    let rows = Swift.max(1, elements / rowSize)
    chunk[0] = isExtensible ? rows : Swift.min(chunk[0], rows)
    return chunk
  }

  /// Makes the property list for creating a dataset.
  func creationList(
    for shape: [Int], orThrow failure: (String) -> HDF5Error
  ) throws(HDF5Error) -> Handle {
    let list = try Handle(
      closedBy: H5Pclose, orThrow: failure, opening: { H5Pcreate(h5p_dataset_create()) })
    let id = list.id
    // Timestamps would make two files with the same contents differ.
    try check(orThrow: failure) { H5Pset_obj_track_times(id, false) }
    guard let chunk = chunk(for: shape) else { return list }
    let lengths = chunk.map { hsize_t($0) }
    try check(orThrow: failure) { unsafe H5Pset_chunk(id, Int32(lengths.count), lengths) }
    if let gzip {
      if shuffle { try check(orThrow: failure) { H5Pset_shuffle(id) } }
      try check(orThrow: failure) { H5Pset_deflate(id, UInt32(Swift.min(9, Swift.max(0, gzip)))) }
    }
    return list
  }
}

/// Makes the property list for opening a dataset with a cache of at least two chunks.
///
/// By default HDF5 caches one megabyte of chunks, and inflates a larger chunk again for every read
/// from it.
func accessList(
  chunkBytes: Int, orThrow failure: (String) -> HDF5Error
) throws(HDF5Error) -> Handle {
  let list = try Handle(
    closedBy: H5Pclose, orThrow: failure, opening: { H5Pcreate(h5p_dataset_access()) })
  let id = list.id
  try check(orThrow: failure) { unsafe H5Pset_elink_cb(id, { _, _, _, _, _, _, _ in -1 }, nil) }
  let most = 256 << 20
  guard chunkBytes > 1 << 19, chunkBytes <= most else { return list }
  try check(orThrow: failure) { H5Pset_chunk_cache(id, 521, Swift.min(2 * chunkBytes, most), 1) }
  return list
}
