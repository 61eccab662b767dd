import Numerics

/// The pull of each batch's scale and shift toward their mean over batches, in a norm at matched
/// composition.
///
/// A separate scale and shift per batch lets the decoder reproduce the batch effect, but can hide
/// cell types. A type that occurs in one batch only may then share the latent position of another
/// batch's type, and a few cells cannot separate the two. So after every step, in addition to
/// weight decay, the row `s` of each decoder norm moves
///
///     gamma_s ← gamma_s − rate · strength_s (gamma_s − Σ_t n_t gamma_t / Σ_t n_t)
///
/// and its shift likewise. A strength of `kappa / n_s` is a prior with the weight of `kappa` cells.
package struct AffinePull: Sendable, Equatable {
  /// The number of cells of each row, its weight in the mean; `(rows)`, above 0.
  package var cells: [Float]

  /// The strength of each row's pull; `(rows)`, at least 0.
  package var strength: [Float]

  /// Makes a pull.
  ///
  /// - Parameters:
  ///   - cells: The number of cells of each row; `(rows)`, above 0.
  ///   - strength: The strength of each row's pull; `(rows)`, at least 0.
  package init(cells: [Float], strength: [Float]) {
    precondition(cells.count == strength.count && cells.allSatisfy { $0 > 0 })
    (self.cells, self.strength) = (cells, strength)
  }

  /// A flag that is true if no row is pulled.
  var isNothing: Bool { cells.count < 2 || strength.allSatisfy { $0 == 0 } }

  /// Moves the rows of one tensor.
  ///
  /// - Parameters:
  ///   - tensor: The scales or the shifts; `(rows, units)`.
  ///   - units: The range of units to move.
  ///   - width: The number of all units.
  ///   - rate: The learning rate of the step.
  func apply(to tensor: FloatView, units: Range<Int>, width: Int, rate: Float) {
    let total = cells.reduce(0, +)
    let count = units.count
    let mean = FloatView.zeros(count)
    // A row at a time, without a check of the array at each number: there may be ten thousand rows.
    for (row, own) in cells.enumerated() {
      let share = own / total
      let values = tensor[row * width + units.lowerBound..<row * width + units.upperBound]
      for j in 0..<count { mean[j] += share * values[j] }
    }
    for (row, strength) in strength.enumerated() where strength > 0 {
      let step = min(1, rate * strength)
      let values = tensor[row * width + units.lowerBound..<row * width + units.upperBound]
      for j in 0..<count { values[j] -= step * (values[j] - mean[j]) }
    }
  }
}
