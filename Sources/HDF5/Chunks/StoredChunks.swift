/// The stored chunks of a dataset in memory, for measuring the minimum time of decoding.
package struct StoredChunks: Sendable {
  private let chunks: [StoredChunk?]
  private let layout: ChunkLayout
  private let location: Location

  /// Fetches the chunks of a dataset; `nil` if this package does not decode them.
  ///
  /// - Throws: ``HDF5Error``.
  package init?(of dataset: borrowing Dataset) throws(HDF5Error) {
    guard let layout = try ChunkLayout(of: dataset) else { return nil }
    var chunks: [StoredChunk?] = []
    let rows = (layout.rows + layout.chunkRows - 1) / layout.chunkRows
    for chunk in 0..<rows * layout.chunksAcross {
      chunks.append(try layout.fetch(chunk, of: dataset))
    }
    self.chunks = chunks
    self.layout = layout
    location = dataset.location
  }

  /// The number of chunks.
  package var count: Int { chunks.count }

  /// Decodes a chunk and discards the result.
  ///
  /// - Returns: The number of decoded bytes.
  /// - Throws: ``HDF5Error`` if the chunk is damaged.
  package func decode(_ chunk: Int, using inflater: Inflater) throws(HDF5Error) -> Int {
    try layout.decode(chunks[chunk], chunk, location, using: inflater).count
  }
}
