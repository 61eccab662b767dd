internal import Numerics

extension Embedding {
  /// Refuses coordinates that are no numbers.
  ///
  /// - Parameters:
  ///   - quantity: What they are called.
  ///   - name: Returns the name of a cell.
  /// - Throws: ``HarmonizeError/notFiniteResult(quantity:count:cell:)``.
  func checkIsFinite(_ quantity: String, name: (Int) -> String) throws(HarmonizeError) {
    guard !values.allSatisfy(\.isFinite) else { return }
    let bad = (0..<cellCount).filter { !self[$0].allSatisfy(\.isFinite) }
    throw .notFiniteResult(quantity: quantity, count: bad.count, cell: name(bad[0]))
  }
}
