/// The counts of alevin-fry by what molecules were of each gene: spliced, unspliced and ambiguous.
///
/// The matrix then has three times the genes: `ENSG1`, …, `ENSG1-U`, …, `ENSG1-A`, …. The sum of the
/// three is what other programs count.
struct SplicedCounts {
  /// The number of genes.
  let genes: Int

  /// The gene of each feature.
  let columns: [Int32]

  /// Recognizes such counts by the names of the features; `nil` where they are others.
  ///
  /// - Parameters:
  ///   - names: The names, of all features or of the genes alone.
  ///   - features: The number of features of the matrix.
  init?(_ names: [String], of features: Int) {
    guard features > 0, features % 3 == 0 else { return nil }
    let count = features / 3
    if names.count != count {
      guard names.count == features,
        (0..<count).allSatisfy({
          names[count + $0] == names[$0] + "-U" && names[2 * count + $0] == names[$0] + "-A"
        })
      else { return nil }
    }
    genes = count
    columns = (0..<features).map { Int32($0 % count) }
  }

  /// A sentence that tells that they are summed.
  func notice(of matrix: String) -> String {
    "'\(matrix)' counts spliced, unspliced and ambiguous molecules of \(genes) genes; the three are "
      + "summed"
  }
}
