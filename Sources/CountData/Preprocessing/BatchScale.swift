/// The scale of the values of one batch in one part of the input.
package struct BatchScale: Sendable, Equatable, Codable {
  /// The index of the part.
  package var part: Int

  /// The index of the batch.
  package var batch: Int

  /// The profile of the batch's values.
  package let scale: ScaleProfile

  /// The kind of the values.
  package let kind: ValueKind
}

extension BatchScale {
  /// Determines the kind of values of each batch of one part.
  ///
  /// The sums of ten cells distinguish logarithms from corrected counts. A batch of fewer cells is
  /// treated like the others.
  ///
  /// - Parameters:
  ///   - part: The index of the part.
  ///   - scales: The profile of each batch's values, by the index of the batch.
  ///   - ofPart: The profile of all values of the part.
  /// - Returns: The batches that have cells in the part, in the order of their indices.
  static func judge(
    part: Int, _ scales: [Int32: ScaleProfile], ofPart: ScaleProfile
  ) -> [BatchScale] {
    let large = scales.values.filter { $0.cells >= ScaleProfile.fewestCells }.map(\.kind)
    let usual =
      large.isEmpty
      ? ofPart.kind : large.contains(.fractionalCounts) ? .fractionalCounts : .logNormalized
    return scales.sorted { $0.key < $1.key }.map { batch, scale in
      let isSmall = scale.cells < ScaleProfile.fewestCells && scale.kind == .logNormalized
      return BatchScale(
        part: part, batch: Int(batch), scale: scale, kind: isSmall ? usual : scale.kind)
    }
  }
}
