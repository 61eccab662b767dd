import Kernels

/// The pull on each batch's scale and shift toward those of all batches, in a norm at matched
/// composition.
///
/// A scale and a shift of its own let a batch be decoded as what it is, and can hide what its cells
/// are: a type that only one batch holds may share the latent place of another's, and a few cells
/// cannot tell the two apart. So after every step, beside weight decay, the row `s` of each decoder
/// norm moves
///
///     gamma_s ← gamma_s − rate · strength_s (gamma_s − Σ_t n_t gamma_t / Σ_t n_t)
///
/// and its shift likewise. A strength of `kappa / n_s` is a prior that counts as `kappa` cells.
public struct AffinePull: Sendable, Equatable {
  /// The cells of each row, by which rows weigh in the mean; `(rows)`, above 0.
  public var cells: [Float]

  /// The strength of each row's pull; `(rows)`, not below 0.
  public var strength: [Float]

  /// Makes a pull.
  ///
  /// - Parameters:
  ///   - cells: The cells of each row; `(rows)`, above 0.
  ///   - strength: The strength of each row's pull; `(rows)`, not below 0.
  public init(cells: [Float], strength: [Float]) {
    precondition(cells.count == strength.count && cells.allSatisfy { $0 > 0 })
    (self.cells, self.strength) = (cells, strength)
  }

  /// Whether no row is pulled.
  var isNothing: Bool { cells.count < 2 || strength.allSatisfy { $0 == 0 } }

  /// Moves the rows of one tensor.
  ///
  /// - Parameters:
  ///   - tensor: The scales or the shifts; `(rows, units)`.
  ///   - units: The units to move, a part of all.
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
