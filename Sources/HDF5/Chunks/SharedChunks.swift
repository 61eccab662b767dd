internal import Foundation

/// The chunks of which several pieces are read, each decoded once and kept until its last piece.
///
/// In one pass over a dataset each row is asked for once, so a chunk has been used up when
/// all of its rows have been.
@safe
final class SharedChunks: @unchecked Sendable {
  private enum State {
    case inWork
    case ready([UInt8])
    case failed(HDF5Error)
  }

  private struct Slot {
    var state = State.inWork
    var rowsLeft: Int
  }

  private let condition = NSCondition()
  private var slots: [Int: Slot] = [:]
  private let most: Int

  /// Keeps no more than `most` chunks; what is beyond is decoded anew for each piece.
  init(most: Int) { self.most = most }

  /// A chunk, decoded by whoever asks first; others wait, or come back later.
  ///
  /// - Parameters:
  ///   - chunk: The chunk's number.
  ///   - taking: How many of its rows the caller will take, of each once in a pass.
  ///   - rows: How many rows it has.
  ///   - waits: Whether to wait where another thread decodes it.
  ///   - decode: Makes it.
  /// - Returns: The chunk, or `nil` where it is not ready, and the caller does not wait.
  /// - Throws: What `decode` throws, to all who ask.
  func chunk(
    _ chunk: Int, taking: Int, of rows: Int, waits: Bool,
    decode: () throws(HDF5Error) -> [UInt8]
  ) throws(HDF5Error) -> [UInt8]? {
    condition.lock()
    defer { condition.unlock() }
    while true {
      switch slots[chunk]?.state {
      case .inWork where !waits: return nil
      case .inWork: condition.wait()
      case .failed(let error): throw error
      case .ready(let bytes):
        take(taking, of: chunk)
        return bytes
      case nil where slots.count >= most:
        condition.unlock()
        defer { condition.lock() }
        return try decode()
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

  private func made(by decode: () throws(HDF5Error) -> [UInt8]) -> State {
    do { return .ready(try decode()) } catch { return .failed(error) }
  }

  private func take(_ rows: Int, of chunk: Int) {
    slots[chunk]?.rowsLeft -= rows
    if let slot = slots[chunk], slot.rowsLeft <= 0 { slots[chunk] = nil }
  }
}
