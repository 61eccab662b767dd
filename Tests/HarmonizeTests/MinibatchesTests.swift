import Testing
@testable import Integration
@testable import Training

@Suite struct MinibatchesTests {
  /// BatchAssignment with so many cells each, one after the other.
  static func batches(_ counts: [Int]) -> [Int32] {
    counts.enumerated().flatMap { Array(repeating: Int32($0.offset), count: $0.element) }
  }

  static func drawn(
    _ counts: [Int], size: Int, makeup: MinibatchMakeup = .mixed, minibatches: Int,
    seed: UInt64 = 1
  ) -> [[Int]] {
    let batches = batches(counts)
    var drawing = Minibatches(
      cells: Array(batches.indices), batches: batches, size: size, makeup: makeup, seed: seed)
    return (0..<minibatches).map { _ in
      var cells: [Int] = []
      drawing.draw(into: &cells)
      return cells
    }
  }

  @Test(arguments: [[900, 100], [1000, 10, 10], [5, 5, 5, 5], [100_000, 1], [400]])
  func `shares add up, none is under 2, larger batches have no less`(counts: [Int]) {
    let shares = Minibatches.shares(of: counts, in: 128)
    #expect(shares.reduce(0, +) == 128)
    #expect(shares.allSatisfy { $0 >= 2 })
    for (a, b) in zip(counts.indices, counts.indices.dropFirst()) {
      #expect(counts[a] < counts[b] || shares[a] >= shares[b])
    }
  }

  @Test func `shares go with the square roots of the batches' sizes`() {
    #expect(Minibatches.shares(of: [900, 100], in: 128) == [96, 32])
    #expect(Minibatches.shares(of: [100, 100, 100], in: 9) == [3, 3, 3])
  }

  @Test func `every minibatch holds every batch, in its share`() {
    let counts = [300, 50, 1]
    let batches = Self.batches(counts)
    let shares = Minibatches.shares(of: counts, in: 32)
    for cells in Self.drawn(counts, size: 32, minibatches: 40) {
      for batch in counts.indices {
        #expect(cells.count { Int(batches[$0]) == batch } == shares[batch])
      }
    }
  }

  @Test func `all cells of a batch are drawn before one is drawn again`() {
    let shares = Minibatches.shares(of: [60, 60], in: 20)
    #expect(shares == [10, 10])
    let visited = Self.drawn([60, 60], size: 20, minibatches: 6).flatMap(\.self)
    #expect(visited.sorted() == Array(0..<120))
  }

  @Test func `a thousand batches take turns, two cells each`() {
    let counts = [Int](repeating: 5, count: 1000)
    let batches = Self.batches(counts)
    let minibatches = Self.drawn(counts, size: 128, minibatches: 16)
    var turns = [Int](repeating: 0, count: 1000)
    for cells in minibatches {
      #expect(cells.count == 128)
      for (batch, cells) in Dictionary(grouping: cells, by: { batches[$0] }) {
        // A batch may close one round of turns and open the next.
        #expect(cells.count == 2 || cells.count == 4)
        turns[Int(batch)] += cells.count / 2
      }
    }
    // 16 × 64 turns: all batches had one, 24 had two.
    #expect(turns.min() == 1)
    #expect(turns.reduce(0, +) == 1024)
  }

  @Test func `fewer cells than a minibatch holds are not drawn twice into it`() {
    for cells in Self.drawn([20, 20], size: 128, minibatches: 3) {
      #expect(cells.sorted() == Array(0..<40))
    }
  }

  @Test func `only the given cells are drawn`() {
    let batches = Self.batches([50, 50])
    var drawing = Minibatches(
      cells: [3, 5, 60, 61, 62], batches: batches, size: 4, seed: 9)
    var cells: [Int] = []
    for _ in 0..<20 {
      drawing.draw(into: &cells)
      #expect(Set(cells).isSubset(of: [3, 5, 60, 61, 62]))
    }
  }

  @Test func `minibatches of single batches hold one each, as often as the mixture has its cells`()
  {
    let counts = [900, 100, 20]
    let batches = Self.batches(counts)
    let shares = Minibatches.shares(of: counts, in: 64)
    let all = Self.drawn(counts, size: 64, makeup: .single, minibatches: 3000)
    var times = [Int](repeating: 0, count: 3)
    for cells in all {
      let batch = Int(batches[cells[0]])
      times[batch] += 1
      #expect(cells.allSatisfy { Int(batches[$0]) == batch })
      #expect(cells.count == min(64, counts[batch]))
    }
    for batch in counts.indices {
      // Within four deviations of what the shares predict.
      let share = Double(shares[batch]) / 64
      let deviation = (3000 * share * (1 - share)).squareRoot()
      #expect(abs(Double(times[batch]) - 3000 * share) < 4 * deviation)
    }
  }

  @Test func `shuffled minibatches visit each cell once before any twice`() {
    let visited = Self.drawn([90, 10], size: 20, makeup: .shuffled, minibatches: 5)
    #expect(visited.flatMap(\.self).sorted() == Array(0..<100))
  }

  @Test func `one seed gives one order`() {
    #expect(
      Self.drawn([30, 40], size: 16, minibatches: 5, seed: 5)
        == Self.drawn([30, 40], size: 16, minibatches: 5, seed: 5))
    #expect(
      Self.drawn([30, 40], size: 16, minibatches: 5, seed: 5)
        != Self.drawn([30, 40], size: 16, minibatches: 5, seed: 6))
  }
}
