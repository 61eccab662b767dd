/// The chunks of a dataset as they are stored, all of them in memory, to measure what it
/// takes at least to decode them.
package struct StoredChunks: Sendable {
  private let chunks: [StoredChunk?]
  private let layout: ChunkLayout
  private let location: Location

  /// Fetches the chunks of a dataset, or makes `nil` where this package does not decode them.
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

  /// How many chunks there are.
  package var count: Int { chunks.count }

  /// Decodes a chunk and gives up what comes out.
  ///
  /// - Returns: The number of bytes.
  /// - Throws: ``HDF5Error``, where it is damaged.
  package func decode(_ chunk: Int, using inflater: Inflater) throws(HDF5Error) -> Int {
    try layout.decode(chunks[chunk], chunk, location, using: inflater).count
  }
}
