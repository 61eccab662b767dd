internal import Kernels

/// Twenty random blocks of cells, by which memberships are updated.
///
/// Each has a twentieth of every combination of sources. Rows are in random order within a
/// combination, so a block is a stretch of each: memory is read forward, nothing is gathered,
/// and what a block holds is known from when it was last updated.
struct ClusterBlocks: Sendable {
  /// Rows of one combination.
  struct Piece: Sendable {
    let combination: Int
    let rows: Range<Int>
  }

  /// The pieces of each block, in shards for the threads.
  let all: [[[Piece]]]

  /// Cuts the rows of each combination.
  ///
  /// - Parameters:
  ///   - rows: The rows of each combination.
  ///   - shardRows: Up to how many rows a shard has.
  ///   - generator: Draws where the first cut of each combination lies, so that those of a few
  ///     cells are not all in the same block.
  init(_ rows: [Range<Int>], shardRows: Int, using generator: inout Xoshiro256) {
    let count = 20
    let offsets = rows.map { _ in Int(generator.next() % UInt64(count)) }
    all = (0..<count).compactMap { block in
      var shards: [[Piece]] = []
      var free = 0
      for (combination, rows) in rows.enumerated() {
        func cut(_ block: Int) -> Int {
          rows.lowerBound + (block * rows.count + offsets[combination]) / count
        }
        var start = cut(block)
        let end = cut(block + 1)
        while start < end {
          if free == 0 {
            shards.append([])
            free = shardRows
          }
          let next = min(end, start + free)
          shards[shards.count - 1].append(Piece(combination: combination, rows: start..<next))
          free -= next - start
          start = next
        }
      }
      return shards.isEmpty ? nil : shards
    }
  }
}
