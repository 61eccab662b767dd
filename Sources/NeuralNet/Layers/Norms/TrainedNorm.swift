import Numerics

/// A hidden layer's norm at inference: a scale and a shift for each unit.
///
/// A norm over cells is `a * scale + shift` with the running statistics; a layer or group norm uses
/// the cell alone.
struct TrainedNorm: Sendable {
  let layer: HiddenLayer

  /// The scale and shift of each batch, with the mixture's last; `(rows, units)`.
  ///
  /// Without a norm over cells there is one row.
  let scale: FloatView
  let shift: FloatView

  /// The offset of each batch at matched composition; `(rows, units)`, or `nil`.
  private let offset: FloatView?

  /// The row for cells without a particular batch.
  let mixtureRow: Int

  /// The factor of each unit, row by row, with the mixture's last.
  var scales: [[Float]] {
    (0...mixtureRow).map { scale[$0 * layer.units..<($0 + 1) * layer.units].values }
  }

  init(_ layer: HiddenLayer, parameters: FloatView, statistics: FloatView) {
    self.layer = layer
    let units = layer.units
    offset = layer.offset.map { statistics[$0] }
    mixtureRow = layer.mixtureRow
    let rows = mixtureRow + 1
    scale = .zeros(rows * units)
    shift = .zeros(rows * units)
    guard let gammaRange = layer.gamma, let betaRange = layer.beta else {
      scale.fill(1)
      return
    }
    let gamma = parameters[gammaRange]
    let beta = parameters[betaRange]
    guard let meanRange = layer.mean, let varianceRange = layer.variance else {
      scale.copy(from: gamma)
      shift.copy(from: beta)
      return
    }
    let mean = statistics[meanRange]
    let variance = statistics[varianceRange]
    for row in 0..<rows {
      let (g, b) = (layer.affine(gamma, row: row), layer.affine(beta, row: row))
      for j in 0..<units {
        let k = row * units + j
        let moment = min(row, layer.statisticsRows - 1) * units + j
        scale[k] = g[j] / (variance[moment] + normEpsilon).squareRoot()
        shift[k] = b[j] - mean[moment] * scale[k]
      }
    }
  }

  /// Subtracts the offsets at matched composition from pre-activations.
  ///
  /// - Parameters:
  ///   - a: The pre-activations; `(n, units)`.
  ///   - rows: The row of each cell whose offset is subtracted, `nil` for none; `(n)`.
  func subtractOffsets(from a: FloatView, rows: [Int?]) {
    guard let offset else { return }
    let units = layer.units
    for (place, row) in rows.enumerated() {
      guard let row else { continue }
      a[place * units..<(place + 1) * units]
        .add(-1, times: offset[row * units..<(row + 1) * units])
    }
  }

  /// Applies norm, ReLU and residual to some cells.
  ///
  /// - Parameters:
  ///   - n: The number of cells.
  ///   - row: The row for all cells, if `rows` is `nil`.
  ///   - rows: The row of each cell, if they differ.
  ///   - a: The pre-activations, which a layer or group norm overwrites; `(n, units)`.
  ///   - input: The input of the residual connection; `(n, units)`, or `nil`.
  ///   - out: The result; `(n, units)`.
  func apply(
    cells n: Int, row: Int, rows: [Int32]?, a: FloatView, input: FloatView?, into out: FloatView
  ) {
    layer.kind.apply(self, cells: n, row: row, rows: rows, a: a, input: input, into: out)
  }
}

extension HiddenLayer {
  /// Returns the scales or the shifts for a row of the statistics.
  ///
  /// - Parameters:
  ///   - values: All gammas or all betas; `(affineRows, units)`.
  ///   - row: The row; the mixture's has the mean over all batches.
  /// - Returns: One value per unit; `(units)`.
  func affine(_ values: FloatView, row: Int) -> [Float] {
    let rows = row < affineRows ? row..<row + 1 : 0..<affineRows
    return (0..<units).map { unit in
      rows.reduce(0) { $0 + values[$1 * units + unit] / Float(rows.count) }
    }
  }
}
