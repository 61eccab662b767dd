internal import Synchronization

extension ThreadPool {
  /// Returns the results of `body` for each of `0..<shards`, in the shards' order.
  package func map<Result: Sendable>(
    _ shards: Int, _ body: @Sendable (Int) -> Result
  ) -> [Result] {
    let results = Mutex([Result?](repeating: nil, count: shards))
    parallel(shards) { shard in
      let result = body(shard)
      results.withLock { $0[shard] = result }
    }
    return results.withLock { $0.compactMap(\.self) }
  }
}

/// Splits `0..<count` into ranges of `size`, the last one possibly shorter.
///
/// The split depends only on the problem, so results do not depend on the number of threads.
package func fixedShards(of count: Int, size: Int) -> [Range<Int>] {
  stride(from: 0, to: count, by: size).map { $0..<min(count, $0 + size) }
}
