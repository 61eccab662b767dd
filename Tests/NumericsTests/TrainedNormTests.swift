import Numerics
import TestSupport
import Testing

@Suite struct TrainedNormTests {
  @Test(arguments: [(5, 37), (1, 16), (17, 3)])
  func `norm, ReLU and residual of a trained layer are those of plain loops`(n: Int, units: Int) {
    var random = Xoshiro256(seed: 41)
    let a = Matrix.random(rows: n, columns: units, using: &random)
    let input = Matrix.random(rows: n, columns: units, using: &random)
    let scale = Matrix.random(rows: 3, columns: units, using: &random)
    let shift = Matrix.random(rows: 3, columns: units, using: &random)
    let row = (0..<Int32(n)).map { $0 % 3 }
    func view(_ x: Matrix) -> FloatView {
      let view = FloatView.zeros(x.values.count)
      view.copy(from: x.values)
      return view
    }
    for (rows, residual) in [(row, input), (nil, input), (row, nil), (nil, nil)] {
      let results = onEveryInstructionSet { _ in
        let out = FloatView.zeros(n * units)
        applyNorm(
          cells: 0..<n, units: units, a: view(a), scale: view(scale), shift: view(shift),
          row: rows, input: residual.map(view), into: out)
        return out.values
      }
      let expected = applyNormReference(
        a, scale: scale, shift: shift, row: rows, input: residual)
      #expect(results.allSatisfy { $0 == expected.values })
    }
  }
}
