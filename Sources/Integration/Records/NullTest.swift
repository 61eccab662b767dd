/// Two controls of a result: one with permuted batch labels, and one with another seed.
///
/// Each is compared with the result by the graph of each cell's 30 nearest neighbours. If permuting
/// the batch labels changes the graph no more than another seed does, there was hardly any batch
/// effect, or none was removed.
///
/// The permutation keeps a cell's levels of several batch keys together, and exchanges batch labels
/// only between cells that measured the same genes.
package struct NullTest: Equatable, Sendable, Codable {
  /// The Jaccard index of the graphs with true and permuted batch labels, 0 to 1.
  package var permutedBatches: Double

  /// The Jaccard index of the graphs of two seeds, 0 to 1.
  package var anotherSeed: Double
}
