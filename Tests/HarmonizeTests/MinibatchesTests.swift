import Testing
@testable import Integration
@testable import Training

@Suite struct MinibatchesTests {
  /// Sources with so many cells each, one after the other.
  static func sources(_ counts: [Int]) -> [Int32] {
    counts.enumerated().flatMap { Array(repeating: Int32($0.offset), count: $0.element) }
  }

  static func drawn(
    _ counts: [Int], size: Int, makeup: MinibatchMakeup = .mixed, minibatches: Int,
    seed: UInt64 = 1
  ) -> [[Int]] {
    let sources = sources(counts)
    var drawing = Minibatches(
      cells: Array(sources.indices), sources: sources, size: size, makeup: makeup, seed: seed)
    return (0..<minibatches).map { _ in
      var cells: [Int] = []
      drawing.draw(into: &cells)
      return cells
    }
  }

  @Test(arguments: [[900, 100], [1000, 10, 10], [5, 5, 5, 5], [100_000, 1], [400]])
  func `shares add up, none is under 2, larger sources have no less`(counts: [Int]) {
    let shares = Minibatches.shares(of: counts, in: 128)
    #expect(shares.reduce(0, +) == 128)
    #expect(shares.allSatisfy { $0 >= 2 })
    for (a, b) in zip(counts.indices, counts.indices.dropFirst()) {
      #expect(counts[a] < counts[b] || shares[a] >= shares[b])
    }
  }

  @Test func `shares go with the square roots of the sources' sizes`() {
    #expect(Minibatches.shares(of: [900, 100], in: 128) == [96, 32])
    #expect(Minibatches.shares(of: [100, 100, 100], in: 9) == [3, 3, 3])
  }

  @Test func `every minibatch holds every source, in its share`() {
    let counts = [300, 50, 1]
    let sources = Self.sources(counts)
    let shares = Minibatches.shares(of: counts, in: 32)
    for cells in Self.drawn(counts, size: 32, minibatches: 40) {
      for source in counts.indices {
        #expect(cells.count { Int(sources[$0]) == source } == shares[source])
      }
    }
  }

  @Test func `all cells of a source are drawn before one is drawn again`() {
    let shares = Minibatches.shares(of: [60, 60], in: 20)
    #expect(shares == [10, 10])
    let visited = Self.drawn([60, 60], size: 20, minibatches: 6).flatMap(\.self)
    #expect(visited.sorted() == Array(0..<120))
  }

  @Test func `a thousand sources take turns, two cells each`() {
    let counts = [Int](repeating: 5, count: 1000)
    let sources = Self.sources(counts)
    let minibatches = Self.drawn(counts, size: 128, minibatches: 16)
    var turns = [Int](repeating: 0, count: 1000)
    for cells in minibatches {
      #expect(cells.count == 128)
      for (source, cells) in Dictionary(grouping: cells, by: { sources[$0] }) {
        // A source may close one round of turns and open the next.
        #expect(cells.count == 2 || cells.count == 4)
        turns[Int(source)] += cells.count / 2
      }
    }
    // 16 × 64 turns: all sources had one, 24 had two.
    #expect(turns.min() == 1)
    #expect(turns.reduce(0, +) == 1024)
  }

  @Test func `fewer cells than a minibatch holds are not drawn twice into it`() {
    for cells in Self.drawn([20, 20], size: 128, minibatches: 3) {
      #expect(cells.sorted() == Array(0..<40))
    }
  }

  @Test func `only the given cells are drawn`() {
    let sources = Self.sources([50, 50])
    var drawing = Minibatches(
      cells: [3, 5, 60, 61, 62], sources: sources, size: 4, seed: 9)
    var cells: [Int] = []
    for _ in 0..<20 {
      drawing.draw(into: &cells)
      #expect(Set(cells).isSubset(of: [3, 5, 60, 61, 62]))
    }
  }

  @Test func `minibatches of single sources hold one each, as often as the mixture has its cells`()
  {
    let counts = [900, 100, 20]
    let sources = Self.sources(counts)
    let shares = Minibatches.shares(of: counts, in: 64)
    let all = Self.drawn(counts, size: 64, makeup: .single, minibatches: 3000)
    var times = [Int](repeating: 0, count: 3)
    for cells in all {
      let source = Int(sources[cells[0]])
      times[source] += 1
      #expect(cells.allSatisfy { Int(sources[$0]) == source })
      #expect(cells.count == min(64, counts[source]))
    }
    for source in counts.indices {
      // Within four deviations of what the shares predict.
      let share = Double(shares[source]) / 64
      let deviation = (3000 * share * (1 - share)).squareRoot()
      #expect(abs(Double(times[source]) - 3000 * share) < 4 * deviation)
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
