internal import Kernels
internal import Machine

/// What the cells of a minibatch have in common.
public enum MinibatchMakeup: String, Sendable, Codable, CaseIterable {
  /// Every minibatch holds cells of all sources, in shares that go with `n_s^½`.
  case mixed

  /// Cells are drawn as they come, whatever their source: a small one is often missing.
  case shuffled

  /// Every minibatch holds cells of one source alone: for comparison, as batch norm then puts each
  /// source into a frame of its own.
  case single
}

/// Draws minibatches, by default such that mix the sources, without end.
///
/// A mixed minibatch of `B` cells takes from source `s` a share proportional to
/// `n_s^½`: between equal shares, which would draw the same few cells of a small
/// source over and over, and the file's own, in which a small source would be
/// missing from most minibatches. Every source gives at least 2 cells, and a source
/// with fewer cells than its share is drawn again. Where that takes more than `B`
/// cells, each minibatch holds a rotating subset of the sources, with 2 cells each.
///
/// So no minibatch holds one source alone unless there is only one, and none is a
/// left-over of one cell: batch norm always sees the mixture.
///
/// Within a source the cells come in a shuffled order, and all have been drawn
/// before one is drawn again.
package struct Minibatches {
  /// What the cells of a minibatch have in common.
  let makeup: MinibatchMakeup

  /// How many cells every minibatch holds; of a smaller source alone, all that it has.
  package let size: Int

  /// How many cells each source gives to a minibatch that it takes part in; `(S)`.
  let shares: [Int]

  private var decks: [Deck]
  private var rotation: Deck?  // the sources' turns, where not all fit
  private var generator: Xoshiro256

  /// Prepares the drawing of minibatches.
  ///
  /// - Parameters:
  ///   - cells: The cells to draw from.
  ///   - sources: The source of each cell of the data, `(n)`, of which `cells` are some.
  ///   - size: How many cells a minibatch aims to hold; at least 2. Of several sources that are
  ///     mixed it holds at least 4, as each of two gives 2.
  ///   - makeup: Whether sources are mixed. The default is that they are.
  ///   - seed: The seed of the order.
  package init(
    cells: [Int], sources: [Int32], size: Int, makeup: MinibatchMakeup = .mixed, seed: UInt64
  ) {
    precondition(size >= 2 && !cells.isEmpty, "\(cells.count) cells, minibatches of \(size)")
    self.makeup = makeup
    generator = Xoshiro256(seed: seed)
    let bySource =
      makeup == .shuffled
      ? [cells]
      : Dictionary(grouping: cells, by: { sources[$0] }).sorted { $0.key < $1.key }.map(\.value)
    decks = bySource.map { Deck(cells: $0) }
    let size = makeup == .mixed && bySource.count > 1 ? max(size, 4) : size
    if 2 * bySource.count > size {
      shares = [Int](repeating: 2, count: bySource.count)
      self.size = size / 2 * 2
      rotation = Deck(cells: Array(bySource.indices))
    } else {
      // Fewer cells than a minibatch holds need not be drawn twice into each.
      self.size = min(size, max(cells.count, 2 * bySource.count))
      shares = Self.shares(of: bySource.map(\.count), in: self.size)
    }
  }

  /// Divides a minibatch in proportion to the square roots of the sources' sizes.
  ///
  /// - Parameters:
  ///   - counts: The number of cells of each source; `(S)`.
  ///   - size: What is divided; at least `2 S`.
  /// - Returns: The share of each source, at least 2; they add to `size`.
  static func shares(of counts: [Int], in size: Int) -> [Int] {
    let roots = counts.map { Double($0).squareRoot() }
    let free = Double(size - 2 * counts.count)
    let total = roots.reduce(0, +)
    // Sources below the smallest share are lifted to it; the others share what is left.
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
  /// - Parameter cells: Is replaced by the minibatch's cells, ordered by source.
  package mutating func draw(into cells: inout [Int]) {
    cells.removeAll(keepingCapacity: true)
    if makeup == .single {
      // As often as the mixture has its cells, so that only the company of each cell differs.
      let ticket = generator.integer(below: shares.reduce(0, +))
      var (source, passed) = (0, shares[0])
      while ticket >= passed {
        source += 1
        passed += shares[source]
      }
      draw(max(2, min(size, decks[source].cells.count)), from: source, into: &cells)
    } else if rotation == nil {
      for source in decks.indices { draw(shares[source], from: source, into: &cells) }
    } else {
      var previous: Int?
      for _ in 0..<size / 2 {
        guard let source = rotation?.draw(using: &generator, unlike: previous) else { break }
        draw(2, from: source, into: &cells)
        previous = source
      }
    }
  }

  private mutating func draw(_ count: Int, from source: Int, into cells: inout [Int]) {
    for _ in 0..<count { cells.append(decks[source].draw(using: &generator)) }
  }

  /// Things drawn in a shuffled order, which is made anew when all have been drawn.
  private struct Deck {
    var cells: [Int]
    var next: Int

    init(cells: [Int]) {
      self.cells = cells
      next = cells.count
    }

    /// Draws the next one, another than `previous` where there is any.
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
