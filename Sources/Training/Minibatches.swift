internal import Numerics
internal import Support

/// Composition of minibatches: balanced over batches, random, or one batch each.
public enum MinibatchMakeup: String, Sendable, Codable, CaseIterable {
  /// Every minibatch has cells of all batches, in shares proportional to `n_s^½`.
  case mixed

  /// Cells are drawn at random, regardless of their batch, so small batches are often missing.
  case shuffled

  /// Every minibatch has cells of a single batch.
  ///
  /// This is for comparison: batch norm then normalizes each batch separately.
  case single
}

/// An endless sequence of minibatches, which by default mix the batches.
///
/// A mixed minibatch of `B` cells takes a share proportional to `n_s^½` from batch `s`. This is a
/// compromise: equal shares would repeat the few cells of a small batch many times, and
/// proportional shares would omit small batches from most minibatches. Every batch gives at least 2
/// cells, and a batch with fewer cells than its share is drawn from repeatedly. If this needs more
/// than `B` cells, each minibatch has a rotating subset of the batches, with 2 cells each.
///
/// A minibatch therefore never has a single batch unless there is only one, and never a single
/// cell: batch norm always sees the mixture.
///
/// Within a batch, cells come in a shuffled order, and each is drawn once before any is repeated.
package struct Minibatches {
  /// The composition of minibatches.
  let makeup: MinibatchMakeup

  /// The number of cells of every minibatch; a smaller single batch gives all of its cells.
  package let size: Int

  /// The number of cells of each batch in a minibatch that includes it; `(S)`.
  let shares: [Int]

  private var decks: [Deck]
  private var rotation: Deck?  // the batches' turns, if not all fit
  private var generator: Xoshiro256

  /// Prepares the sequence of minibatches.
  ///
  /// - Parameters:
  ///   - cells: The cells to draw from.
  ///   - batches: The batch of each cell of the data, `(n)`, which includes `cells`.
  ///   - size: The intended number of cells of a minibatch; at least 2. If several batches are
  ///     mixed it is at least 4, since each of two gives 2.
  ///   - makeup: The composition of minibatches. The default is ``MinibatchMakeup/mixed``.
  ///   - seed: The seed of the order.
  package init(
    cells: [Int], batches: [Int32], size: Int, makeup: MinibatchMakeup = .mixed, seed: UInt64
  ) {
    precondition(size >= 2 && !cells.isEmpty, "\(cells.count) cells, minibatches of \(size)")
    self.makeup = makeup
    generator = Xoshiro256(seed: seed)
    let byBatch =
      makeup == .shuffled
      ? [cells]
      : Dictionary(grouping: cells, by: { batches[$0] }).sorted { $0.key < $1.key }.map(\.value)
    decks = byBatch.map { Deck(cells: $0) }
    let size = makeup == .mixed && byBatch.count > 1 ? max(size, 4) : size
    if 2 * byBatch.count > size {
      shares = [Int](repeating: 2, count: byBatch.count)
      self.size = size / 2 * 2
      rotation = Deck(cells: Array(byBatch.indices))
    } else {
      // If there are fewer cells than in a minibatch, do not repeat them within it.
      self.size = min(size, max(cells.count, 2 * byBatch.count))
      shares = Self.shares(of: byBatch.map(\.count), in: self.size)
    }
  }

  /// Divides a minibatch in proportion to the square roots of the batches' sizes.
  ///
  /// - Parameters:
  ///   - counts: The number of cells of each batch; `(S)`.
  ///   - size: The number of cells to divide; at least `2 S`.
  /// - Returns: The share of each batch, at least 2, with sum `size`.
  static func shares(of counts: [Int], in size: Int) -> [Int] {
    let roots = counts.map { Double($0).squareRoot() }
    let free = Double(size - 2 * counts.count)
    let total = roots.reduce(0, +)
    // Batches below the smallest share are raised to it; the others share the rest.
    var fixed = [Bool](repeating: false, count: counts.count)
    var exact = roots.map { $0 / total * Double(size) }
    while let low = exact.indices.first(where: { !fixed[$0] && exact[$0] < 2 }), free >= 0 {
      fixed[low] = true
      let rest = Double(size - 2 * fixed.count(where: \.self))
      let restRoots = roots.indices.reduce(0) { fixed[$1] ? $0 : $0 + roots[$1] }
      for s in exact.indices { exact[s] = fixed[s] ? 2 : roots[s] / restRoots * rest }
    }
    var shares = exact.map { Int($0) }
    let byRemainder = exact.indices.sorted {
      (exact[$1] - Double(shares[$1]), $0) < (exact[$0] - Double(shares[$0]), $1)
    }
    for s in byRemainder.prefix(size - shares.reduce(0, +)) { shares[s] += 1 }
    return shares
  }

  /// Draws the next minibatch.
  ///
  /// - Parameter cells: Receives the minibatch's cells, ordered by batch.
  package mutating func draw(into cells: inout [Int]) {
    cells.removeAll(keepingCapacity: true)
    if makeup == .single {
      // Draw each batch as often as in the mixture, so that only the composition of minibatches
      // differs.
      let ticket = generator.integer(below: shares.reduce(0, +))
      var (batch, passed) = (0, shares[0])
      while ticket >= passed {
        batch += 1
        passed += shares[batch]
      }
      draw(max(2, min(size, decks[batch].cells.count)), from: batch, into: &cells)
    } else if rotation == nil {
      for batch in decks.indices { draw(shares[batch], from: batch, into: &cells) }
    } else {
      var previous: Int?
      for _ in 0..<size / 2 {
        guard let batch = rotation?.draw(using: &generator, unlike: previous) else { break }
        draw(2, from: batch, into: &cells)
        previous = batch
      }
    }
  }

  private mutating func draw(_ count: Int, from batch: Int, into cells: inout [Int]) {
    for _ in 0..<count { cells.append(decks[batch].draw(using: &generator)) }
  }

  /// A shuffled deck, reshuffled when all items have been drawn.
  private struct Deck {
    var cells: [Int]
    var next: Int

    init(cells: [Int]) {
      self.cells = cells
      next = cells.count
    }

    /// Draws the next item, different from `previous` if possible.
    mutating func draw(using generator: inout Xoshiro256, unlike previous: Int? = nil) -> Int {
      if next == cells.count {
        generator.shuffle(&cells)
        next = 0
        if cells[0] == previous { cells.swapAt(0, cells.count - 1) }
      }
      next += 1
      return cells[next - 1]
    }
  }
}
