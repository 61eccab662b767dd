import Numerics
import Testing

@Suite struct ProductTests {
  /// Shapes on both sides of a panel's and a tile's size, and an inner size beyond a block.
  static let shapes = [
    (1, 1, 1), (3, 5, 7), (6, 16, 8), (7, 17, 1), (13, 33, 20), (50, 48, 300), (12, 2, 515),
  ]

  @Test(arguments: shapes)
  func `agrees with three plain loops in every orientation`(m: Int, n: Int, k: Int) {
    var random = Xoshiro256(seed: 7)
    let a = Matrix.random(rows: m, columns: k, using: &random)
    let b = Matrix.random(rows: k, columns: n, using: &random)
    let expected = multiplyReference(a, b)
    let pool = ThreadPool(threads: 2)
    for left in [Orientation.plain, .transposed] {
      for right in [Orientation.plain, .transposed] {
        var c = Matrix.random(rows: m, columns: n, using: &random)
        let before = c
        let (a, b) = (left == .plain ? a : a.transposed, right == .plain ? b : b.transposed)
        multiply(a, b, into: &c, left: left, right: right, pool: pool)
        #expect(c.values.distance(to: expected.values) < 1e-5 * Float(k).squareRoot() + 1e-6)
        multiply(a, b, into: &c, left: left, right: right, adding: true, pool: pool)
        #expect(c.values.distance(to: expected.values.map { 2 * $0 }) < 1e-4)
        #expect(before.values != c.values)
      }
    }
  }

  @Test(arguments: [1, 6, 12, 17, 25, 40], [16, 32, 48, 80])
  func `panels of the result may lie apart, and neighbouring panels change no number`(
    m: Int, n: Int
  ) {
    let k = 37
    var random = Xoshiro256(seed: 9)
    let a = Matrix.random(rows: m, columns: k, using: &random)
    let b = Matrix.random(rows: k, columns: n, using: &random)
    let (left, right) = (FloatView.zeros(m * k), FloatView.zeros(k * n))
    left.copy(from: a.values)
    right.copy(from: b.values)
    let panels = FloatView.zeros(panelSize(k: k, n: n))
    packPanels(right, k: k, n: n, rowStride: n, columnStride: 1, into: panels)
    let apart = FloatView.zeros(m * n)
    multiplyPanels(
      left, m: m, n: n, k: k, rowStride: k, columnStride: 1, panels: panels, into: apart,
      stride: laneCount, panelStride: m * laneCount)
    for panel in 0..<n / laneCount {
      let alone = FloatView.zeros(m * laneCount)
      multiplyPanels(
        left, m: m, n: laneCount, k: k, rowStride: k, columnStride: 1,
        panels: panels[(panel * laneCount * k)...], into: alone, stride: laneCount)
      let range = panel * m * laneCount..<(panel + 1) * m * laneCount
      #expect(apart[range].values == alone.values)
    }
  }

  @Test func `columns that do not ascend are refused`() async {
    await #expect(processExitsWith: .failure) {
      _ = SparseRows(starts: [0, 2], columns: [4, 4], values: [1, 1], width: 9)
    }
    await #expect(processExitsWith: .failure) {
      _ = SparseRows(starts: [0, 2], columns: [4, 9], values: [1, 1], width: 9)
    }
    _ = SparseRows(starts: [0, 2, 2, 3], columns: [4, 8, 0], values: [1, 1, 1], width: 9)
  }

  @Test func `a product of nothing is zero`() {
    var c = Matrix(rows: 2, columns: 3, values: [1, 2, 3, 4, 5, 6])
    multiply(
      Matrix(rows: 2, columns: 0), Matrix(rows: 0, columns: 3), into: &c,
      pool: ThreadPool(threads: 1))
    #expect(c == Matrix(rows: 2, columns: 3))
  }

  @Test(arguments: [(1, 1, 1), (5, 40, 24), (16, 30, 64), (19, 300, 83), (33, 10, 128)])
  func `sparse products and their gradients agree with plain loops`(n: Int, f: Int, h: Int) {
    var random = Xoshiro256(seed: 8)
    let x = SparseRows.random(rows: n, columns: f, density: 0.3, using: &random) {
      $0.uniformFloat(from: 0, to: 2)
    }
    let weight = Matrix.random(rows: f, columns: h, using: &random)
    let bias = Matrix.random(rows: 1, columns: h, using: &random)
    let out = FloatView.zeros(n * h)
    for bias in [bias, nil] {
      for cells in [0..<n / 2, n / 2..<n] {
        sparseProduct(
          cells, of: x, weight: weight.view, width: h, bias: bias?.view, into: out)
      }
      let expected = sparseProductReference(x, weight: weight, bias: bias?.values)
      #expect(out.values.distance(to: expected.values) < 2e-5)
    }

    let dout = Matrix.random(rows: n, columns: h, using: &random)
    let dweight = Matrix.random(rows: f, columns: h, using: &random).view
    for genes in [0..<f / 3, f / 3..<f] {
      sparseGradient(genes, of: x, dout: dout.view, width: h, into: dweight)
    }
    let expected = sparseGradientReference(x, dout: dout, genes: f)
    #expect(dweight.values.distance(to: expected.values) < 2e-5)
  }
}
