internal import CellFiles
internal import Numerics

extension Embedding {
  /// Refuses coordinates that are no numbers.
  ///
  /// - Parameters:
  ///   - quantity: What they are called.
  ///   - name: Returns the name of a cell.
  /// - Throws: ``HarmonizeError/notFiniteResult(quantity:count:cell:)``.
  func checkIsFinite(_ quantity: String, name: (Int) -> String) throws(HarmonizeError) {
    let bad = indices.filter { !self[$0].allSatisfy(\.isFinite) }
    guard !bad.isEmpty else { return }
    throw .notFiniteResult(quantity: quantity, count: bad.count, cell: name(bad[0]))
  }
}
