/// The scale of the values of one batch in one part of the input.
package struct BatchScale: Sendable {
  /// The number of the part.
  let part: Int

  /// The number of the batch.
  package let source: Int

  /// What was learnt about the batch's values.
  package let scale: ScaleProfile

  /// The kind of the values.
  package let kind: ValueKind
}

extension BatchScale {
  /// Judges the batches of one part.
  ///
  /// Logarithms and corrected counts are told apart by the sums of ten cells. A batch with fewer
  /// follows the others.
  ///
  /// - Parameters:
  ///   - part: The number of the part.
  ///   - scales: What was learnt about the values of each batch, by the number of the batch.
  ///   - ofPart: What was learnt about the values of all of them.
  /// - Returns: The batches that have cells in the part, in the order of their numbers.
  static func judge(
    part: Int, _ scales: [Int32: ScaleProfile], ofPart: ScaleProfile
  ) -> [BatchScale] {
    let large = scales.values.filter { $0.cells >= ScaleProfile.fewestCells }.map(\.kind)
    let usual =
      large.isEmpty
      ? ofPart.kind : large.contains(.fractionalCounts) ? .fractionalCounts : .logNormalized
    return scales.sorted { $0.key < $1.key }.map { source, scale in
      let isSmall = scale.cells < ScaleProfile.fewestCells && scale.kind == .logNormalized
      return BatchScale(
        part: part, source: Int(source), scale: scale, kind: isSmall ? usual : scale.kind)
    }
  }
}
