/// The counts of alevin-fry, split into spliced, unspliced and ambiguous molecules of each gene.
///
/// The matrix has three columns per gene: `ENSG1`, …, `ENSG1-U`, …, `ENSG1-A`, …. Other programs
/// count the sum of the three.
struct SplicedCounts {
  /// The number of genes.
  let genes: Int

  /// The gene of each feature.
  let columns: [Int32]

  /// Recognizes such counts by the feature names; `nil` for other counts.
  ///
  /// - Parameters:
  ///   - names: The names of all features, or of the genes only.
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

  /// Returns the notice that the three counts are summed.
  func notice(of matrix: String) -> String {
    "'\(matrix)' counts spliced, unspliced and ambiguous molecules of \(genes) genes; the three are "
      + "summed"
  }
}
