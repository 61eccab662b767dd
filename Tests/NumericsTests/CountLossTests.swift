import Foundation
import Numerics
import Testing

@Suite struct CountLossTests {
  /// Small counts, large ones, fractions, and a dispersion from next to none to huge.
  static let thetas: [Float] = [1e-3, 0.3, 1, 7.5, 900, 5e4]
  static let counts: [Float] = [1, 2, 3, 8, 9, 40, 65, 1200, 0.5, 17.25]

  private let f = 61
  private let cells = 13

  private func counts(using random: inout Xoshiro256) -> SparseRows {
    SparseRows.random(rows: cells, columns: f, density: 0.4, using: &random) {
      Self.counts[$0.integer(below: Self.counts.count)]
    }
  }

  @Test func `negative binomial loss and its slopes agree with the reference`() {
    var random = Xoshiro256(seed: 21)
    let x = counts(using: &random)
    let theta = (0..<f).map { Self.thetas[$0 % Self.thetas.count] }
    let proportion = (0..<f * 16).map { _ in random.uniformFloat(from: 1e-4, to: 2) }
    let scale = (0..<16).map { $0 < cells ? random.uniformFloat(from: 0.5, to: 20) : 0 }

    let (slope, gradient) = (FloatView.zeros(f * 16), FloatView.zeros(f * 16))
    let (slopeSums, loss) = (FloatView.zeros(16), FloatView.zeros(16))
    let (correction, dtheta) = (FloatView.zeros(x.columns.count), FloatView.zeros(f))
    negativeBinomial(
      0..<cells, counts: x, proportion: proportion.view, scale: scale.view, theta: theta.view,
      inverseTheta: theta.map { 1 / $0 }.view, slope: slope, slopeSums: slopeSums,
      correction: correction, dtheta: dtheta, loss: loss)
    outputGradient(
      0..<cells, of: x, f: f, correction: correction, weight: 1, own: slope,
      ownFactor: scale.map { $0 > 0 ? 1 : 0 }.view, proportion: proportion.view,
      proportionFactor: .zeros(16), into: gradient)

    var expectedTheta = [Double](repeating: 0, count: f)
    var thetaSize = expectedTheta
    for cell in 0..<cells {
      let row = x.dense(row: cell, columns: f)
      var (sum, slopeSum) = (0.0, 0.0)
      for gene in 0..<f {
        let m = Double(proportion[gene * 16 + cell]) * Double(scale[cell])
        let t = Double(theta[gene])
        func value(_ m: Double, _ t: Double) -> Double {
          negativeBinomialReference(count: row[gene], mean: m, theta: t)
        }
        sum += value(m, t)
        let byMean = (value(m * exp(1e-5), t) - value(m * exp(-1e-5), t)) / 2e-5
        slopeSum += byMean
        #expect(abs(Double(gradient[gene * 16 + cell]) - byMean) < 1e-3 * max(1, abs(byMean)))
        let byTheta = (value(m, t * exp(1e-4)) - value(m, t * exp(-1e-4))) / 2e-4
        expectedTheta[gene] += byTheta
        thetaSize[gene] += abs(byTheta) + m
      }
      #expect(abs(Double(loss[cell]) - sum) < 1e-5 * sum)
      #expect(abs(Double(slopeSums[cell]) - slopeSum) < 1e-3 * max(1, abs(slopeSum)))
    }
    for gene in 0..<f {
      #expect(
        abs(Double(dtheta[gene]) - expectedTheta[gene]) < 1e-4 * max(1, thetaSize[gene]),
        "theta \(theta[gene])")
    }
    #expect(loss.values[cells...].allSatisfy { $0 == 0 })
    #expect(gradient.values.indices.allSatisfy { $0 % 16 < cells || gradient[$0] == 0 })
  }

  @Test func `Poisson loss agrees with the reference`() {
    var random = Xoshiro256(seed: 22)
    let x = counts(using: &random)
    let proportion = (0..<f * 16).map { _ in random.uniformFloat(from: 1e-4, to: 2) }
    let scale = (0..<16).map { _ in random.uniformFloat(from: 0.5, to: 20) }
    let (loss, correction) = (FloatView.zeros(16), FloatView.zeros(x.columns.count))
    for cell in 0..<cells {
      for gene in 0..<f { loss[cell] += proportion[gene * 16 + cell] * scale[cell] }
    }
    poisson(
      0..<cells, counts: x, proportion: proportion.view, scale: scale.view,
      correction: correction, loss: loss)
    for cell in 0..<cells {
      let row = x.dense(row: cell, columns: f)
      let expected = (0..<f).reduce(0.0) {
        $0
          + poissonReference(
            count: row[$1], mean: Double(proportion[$1 * 16 + cell]) * Double(scale[cell]))
      }
      #expect(abs(Double(loss[cell]) - expected) < 1e-5 * max(1, abs(expected)))
    }
    #expect(correction.values == x.values.map { -$0 })
  }

  @Test func `half squares count zeros too`() {
    var random = Xoshiro256(seed: 23)
    let x = counts(using: &random)
    let raw = Matrix.random(rows: f, columns: 16, using: &random)
    let bias = Matrix.random(rows: 1, columns: f, using: &random)
    let (output, loss) = (raw.view, FloatView.zeros(16))
    halfSquares(
      0..<cells, values: x, bias: bias.view, output: output,
      correction: .zeros(x.columns.count), loss: loss)
    for cell in 0..<cells {
      let row = x.dense(row: cell, columns: f)
      let expected = (0..<f).reduce(0.0) {
        let distance = Double(raw[$1, cell] + bias.values[$1]) - row[$1]
        return $0 + distance * distance / 2
      }
      #expect(abs(Double(loss[cell]) - expected) < 1e-5 * max(1, expected))
    }
  }

  @Test func `rates are exponentials up to a bound, with their sums`() {
    var random = Xoshiro256(seed: 25)
    let raw = Matrix.random(rows: f, columns: 16, from: -60, to: 40, using: &random)
    let bias = Matrix.random(rows: 1, columns: f, using: &random)
    let (logits, sums) = (raw.view, FloatView.zeros(16))
    rates(bias: bias.view, logits: logits, sums: sums)
    for lane in 0..<16 {
      var sum = 0.0
      for gene in 0..<f {
        let expected = exp(min(Double(raw[gene, lane] + bias.values[gene]), 30))
        #expect(abs(Double(logits[gene * 16 + lane]) - expected) < 1e-6 * expected)
        sum += expected
      }
      #expect(abs(Double(sums[lane]) - sum) < 1e-5 * sum)
    }
  }

  @Test func `softmax adds to its sums, from far apart logits too`() {
    var random = Xoshiro256(seed: 24)
    let raw = Matrix.random(rows: f, columns: 16, from: -30, to: 60, using: &random)
    let bias = Matrix.random(rows: 1, columns: f, using: &random)
    let (logits, sums, logarithms) = (raw.view, FloatView.zeros(16), FloatView.zeros(f * 16))
    softmax(bias: bias.view, logits: logits, sums: sums)
    addLogProportions(logits, sums: sums, f: f, into: logarithms)
    for lane in 0..<16 {
      let column = (0..<f).map { Double(raw[$0, lane] + bias.values[$0]) }
      let greatest = column.max() ?? 0
      let total = log(column.reduce(0) { $0 + exp($1 - greatest) }) + greatest
      for gene in 0..<f where column[gene] - greatest > -80 {
        #expect(abs(Double(logarithms[gene * 16 + lane]) - (column[gene] - total)) < 1e-4)
      }
    }
  }
}

extension SparseRows {
  fileprivate func dense(row: Int, columns count: Int) -> [Double] {
    var result = [Double](repeating: 0, count: count)
    for entry in Int(starts[row])..<Int(starts[row + 1]) {
      result[Int(columns[entry])] = Double(values[entry])
    }
    return result
  }
}
