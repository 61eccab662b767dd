internal import CellFiles
internal import Evaluation
internal import Kernels

/// What a sceptic would ask of a correction.
///
/// Did the sources mix, and did each keep its own neighbourhoods?
struct HonestyCheck {
  /// How many cells are looked at, at most; more are drawn from.
  static let cellLimit = 10_000

  var mixing: RunRecord.Mixing?
  var preservation: [NeighbourhoodPreservation]
  var concerns: [String]

  /// Compares an embedding with the uncorrected expression.
  ///
  /// - Parameters:
  ///   - embedding: The corrected embedding of all cells.
  ///   - store: The selected genes of all cells.
  ///   - cells: The cells that were used.
  ///   - sources: The source of every cell.
  ///   - seed: The seed of the draw, where there are more cells than are looked at.
  ///   - pool: The threads to use.
  /// - Throws: `EvaluationError`, which would be a fault of ours.
  init(
    of embedding: Embedding, store: CountStore, cells: [Int], sources: Sources, seed: UInt64,
    pool: ThreadPool
  ) throws {
    // Not evenly: what is expected of mixing goes with the sources' sizes.
    let drawn = draw(Self.cellLimit, from: cells, seed: seed)
    let names = drawn.map { sources.names[Int(sources.ofCell[$0])] }
    guard Set(names).count > 1 else {
      (mixing, preservation, concerns) = (nil, [], [])
      return
    }
    let before = UncorrectedSpace.coordinates(
      of: drawn, in: store, sources: sources.ofCell, seed: seed, pool: pool)
    let after = Matrix(embedding.rows(drawn))
    let evaluator = try Evaluator(sources: names, uncorrected: before, pool: pool)
    let mixed = try evaluator.mixing(of: after, name: "X_scharmonize")
    let uncorrected = try evaluator.mixing(of: before, name: "uncorrected")
    if let start = uncorrected.mixing, let end = mixed.mixing {
      mixing = RunRecord.Mixing(
        before: start, after: end,
        sources: zip(uncorrected.sources, mixed.sources).map {
          RunRecord.Mixing.Source(source: $0.source, before: $0.mixing, after: $1.mixing)
        })
    }
    preservation = try evaluator.preservation(of: after, name: "X_scharmonize")
    concerns = IntegrationConcern.all(mixing: mixed, preservation: preservation).map(\.description)
  }
}
