/// The genes that may be selected, in the order that decides between equal ones.
struct GeneOrder: Sendable {
  /// The genes, first those that are taken first among equal ones.
  let genes: [Int]

  /// Orders genes.
  ///
  /// - Parameters:
  ///   - genes: The genes in their order.
  ///   - isExcluded: Which genes are passed over. The default, `nil`, is none.
  init(genes: [Int], excluding isExcluded: [Bool]? = nil) {
    self.genes = genes.filter { !(isExcluded?[$0] ?? false) }
  }
}
