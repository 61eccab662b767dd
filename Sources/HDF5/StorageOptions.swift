internal import CHDF5

/// How a new dataset is stored.
///
/// The default is one piece without compression.
public struct StorageOptions: Equatable, Sendable {
  /// The shape of the pieces that are compressed one by one.
  ///
  /// The default is `nil`: about 65,536 elements where compression or growth asks
  /// for pieces, and none otherwise. Larger pieces compress better, and cost
  /// more where little is read.
  public var chunk: [Int]?

  /// The effort of gzip, from 1 to 9; `nil`, the default, for no compression.
  ///
  /// Above 4 files hardly get smaller.
  public var gzip: Int?

  /// Whether bytes of the same rank are put together before compression, which
  /// makes numbers smaller.
  ///
  /// The default is `false`. Ignored without ``gzip``.
  public var shuffle = false

  /// Whether rows can be appended later.
  ///
  /// The default is `false`.
  public var isExtensible = false

  /// Makes the default options, or others.
  public init(
    chunk: [Int]? = nil, gzip: Int? = nil, shuffle: Bool = false, isExtensible: Bool = false
  ) {
    self.chunk = chunk
    self.gzip = gzip
    self.shuffle = shuffle
    self.isExtensible = isExtensible
  }
}

extension StorageOptions {
  /// The chunk for a dataset of the given shape, or `nil` where there is to be none.
  func chunk(for shape: [Int]) -> [Int]? {
    guard !shape.isEmpty else { return nil }
    if let chunk {
      precondition(chunk.count == shape.count, "a chunk of \(chunk) for a shape of \(shape)")
      return chunk.map { Swift.max(1, $0) }
    }
    guard isExtensible || gzip != nil && shape.reduce(1, *) > 0 else { return nil }
    let elements = 1 << 16
    // Rows stay whole, unless one alone is too long.
    var chunk = shape.map { Swift.max(1, Swift.min($0, elements)) }
    let rowSize = chunk.dropFirst().reduce(1, *)
    let rows = Swift.max(1, elements / rowSize)
    chunk[0] = isExtensible ? rows : Swift.min(chunk[0], rows)
    return chunk
  }

  /// The property list to create a dataset with.
  func creationList(
    for shape: [Int], orThrow failure: (String) -> HDF5Error
  ) throws(HDF5Error) -> Handle {
    let list = try Handle(
      closedBy: H5Pclose, orThrow: failure, opening: { H5Pcreate(h5p_dataset_create()) })
    let id = list.id
    // The time of writing would make two files of the same contents differ.
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

/// The property list to open a dataset with, so that at least two chunks stay in memory.
///
/// By default HDF5 keeps one megabyte of chunks, and inflates a larger one anew
/// for every piece that is read of it.
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
