import Composition
import Numerics
import Testing

@Suite struct SharedCompositionTests {
  static func composition(
    _ made: MadeCells, threads: Int = 1, options: CompositionOptions = .init()
  ) -> SharedComposition {
    SharedComposition(
      genes: MadeCells.genes, batchSizes: made.batches.map(\.rows), seed: 7,
      pool: ThreadPool(threads: threads), options: options
    ) { made.batches[$0] }
  }

  /// The correlation of the found with the true difference of two batches' offsets.
  static func correlation(_ found: SharedComposition, _ made: MadeCells, _ a: Int, _ b: Int)
    -> Double
  {
    let pairs = found.genes.enumerated().map { place, gene in
      (
        Double(found.offsets[a, place] - found.offsets[b, place]),
        Double(made.offsets[a, gene] - made.offsets[b, gene])
      )
    }
    let xy = pairs.reduce(0) { $0 + $1.0 * $1.1 }
    return xy
      / (pairs.reduce(0) { $0 + $1.0 * $1.0 } * pairs.reduce(0) { $0 + $1.1 * $1.1 }).squareRoot()
  }

  @Test func `batches of equal composition are joined however strong the shift`() {
    let made = MadeCells([[40, 40, 40, 40], [40, 40, 40, 40]], shift: 0.8, seed: 1)
    let found = Self.composition(made)
    #expect(found.component == [0, 0])
    #expect(found.pairs.map(\.kind) == [.strong])
    #expect(Self.correlation(found, made, 0, 1) > 0.95)
    #expect(found.sharedCells.allSatisfy { $0 > 0.95 })
  }

  @Test func `two shared types of four give the offset`() {
    let made = MadeCells([[60, 60, 60, 60, 0, 0], [0, 0, 60, 60, 60, 60]], shift: 0.5, seed: 2)
    let found = Self.composition(made)
    #expect(found.component == [0, 0])
    #expect(Self.correlation(found, made, 0, 1) > 0.95)
    #expect(found.sharedCells.allSatisfy { abs($0 - 0.5) < 0.1 })
  }

  @Test func `sorted samples are pooled and joined to a whole one`() {
    let made = MadeCells(
      [[80, 0, 0, 0], [0, 80, 0, 0], [0, 0, 80, 0], [0, 0, 0, 80], [70, 70, 70, 70]], shift: 0.3,
      sameOffset: [0, 1, 2, 3], seed: 3)
    let found = Self.composition(made)
    #expect(found.component == [0, 0, 0, 0, 0])
    #expect(Set(found.group[0..<4]).count == 1 && found.group[4] != found.group[0])
    #expect(found.joins.map(\.kind) == [.pooled])
    #expect(Self.correlation(found, made, 0, 4) > 0.95)
  }

  @Test func `one shared type joins if the offset is small beside what tells types apart`() {
    let sizes = [[60, 60, 60, 0, 0, 0], [0, 0, 60, 60, 60, 0]]
    let made = MadeCells(sizes, shift: 0.3, seed: 9)
    let found = Self.composition(made)
    #expect(found.component == [0, 0])
    #expect(Self.correlation(found, made, 0, 1) > 0.9)
    #expect(found.sharedCells.allSatisfy { abs($0 - 1 / 3) < 0.1 })
    let strong = Self.composition(MadeCells(sizes, shift: 1, seed: 9))
    #expect(Set(strong.component).count == 2)
  }

  @Test func `batches that share no type stay apart`() {
    let made = MadeCells([[60, 60, 60, 0, 0, 0], [0, 0, 0, 60, 60, 60]], shift: 0.5, seed: 10)
    let found = Self.composition(made)
    #expect(Set(found.component).count == 2)
    #expect(found.joins.map(\.kind) == [.apart])
    #expect(found.sharedCells == [0, 0])
  }

  @Test func `of many batches each is matched to a few`() {
    var random = Xoshiro256(seed: 11)
    let sizes = (0..<10).map { _ in (0..<4).map { _ in 5 + random.integer(below: 20) } }
    let made = MadeCells(sizes, shift: 0.3, seed: 12)
    var options = CompositionOptions()
    options.allPairs = 4
    options.references = 2
    let found = Self.composition(made, options: options)
    #expect(found.component.allSatisfy { $0 == 0 })
    #expect(found.pairs.count <= 10 * 2)
    for batch in 1..<10 { #expect(Self.correlation(found, made, 0, batch) > 0.85) }
  }

  @Test func `a part with an offset of its own is not pooled`() {
    // Three sorted samples of one experiment, and a smaller whole one of another.
    let made = MadeCells(
      [[80, 0, 0], [0, 80, 0], [0, 0, 80], [25, 25, 25], [70, 70, 70]], shift: 0.3,
      sameOffset: [0, 1, 2], seed: 13)
    let found = Self.composition(made)
    #expect(Set(found.component) == [0])
    #expect(Set(found.group[0..<3]).count == 1 && found.group[3] != found.group[0])
    #expect(Self.correlation(found, made, 0, 3) > 0.9)
  }

  @Test func `sorted samples alone stay apart`() {
    let made = MadeCells(
      [[80, 0, 0, 0], [0, 80, 0, 0], [0, 0, 80, 0], [0, 0, 0, 80]], shift: 0.3,
      sameOffset: [0, 1, 2, 3], seed: 4)
    let found = Self.composition(made)
    #expect(Set(found.component).count == 4)
    #expect(found.offsets.values.allSatisfy { $0 == 0 })
  }

  @Test func `the result does not depend on the number of threads`() {
    let made = MadeCells(
      [[60, 60, 60, 0], [0, 60, 60, 60], [30, 30, 30, 30], [1, 0, 0, 0]], shift: 0.5, seed: 5)
    let (one, three) = (Self.composition(made), Self.composition(made, threads: 3))
    #expect(one == three)
    let frames = [1, 3].map { threads in
      CompositionFrame(one, genes: MadeCells.genes, pool: ThreadPool(threads: threads)) {
        made.batches[$0]
      }
    }
    #expect(frames[0] == frames[1])
  }

  @Test func `empty batches and single cells are taken`() {
    let made = MadeCells(
      [[80, 80, 80, 0], [1, 0, 0, 0], [0, 0, 0, 0], [0, 1, 0, 0], [0, 0, 1, 0]], shift: 0.1, seed: 6
    )
    let found = Self.composition(made)
    #expect(found.component[2] != found.component[0])
    #expect(found.component[1] == 0 && found.component[3] == 0 && found.component[4] == 0)
    #expect(found.offsets.values[found.offsets.range(ofRow: 2)].allSatisfy { $0 == 0 })
  }

  @Test(arguments: [[[0]], [[1]], [[0], [0]], [[1], [1]], [[3], [20]], []])
  func `next to nothing is taken`(sizes: [[Int]]) {
    let made = MadeCells(sizes, shift: 0.1, seed: 8)
    let found = Self.composition(made)
    #expect(found.offsets.rows == sizes.count && found.offsets.values.allSatisfy { $0.isFinite })
    let frame = CompositionFrame(found, genes: MadeCells.genes, pool: ThreadPool(threads: 1)) {
      made.batches[$0]
    }
    let cells = sizes.isEmpty ? 0 : 1
    let memberships = frame.memberships(
      starts: Array(repeating: 0, count: cells + 1), genes: [], inputs: [],
      batches: Array(repeating: 0, count: cells))
    #expect(memberships.count == cells * frame.clusters)
    #expect(memberships.allSatisfy { $0.isFinite })
  }

  @Test func `memberships follow types, not batches`() throws {
    let made = MadeCells([[60, 60, 60, 60, 0, 0], [0, 0, 60, 60, 60, 60]], shift: 0.5, seed: 2)
    let found = Self.composition(made)
    let frame = CompositionFrame(found, genes: MadeCells.genes, pool: ThreadPool(threads: 1)) {
      made.batches[$0]
    }
    /// The mean memberships of rows of a batch, from its sparse entries.
    func mean(_ batch: Int, _ rows: Range<Int>) -> [Float] {
      var (starts, genes, inputs): ([Int32], [UInt16], [Float]) = ([0], [], [])
      for i in rows {
        for g in 0..<MadeCells.genes where made.batches[batch][i, g] > 0 {
          genes.append(UInt16(g))
          inputs.append(made.batches[batch][i, g])
        }
        starts.append(Int32(genes.count))
      }
      func memberships(_ pool: ThreadPool?) -> [Float] {
        frame.memberships(
          starts: starts, genes: genes, inputs: inputs,
          batches: Array(repeating: Int32(batch), count: rows.count), pool: pool)
      }
      let all = memberships(nil)
      #expect(all == memberships(ThreadPool(threads: 3)))
      let k = frame.clusters
      return (0..<k).map { c in
        rows.indices.reduce(0) { $0 + all[($1 - rows.lowerBound) * k + c] } / Float(rows.count)
      }
    }
    func overlap(_ x: [Float], _ y: [Float]) -> Float {
      zip(x, y).reduce(0) { $0 + min($1.0, $1.1) }
    }
    let third = mean(0, 120..<180)
    #expect(abs(third.reduce(0, +) - 1) < 1e-4)
    #expect(overlap(third, mean(1, 0..<60)) > 0.6)
    #expect(overlap(third, mean(1, 60..<120)) < 0.2)
    #expect(overlap(third, mean(0, 0..<60)) < 0.2)
  }
}
