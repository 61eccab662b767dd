import CKernels
import Numerics
import Support
import Testing
import TestSupport

/// Kernels give the same bytes with every instruction set of the machine.
@Suite struct InstructionSetTests {
  /// Checks that `body` fills its results with the same bytes with each instruction set.
  private func compare(_ body: () -> [[Float]]) {
    let results = onEveryInstructionSet { _ in body().map { $0.map(\.bitPattern) } }
    for (set, result) in zip(InstructionSet.available, results) {
      #expect(result == results[0], "\(set)")
    }
  }

  private func numbers(_ count: Int, from low: Float = -1, to high: Float = 1, seed: UInt64 = 1)
    -> [Float]
  {
    var random = Xoshiro256(seed: seed)
    return (0..<count).map { _ in random.uniformFloat(from: low, to: high) }
  }

  @Test func `the check of bfloat16 products passes here, and fails for a wrong product`() throws {
    let found = unsafe ck_plain_kernels()
    let plain = unsafe try #require(found)
    func agrees(_ kernels: UnsafePointer<ck_kernels>?) -> Bool {
      guard let kernels = unsafe kernels else { return true }
      return unsafe ck_bfloat_agrees(plain, kernels) == 1
    }
    #expect(unsafe agrees(ck_avx2_kernels()))
    #expect(unsafe agrees(ck_avx512_kernels()))
    #expect(unsafe agrees(ck_avx512bf16_kernels()))
    #expect(unsafe agrees(ck_amx_kernels()))
    var wrong = unsafe plain.pointee
    unsafe wrong.bfloat_product = { rows, columns, depth, left, right, out, stride, accumulate in
      unsafe ck_plain_kernels()!.pointee.bfloat_product(
        rows, columns, depth, left, right, out, stride, accumulate)
      let last = unsafe out!.advanced(by: (rows - 1) * stride + columns - 1)
      unsafe last.pointee = unsafe last.pointee.nextUp
    }
    #expect(unsafe ck_bfloat_agrees(plain, &wrong) == 0)
  }

  @Test(arguments: ProductTests.shapes + [(40, 45, 260)])
  func `products`(m: Int, n: Int, k: Int) {
    var random = Xoshiro256(seed: 7)
    let a = Matrix.random(rows: m, columns: k, using: &random)
    let b = Matrix.random(rows: k, columns: n, using: &random)
    let pool = ThreadPool(threads: 1)
    compare {
      var c = Matrix(rows: m, columns: n)
      multiply(a, b, into: &c, pool: pool)
      var d = c
      multiply(a.transposed, b, into: &d, left: .transposed, adding: true, pool: pool)
      let lanes = FloatView.zeros(m * n)
      shardProduct(
        0..<m, gradient: numbers(2 * m * 16).view, shards: 2, f: m,
        panels: numbers(panelSize(k: 32, n: n)).view, width: n, into: lanes)
      return [c.values, d.values, lanes.values]
    }
  }

  /// Factors with denormal products, and with every exponent, as well as ordinary ones.
  @Test(
    arguments: ["ordinary", "tiny", "any"],
    [(1, 1, 1), (7, 17, 33), (70, 40, 100), (16, 16, 64), (48, 32, 40)])
  func `products in bfloat16`(kind: String, shape: (m: Int, n: Int, k: Int)) {
    let (m, n, k) = shape
    func factor(_ count: Int, seed: UInt64) -> [Float] {
      var random = Xoshiro256(seed: seed)
      return (0..<count).map { _ in
        switch kind {
        case "ordinary": return random.uniformFloat(from: -1, to: 1)
        case "tiny": return random.uniformFloat(from: -1, to: 1) * 0x1p-63
        default:
          let x = Float(bitPattern: UInt32(truncatingIfNeeded: random.next()))
          return x.isNaN ? 1 : x
        }
      }
    }
    let a = Matrix(rows: m, columns: k, values: factor(m * k, seed: 1))
    let b = Matrix(rows: k, columns: n, values: factor(k * n, seed: 2))
    let c = Matrix(rows: m, columns: n, values: factor(m * n, seed: 3).map { $0 * 0x1p-63 })
    let depth = bfloatDepth(k)
    // Factors stored by rows and by columns, in two parts, as shards of cells are packed.
    func product(adding: Bool, transposed: Bool) -> [Float] {
      let left = FloatView.zeros(bfloatSize(m, depth: depth))
      let right = FloatView.zeros(bfloatSize(n, depth: depth))
      left.fill(.nan)
      right.fill(.nan)
      let (x, y) = transposed ? (a.transposed, b.transposed) : (a, b)
      let split = min(16, k)
      for part in [0..<split, split..<k] where !part.isEmpty {
        let padded = part.upperBound == k ? nil : part.upperBound
        packBfloatLeft(
          x.view[(part.lowerBound * (transposed ? m : 1))...], m: m, k: part.count,
          rowStride: transposed ? 1 : k, columnStride: transposed ? m : 1, at: part.lowerBound,
          padded: padded, depth: depth, into: left)
        packBfloatRight(
          y.view[(part.lowerBound * (transposed ? 1 : n))...], k: part.count, n: n,
          rowStride: transposed ? 1 : n, columnStride: transposed ? k : 1, at: part.lowerBound,
          padded: padded, depth: depth, into: right)
      }
      let out = c.view
      multiplyBfloats(left, right, m: m, n: n, depth: depth, into: out, stride: n, adding: adding)
      return out.values
    }
    let zero = Matrix(rows: m, columns: n)
    func bytes(_ values: [Float]) -> [UInt32] { values.map { $0.isNaN ? 0 : $0.bitPattern } }
    let expected = bytes(multiplyBfloatsReference(a, b, adding: zero).values)
    let added = bytes(multiplyBfloatsReference(a, b, adding: c).values)
    let results = onEveryInstructionSet { _ in
      [false, true].map { transposed in
        [false, true].map { bytes(product(adding: $0, transposed: transposed)) }
      }
    }
    for (set, result) in zip(InstructionSet.available, results) {
      #expect(result == [[expected, added], [expected, added]], "\(set)")
    }
  }

  @Test(arguments: OrthogonalStepTests.shapes, [false, true])
  func `steps of Muon`(shape: (rows: Int, columns: Int), inBfloat: Bool) {
    let (rows, columns) = shape
    let count = rows * columns
    compare {
      let (mean, weight) = (numbers(count, seed: 2).view, numbers(count, seed: 3).view)
      OrthogonalStep.average(mean, gradient: numbers(count, seed: 4).view, clip: 0.7, decay: 0.95)
      OrthogonalStep(rows: rows, columns: columns, inBfloat: inBfloat).move(
        weight, against: mean, by: 0.1
      ) {
        for shard in 0..<$0 { $1(shard) }
      }
      return [mean.values, weight.values]
    }
  }

  @Test(arguments: [(5, 40, 24), (19, 300, 83), (70, 600, 130)])
  func `sparse products`(n: Int, f: Int, h: Int) {
    var random = Xoshiro256(seed: 8)
    let x = SparseRows.random(rows: n, columns: f, density: 0.3, using: &random) {
      $0.uniformFloat(from: 0, to: 2)
    }
    compare {
      let (out, dweight, sums) = (
        FloatView.zeros(n * h), FloatView.zeros(f * h), FloatView.zeros(n)
      )
      sparseProduct(
        0..<n, of: x, weight: numbers(f * h).view, width: h, bias: numbers(h).view, into: out)
      sparseGradient(0..<f, of: x, dout: numbers(n * h).view, width: h, into: dweight)
      rowSums(0..<n, of: x, into: sums)
      return [out.values, dweight.values, sums.values]
    }
  }

  @Test func `exponentials, logarithms, random numbers and Adam`() {
    let x = numbers(4_097, from: -90, to: 90)
    let positive = x.map { abs($0) + 1e-3 }
    compare {
      let results = (0..<8).map { _ in FloatView.zeros(x.count) }
      exponentials(x.view, into: results[0])
      logarithms(positive.view, into: results[1])
      fillNormals(results[2], seed: 5)
      fillDropout(results[3], rate: 0.1, seed: 6)
      dispersions(0..<x.count, logTheta: x.view, theta: results[4], inverse: results[5])
      for step in 1...3 {
        AdamStep(step: step, rate: 1e-2, decay: 1e-3, clip: 0.5).update(
          results[2], gradient: x.view, mean: results[6], square: results[7])
      }
      return results.map(\.values) + [[Float(sumOfSquares(x.view))]]
    }
  }

  @Test func `losses of small, large and fractional counts`() {
    let (f, cells) = (61, 13)
    var random = Xoshiro256(seed: 21)
    let x = SparseRows.random(rows: cells, columns: f, density: 0.4, using: &random) {
      CountLossTests.counts[$0.integer(below: CountLossTests.counts.count)]
    }
    let theta = (0..<f).map { CountLossTests.thetas[$0 % CountLossTests.thetas.count] }
    compare {
      let logits = numbers(f * 16, from: -8, to: 8).view
      let sums = FloatView.zeros(16)
      softmax(bias: numbers(f).view, logits: logits, sums: sums)
      let slope = FloatView.zeros(f * 16)
      let (slopeSums, loss) = (FloatView.zeros(16), FloatView.zeros(16))
      let (correction, dtheta) = (FloatView.zeros(x.columns.count), FloatView.zeros(f))
      negativeBinomial(
        0..<cells, counts: x, proportion: logits, scale: sums, theta: theta.view,
        inverseTheta: theta.map { 1 / $0 }.view, slope: slope, slopeSums: slopeSums,
        correction: correction, dtheta: dtheta, loss: loss)
      let (unscaled, rateSums) = (numbers(f * 16, from: -60, to: 40).view, FloatView.zeros(16))
      rates(bias: numbers(f).view, logits: unscaled, sums: rateSums)
      let gradient = FloatView.zeros(f * 16)
      outputGradient(
        0..<cells, of: x, f: f, correction: correction, weight: 0.3, own: slope,
        ownFactor: sums, proportion: logits, proportionFactor: slopeSums, into: gradient)
      let poissonLoss = FloatView.zeros(16)
      poisson(
        0..<cells, counts: x, proportion: logits, scale: sums, correction: correction,
        loss: poissonLoss)
      let squares = FloatView.zeros(16)
      halfSquares(
        0..<cells, values: x, bias: numbers(f).view, output: slope, correction: correction,
        loss: squares)
      logProfile(logits, sums: sums, scale: 1e4, mean: numbers(f).view, f: f)
      return [
        logits, sums, slope, slopeSums, loss, dtheta, gradient, poissonLoss, squares, unscaled,
        rateSums,
      ].map(\.values)
    }
  }

  @Test func `soft clusters, and products in double precision`() {
    let (rows, clusters) = (37, 45)
    compare {
      let (values, held) = (numbers(rows * clusters).view, DoubleView.zeros(clusters))
      let objective = softMemberships(
        values, rows: rows, sharpness: 10, logs: numbers(clusters, seed: 2).span, addingTo: held)
      let doubles = DoubleView(numbers(19 * 33).map { Double($0) / 3 })
      let products = DoubleView.zeros(19 * 19)
      multiplyDoubles(
        doubles, m: 19, n: 19, k: 33, rowStride: 33, columnStride: 1, doubles, bStride: 19,
        into: products, cStride: 19)
      let other = DoubleView(products.values)
      products.rotate(with: other, cosine: 0.8, sine: 0.6)
      products.add(1 / 3, times: other)
      let all =
        held.values + [objective] + products.values
        + rowDots(doubles, m: 19, aStride: 33, doubles, n: 19, bStride: 33, k: 33)
      // Two floats hold the bytes of a double.
      let halves = all.flatMap { value in
        [UInt32(truncatingIfNeeded: value.bitPattern), UInt32(value.bitPattern >> 32)]
      }
      return [values.values, halves.map { Float(bitPattern: $0) }]
    }
  }

  @Test func `layouts and distances`() {
    let n = 150
    var random = Xoshiro256(seed: 3)
    var graph = LayoutGradient(a: 1.577, b: 0.895)
    for cell in 0..<n {
      let edges = (0..<cell % 41).map { _ in
        (target: Int32(random.integer(below: n)), weight: random.uniformFloat())
      }
      graph.append(edges: edges, repulsion: 5)
    }
    compare {
      let (positions, gradient) = (numbers(2 * n, from: -9, to: 9).view, FloatView.zeros(2 * n))
      graph.compute(0..<n, positions: positions, seed: 9, into: gradient)
      return [gradient.values, [Float(sumOfRoots(positions, offset: 0.5))]]
    }
  }

  @Test func `the environment selects an instruction set that the machine has`() throws {
    #expect(InstructionSet.available.contains(.fastest))
    #expect(try InstructionSet.selected(in: [:]) == .fastest)
    #expect(try InstructionSet.selected(in: ["SCHARMONIZE_ISA": ""]) == .fastest)
    for set in InstructionSet.available {
      #expect(try InstructionSet.selected(in: ["SCHARMONIZE_ISA": set.rawValue]) == set)
    }
    let usable = InstructionSet.available.map { "'\($0.rawValue)'" }.joined(separator: " or ")
    #expect(
      throws: UsageError(
        "SCHARMONIZE_ISA='sse9' is not an instruction set; use \(usable), or unset it")
    ) { try InstructionSet.selected(in: ["SCHARMONIZE_ISA": "sse9"]) }
  }
}
