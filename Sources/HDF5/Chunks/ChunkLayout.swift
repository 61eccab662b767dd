internal import CHDF5
internal import StoredArrays

/// The layout of a dataset's chunks in the file, if this package can decode them itself.
struct ChunkLayout: Sendable {
  /// A filter of the C library that this package can undo.
  enum Filter: Sendable {
    case shuffle(width: Int)
    case gzip
  }

  /// The division of the dataset.
  let geometry: ChunkGeometry

  /// The filters of each chunk, in the order of writing.
  let filters: [Filter]

  /// The bytes of an element that was never written.
  let fill: [UInt8]

  /// The number of dimensions that the C library sees: 1 or 2.
  private let rank: Int

  /// Returns the offset of a chunk's first element, in the form the C library expects.
  func offset(ofChunk chunk: Int) -> [hsize_t] {
    let (row, column) = chunk.quotientAndRemainder(dividingBy: geometry.chunksAcross)
    let start = hsize_t(row * geometry.chunkRows)
    return rank == 1 ? [start] : [start, hsize_t(column * geometry.chunkColumns)]
  }
}

extension ChunkLayout {
  /// Reads the layout of an open dataset; `nil` if only the C library can decode its chunks.
  ///
  /// - Throws: ``HDF5Error/cannotRead(name:path:reason:)``.
  init?(of dataset: borrowing Dataset) throws(HDF5Error) {
    let info = dataset.info
    guard let chunk = info.chunk, info.count > 0, (1...2).contains(info.shape.count),
      chunk.allSatisfy({ $0 > 0 }), let element = try NativeNumber(of: dataset)
    else { return nil }
    // The C library itself supports no chunks of 4 GB or more.
    let bytes = chunk.reduce((element.bytes, false)) { product, length in
      let (bytes, overflow) = product.0.multipliedReportingOverflow(by: length)
      return (bytes, overflow || product.1)
    }
    guard !bytes.1, bytes.0 <= Int(UInt32.max) else { return nil }

    let (id, unreadable) = (dataset.handle.id, dataset.location.unreadable)
    let list = try Handle(
      closedBy: H5Pclose, orThrow: unreadable, opening: { H5Dget_create_plist(id) })
    let listID = list.id
    var options: UInt32 = 0
    try check(orThrow: unreadable) { unsafe H5Pget_chunk_opts(listID, &options) }
    // Partial chunks that skip the filters do not show this in their masks.
    guard options == 0 else { return nil }
    guard let filters = Self.filters(ofList: listID, count: info.filters.count) else { return nil }

    rank = info.shape.count
    geometry = ChunkGeometry(shape: info.shape, chunk: chunk, element: element)
    self.filters = filters
    fill = try Self.fill(ofList: listID, element, orThrow: unreadable)
  }

  /// Returns the filters of a property list, or `nil` if one of them is unknown.
  private static func filters(ofList list: hid_t, count: Int) -> [Filter]? {
    var filters: [Filter] = []
    for position in 0..<UInt32(count) {
      var (flags, valueCount, configuration) = (UInt32(0), 1, UInt32(0))
      var value: UInt32 = 0
      let filter = locked {
        unsafe H5Pget_filter2(
          list, position, &flags, &valueCount, &value, 0, nil, &configuration)
      }
      switch filter {
      case H5Z_filter_t(H5Z_FILTER_SHUFFLE) where valueCount >= 1 && value > 0:
        filters.append(.shuffle(width: Int(value)))
      case H5Z_filter_t(H5Z_FILTER_DEFLATE): filters.append(.gzip)
      default: return nil
      }
    }
    // The size between two compressions is unknown.
    let compressions = filters.count { if case .gzip = $0 { true } else { false } }
    return compressions <= 1 ? filters : nil
  }

  private static func fill(
    ofList list: hid_t, _ element: NativeNumber, orThrow failure: (String) -> HDF5Error
  ) throws(HDF5Error) -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: element.bytes)
    var status = H5D_FILL_VALUE_UNDEFINED
    var time = H5D_FILL_TIME_IFSET
    try check(orThrow: failure) { unsafe H5Pfill_value_defined(list, &status) }
    try check(orThrow: failure) { unsafe H5Pget_fill_time(list, &time) }
    // In this case the C library leaves the reader's buffer unchanged, which holds zeros here.
    if status == H5D_FILL_VALUE_UNDEFINED || time == H5D_FILL_TIME_NEVER { return bytes }
    try check(orThrow: failure) { unsafe H5Pget_fill_value(list, element.type, &bytes) }
    return bytes
  }
}

extension NativeNumber {
  /// Makes the element type of a dataset; `nil` if it is not one of these.
  init?(of dataset: borrowing Dataset) throws(HDF5Error) {
    guard dataset.info.element.isNumeric else { return nil }
    let id = dataset.handle.id
    let type = try Handle(
      closedBy: H5Tclose, orThrow: dataset.location.unreadable, opening: { H5Dget_type(id) })
    self.init(ofType: type.id)
  }
}
