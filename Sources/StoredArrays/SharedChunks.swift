internal import Support

/// The chunks that several reads share.
///
/// Each is decoded once and kept until its last read.
///
/// One pass over a dataset requests each row once, so a chunk is released after all of its rows
/// were requested.
@safe
package final class SharedChunks<Failure: Error>: @unchecked Sendable {
  private enum State {
    case inWork
    case ready([UInt8])
    case failed(Failure)
  }

  private struct Slot {
    var state = State.inWork
    var rowsLeft: Int
  }

  private let condition = Condition()
  private var slots: [Int: Slot] = [:]
  private let most: Int

  /// The arrays of chunks that no read needs any longer.
  package let spare: SpareArrays<UInt8>

  /// Keeps at most `most` chunks; further chunks are decoded again for each read.
  package init(most: Int) {
    self.most = most
    spare = SpareArrays(most: most)
  }

  /// Returns a chunk, decoded by the first caller; other callers wait for it, or return later.
  ///
  /// - Parameters:
  ///   - chunk: The chunk's number.
  ///   - taking: The number of the chunk's rows that the caller takes; each row is taken once per
  ///     pass.
  ///   - rows: The number of rows of the chunk.
  ///   - waits: `true` to wait if another thread is decoding the chunk.
  ///   - decode: A closure that decodes the chunk.
  /// - Returns: The chunk, and whether this is its last read; `nil` if it is not ready and the
  ///   caller does not wait.
  /// - Throws: The error of `decode`, to all callers.
  package func chunk(
    _ chunk: Int, taking: Int, of rows: Int, waits: Bool,
    decode: () throws(Failure) -> [UInt8]
  ) throws(Failure) -> (bytes: [UInt8], isLast: Bool)? {
    condition.lock()
    defer { condition.unlock() }
    while true {
      switch slots[chunk]?.state {
      case .inWork where !waits: return nil
      case .inWork: condition.wait()
      case .failed(let error): throw error
      case .ready(let bytes):
        return (bytes, take(taking, of: chunk))
      case nil where slots.count >= most:
        condition.unlock()
        defer { condition.lock() }
        return (try decode(), true)
      case nil:
        slots[chunk] = Slot(rowsLeft: rows)
        condition.unlock()
        let state = made(by: decode)
        condition.lock()
        slots[chunk]?.state = state
        condition.broadcast()
      }
    }
  }

  private func made(by decode: () throws(Failure) -> [UInt8]) -> State {
    do { return .ready(try decode()) } catch { return .failed(error) }
  }

  /// Counts rows as taken; returns whether all of the chunk's rows are, which releases it.
  private func take(_ rows: Int, of chunk: Int) -> Bool {
    slots[chunk]?.rowsLeft -= rows
    guard let slot = slots[chunk], slot.rowsLeft <= 0 else { return false }
    slots[chunk] = nil
    return true
  }
}
