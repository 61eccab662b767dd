internal import CHDF5
internal import StoredArrays

/// The chunks of an open dataset.
///
/// Any number of them may never have been written.
struct ChunkGrid: ~Copyable {
  private let dataset: hid_t

  /// The dataset's extent; HDF5 1.10 cannot count chunks without it.
  private let space: Handle

  private let shape: [Int]
  private let chunk: [Int]
  private let location: Location

  /// The number of chunks that are stored.
  let storedCount: Int

  /// The number of chunks that the dataset has room for.
  ///
  /// It can be far larger than ``storedCount``.
  private let count: Double

  /// A flag that is true if at least half of the chunks are stored.
  var isMostlyStored: Bool { 2 * Double(storedCount) >= count }

  /// Counts the chunks of a chunked dataset.
  ///
  /// - Throws: ``HDF5Error`` if the list of chunks is damaged.
  init(of dataset: hid_t, _ info: DatasetInfo, _ location: Location) throws(HDF5Error) {
    let space = try Handle(
      closedBy: H5Sclose, orThrow: location.unreadable, opening: { H5Dget_space(dataset) })
    let spaceID = space.id
    var stored = hsize_t()
    try check(orThrow: location.unreadable) {
      unsafe H5Dget_num_chunks(dataset, spaceID, &stored)
    }
    self.dataset = dataset
    self.location = location
    self.space = space
    shape = info.shape
    chunk = info.chunk ?? info.shape
    count = zip(shape, chunk).reduce(1) { product, lengths in
      product * (Double(lengths.0) / Double(Swift.max(1, lengths.1))).rounded(.up)
    }
    storedCount = Int(clamping: stored)
  }

  /// Calls `body` with the offset and the stored bytes of each stored chunk.
  ///
  /// The C library finds a chunk by offset directly, but finds a chunk by number only by counting
  /// from the first. The grid can have far more offsets than stored chunks.
  ///
  /// - Throws: ``HDF5Error`` if the list of chunks is damaged; rethrows errors of `body`.
  func forEachStored(
    _ body: (_ start: [hsize_t], _ bytes: Int) throws(HDF5Error) -> Void
  ) throws(HDF5Error) {
    if Double(storedCount) * Double(storedCount) < 100 * count {
      let spaceID = space.id
      for number in 0..<storedCount {
        var start = [hsize_t](repeating: 0, count: chunk.count)
        let bytes = try unsafe bytes { mask, address, size in
          unsafe H5Dget_chunk_info(
            dataset, spaceID, hsize_t(number), &start, mask, address, size)
        }
        guard zip(start, shape).allSatisfy({ $0 < hsize_t($1) }) else {
          throw location.unreadable("its chunk \(number) is at \(start), outside its shape")
        }
        if bytes > 0 { try body(start, bytes) }
      }
      return
    }
    var start = [hsize_t](repeating: 0, count: chunk.count)
    while true {
      // A chunk that was never written has no bytes.
      let bytes = try unsafe bytes { mask, address, size in
        unsafe H5Dget_chunk_info_by_coord(dataset, start, mask, address, size)
      }
      if bytes > 0 { try body(start, bytes) }
      // Go to the next chunk; the last dimension varies fastest.
      var dimension = chunk.count - 1
      while dimension >= 0 {
        start[dimension] += hsize_t(chunk[dimension])
        if start[dimension] < hsize_t(shape[dimension]) { break }
        start[dimension] = 0
        dimension -= 1
      }
      guard dimension >= 0 else { return }
    }
  }

  private func bytes(
    _ call: (
      UnsafeMutablePointer<UInt32>, UnsafeMutablePointer<haddr_t>,
      UnsafeMutablePointer<hsize_t>
    ) -> herr_t
  ) throws(HDF5Error) -> Int {
    var (mask, address, size) = (UInt32(0), haddr_t(), hsize_t())
    try check(orThrow: location.unreadable) { unsafe call(&mask, &address, &size) }
    return Int(clamping: size)
  }
}
