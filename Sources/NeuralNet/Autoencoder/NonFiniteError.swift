/// An error for a loss or gradient that is not finite; the step changed nothing.
package struct NonFiniteError: Error, Equatable, Sendable {
  /// The number of the step, counted from 0.
  package var step: Int

  /// The name of the quantity, such as `loss` or `gradient of encoder.0.weight`.
  package var quantity: String

  /// The minibatch's cells whose loss is not finite; empty if all losses are finite.
  package var cells: [Int]
}

extension NonFiniteError: CustomStringConvertible {
  /// One sentence that names the step and the quantity.
  package var description: String {
    let extent = cells.isEmpty ? "" : " for \(cells.count) of the minibatch's cells"
    return "the \(quantity) of step \(step) is not a finite number\(extent)"
  }
}
