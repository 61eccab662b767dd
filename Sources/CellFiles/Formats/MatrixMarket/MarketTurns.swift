internal import Foundation
internal import Support

/// A lock that lets threads read entries one after the other, each in its turn.
@safe
final class MarketTurns: @unchecked Sendable {
  private let condition = Condition()
  private let entries: MarketEntries
  private var turn = 0
  private var hasFailed = false

  init(_ entries: MarketEntries) { self.entries = entries }

  /// Reads `count` entries after all earlier turns have been taken.
  ///
  /// - Throws: ``CellFileError`` if the file has changed since it was opened.
  func read(_ count: Int, turn: Int) throws -> MarketEntryList {
    condition.lock()
    defer { condition.unlock() }
    while self.turn < turn, !hasFailed { condition.wait() }
    var list = MarketEntryList()
    do {
      if count > 0 { _ = try entries.read(into: &list, atMost: count) }
    } catch {
      hasFailed = true
      condition.broadcast()
      throw error
    }
    self.turn = turn + 1
    condition.broadcast()
    return list
  }
}
