/// The selectable genes, in the order that breaks ties.
struct GeneOrder: Sendable {
  /// The genes; on ties, earlier ones are selected first.
  let genes: [Int]

  /// Orders genes.
  ///
  /// - Parameters:
  ///   - genes: The genes in their order.
  ///   - isExcluded: A flag for each gene that is true if it is excluded. The default is `nil`, for
  ///     none.
  init(genes: [Int], excluding isExcluded: [Bool]? = nil) {
    self.genes = genes.filter { !(isExcluded?[$0] ?? false) }
  }
}
