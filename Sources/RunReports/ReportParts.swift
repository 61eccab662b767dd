internal import Evaluation
internal import Foundation
internal import Kernels
internal import Machine
internal import Report
internal import UMAP

/// The largest number of batches that a heatmap shows: those with the most cells.
let heatmapSources = 60

/// The colouring of some cells by labels, of which some may be missing.
///
/// - Parameters:
///   - name: What the labels are.
///   - labels: The label of each cell; `(n)`.
///   - isDistinct: Whether each label keeps a colour of its own.
/// - Returns: The colouring; levels are in the order of their names, numbers in it by size.
func colouring(_ name: String, of labels: [String?], isDistinct: Bool = false) -> Colouring {
  let levels = Set(labels.compactMap(\.self)).sorted {
    let order = $0.compare($1, options: .numeric)
    return order == .orderedSame ? $0 < $1 : order == .orderedAscending
  }
  let numbers = Dictionary(uniqueKeysWithValues: zip(levels, Int32(0)...))
  return Colouring(
    name, levels: levels, codes: labels.map { $0.flatMap { numbers[$0] } ?? -1 },
    isDistinct: isDistinct)
}

/// Draws the mixing of each two batches as a heatmap.
func heatmap(_ mixing: PairwiseMixing, _ place: String) -> HeatmapFigure {
  let scope =
    mixing.isPartial
    ? "the \(grouped(mixing.sources.count)) batches with the most cells" : "the batches"
  return HeatmapFigure(
    caption: "Mixing of each two of \(scope), \(place): 0 separate, 1 mixed as their sizes "
      + "predict, – where two share no population.",
    rows: mixing.sources, columns: mixing.sources, values: mixing.values)
}

/// Where cells lie in a plane.
func layout(
  _ points: Matrix, options: UMAPOptions, pool: ThreadPool, progress: (Double) throws -> Void
) throws -> [SIMD2<Float>] {
  try umap(points, options: options, pool: pool) {
    try Task.checkCancellation()
    try progress($0)
  }
}

/// How many of how many cells a picture shows, as the start of its caption.
func shownCells(_ shown: Int, of all: Int, seed: UInt64) -> String {
  shown == all
    ? "Each point is one of \(grouped(all)) cells"
    : "Each point is one of \(grouped(shown)) cells, drawn by seed \(seed) from \(grouped(all))"
}
