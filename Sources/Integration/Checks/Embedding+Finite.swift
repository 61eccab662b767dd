internal import Numerics

extension Embedding {
  /// Refuses coordinates that are no numbers.
  ///
  /// - Parameters:
  ///   - quantity: What they are called.
  ///   - names: The names of the cells; `(n)`.
  /// - Throws: ``HarmonizeError/notFiniteResult(quantity:count:cell:)``.
  func checkIsFinite(_ quantity: String, of names: [String]) throws(HarmonizeError) {
    guard !values.allSatisfy(\.isFinite) else { return }
    let bad = (0..<cellCount).filter { !self[$0].allSatisfy(\.isFinite) }
    throw .notFiniteResult(quantity: quantity, count: bad.count, cell: names[bad[0]])
  }
}
