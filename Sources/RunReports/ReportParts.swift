internal import Evaluation
internal import Foundation
internal import Numerics
internal import Support
internal import Report
internal import UMAP

/// The maximum number of batches in a heatmap; those with the most cells are shown.
let heatmapBatches = 60

/// Returns a colouring of cells by labels, some of which may be missing.
///
/// - Parameters:
///   - name: The name of the labels.
///   - labels: The label of each cell; `(n)`.
///   - isDistinct: `true` if each label has a different colour. The default is `false`.
/// - Returns: The colouring; levels are sorted by name, with numbers within names sorted by value.
func colouring(_ name: String, of labels: [String?], isDistinct: Bool = false) -> Colouring {
  let levels = Set(labels.compactMap(\.self)).sorted {
    let (a, b) = ($0.withNumbersByValue, $1.withNumbersByValue)
    return a == b ? $0 < $1 : a < b
  }
  let numbers = Dictionary(uniqueKeysWithValues: zip(levels, Int32(0)...))
  return Colouring(
    name, levels: levels, codes: labels.map { $0.flatMap { numbers[$0] } ?? -1 },
    isDistinct: isDistinct)
}

/// Returns a heatmap of the pairwise mixing of batches.
func heatmap(_ mixing: PairwiseMixing, _ place: String) -> HeatmapFigure {
  let scope =
    mixing.isPartial
    ? "the \(grouped(mixing.batches.count)) batches with the most cells" : "the batches"
  return HeatmapFigure(
    caption: "Pairwise mixing of \(scope), \(place), among the neighbours that belong to the pair: "
      + "0 separate, 1 as expected from their sizes, – if the pair shares no population.",
    rows: mixing.batches, columns: mixing.batches, values: mixing.values)
}

/// Returns the UMAP of cells.
func layout(
  _ points: Matrix, options: UMAPOptions, pool: ThreadPool, progress: (Double) throws -> Void
) throws -> [SIMD2<Float>] {
  try umap(points, options: options, pool: pool) {
    try Task.checkCancellation()
    try progress($0)
  }
}

/// Returns the number of shown cells and of all cells, as the start of a caption.
func shownCells(_ shown: Int, of all: Int, seed: UInt64) -> String {
  shown == all
    ? "Each point is one of \(grouped(all)) cells"
    : "Each point is one of \(grouped(shown)) cells, drawn with seed \(seed) from \(grouped(all))"
}

extension String {
  /// The text with each number of 20 digits, so that `day10` comes after `day9`.
  fileprivate var withNumbersByValue: String {
    var (padded, digits) = ("", "")
    for character in self + "\0" {
      if character.isASCII, character.isNumber {
        digits.append(character)
        continue
      }
      if !digits.isEmpty {
        let value = digits.drop { $0 == "0" }
        padded += String(repeating: "0", count: max(0, 20 - value.count)) + value
        digits = ""
      }
      padded.append(character)
    }
    return padded
  }
}
