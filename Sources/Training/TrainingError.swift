package import Support

/// An error of a training.
package enum TrainingError: Error, Equatable, Sendable {
  /// A loss or a gradient stopped being a number.
  case diverged(step: Int, quantity: String, cells: [String])
}

extension TrainingError: CustomStringConvertible {
  /// One sentence: what was found, where, and what to do.
  package var description: String {
    switch self {
    case .diverged(let step, let quantity, let cells):
      "training failed at step \(step): \(quantity) is not finite, in a minibatch with cells "
        + cells.prefix(3).map { "'\($0)'" }.joined(separator: ", ")
        + "; lower `learningRate`, or check these cells"
    }
  }
}

extension TrainingError: CategorizedError {
  /// The category of the failure.
  package var category: FailureCategory {
    .data
  }
}
