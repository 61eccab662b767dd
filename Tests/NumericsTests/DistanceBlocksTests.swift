import Numerics
import TestSupport
import Testing

@Suite struct DistanceBlocksTests {
  @Test(arguments: [(1, 1), (600, 30), (33, 4)])
  func `distances differ from the exact ones by no more than the bound`(n: Int, d: Int) {
    var random = Xoshiro256(seed: 31)
    let x = Matrix.random(rows: n, columns: d, from: 90, to: 110, using: &random)
    let blocks = DistanceBlocks(x, pool: ThreadPool(threads: 2))
    let rows = 0..<min(n, 20)
    let queries = blocks.queries(rows, of: x)
    let out = FloatView.zeros(rows.count * DistanceBlocks.blockSize)
    for (block, columns) in blocks.blocks.enumerated() {
      blocks.measure(queries, block: block, into: out)
      for i in rows {
        let bound = Double(blocks.error(square: queries.squares[i], block: block))
        for j in columns {
          let exact = (0..<d).reduce(0.0) {
            let difference = Double(x[i, $1]) - Double(x[j, $1])
            return $0 + difference * difference
          }
          let measured = Double(out[i * DistanceBlocks.blockSize + j - columns.lowerBound])
          #expect(abs(measured + Double(queries.squares[i]) - exact) <= bound * 1.1)
        }
      }
    }
  }

  @Test(arguments: [0, 1, 15, 16, 47, 300])
  func `places and sums of roots agree with plain loops`(count: Int) {
    var random = Xoshiro256(seed: 32)
    let values = (0..<count).map { _ in random.uniformFloat(from: -1, to: 1) }
    let expected = values.indices.filter { values[$0] <= -0.5 }.map(Int32.init)
    let found = onEveryInstructionSet { _ in
      var ofView = [Int32](repeating: 0, count: count)
      var ofArray = ofView
      let inView = findPlaces(in: values.view, upTo: -0.5, first: 100, into: &ofView)
      let inArray = findPlaces(in: values, upTo: -0.5, into: &ofArray)
      return [Array(ofView.prefix(inView)), Array(ofArray.prefix(inArray))]
    }
    #expect(found.allSatisfy { $0 == [expected.map { $0 + 100 }, expected] })
    let roots = values.reduce(0.0) { $0 + Double(max(0, $1 + 0.25)).squareRoot() }
    #expect(abs(sumOfRoots(values.view, offset: 0.25) - roots) < 1e-6 * Double(count + 1))
  }
}
