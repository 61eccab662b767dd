internal import Numerics

/// Twenty random blocks of cells, by which memberships are updated.
///
/// Each block has 1/20 of every combination of batches. Rows are in random order within a
/// combination, so a block is a range of each. Memory is therefore read sequentially, nothing is
/// gathered, and the block's mass is known from its last update.
struct ClusterBlocks: Sendable {
  /// Rows of one combination.
  struct Piece: Sendable {
    let combination: Int
    let rows: Range<Int>
  }

  /// The pieces of each block, in shards for the threads.
  let all: [[[Piece]]]

  /// Splits the rows of each combination.
  ///
  /// - Parameters:
  ///   - rows: The rows of each combination.
  ///   - shardRows: The maximum number of rows of a shard.
  ///   - generator: Draws the position of the first split of each combination, so that small
  ///     combinations are not all in the same block.
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
