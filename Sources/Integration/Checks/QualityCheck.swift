internal import CellFiles
internal import CountData
internal import Evaluation
internal import Numerics
internal import Support

/// Quality checks of a correction.
///
/// They check whether batches are mixed within their populations, and whether the neighbourhoods of
/// each batch and of each cell type were preserved.
package struct QualityCheck {
  /// The maximum number of cells to compare; of more a sample is taken.
  package static let cellLimit = 10_000

  var mixing: RunRecord.Mixing?
  var preservation: [NeighbourhoodPreservation] = []
  var types: [TypeNeighbourhoods] = []
  var concerns: [String] = []

  /// Makes the check of cells that cannot be compared.
  init() {}

  /// Compares an embedding with the uncorrected expression.
  ///
  /// - Parameters:
  ///   - embedding: The corrected embedding of all cells.
  ///   - store: The selected genes of all cells.
  ///   - cells: The cells of the run.
  ///   - batches: The batch of every cell.
  ///   - populations: The population of every cell, within which batches are expected to mix. The
  ///     default is `nil`, for one population of all cells.
  ///   - labels: The cell types' names and the type of every cell, −1 for none. The default is
  ///     `nil`, without the comparison of cell types.
  ///   - seed: The seed of the sample if there are more cells than the limit.
  ///   - pool: The threads to use.
  /// - Throws: `EvaluationError`, which indicates an internal error.
  init(
    of embedding: Embedding, store: CountStore, cells: [Int], batches: BatchAssignment,
    populations: [Int32]? = nil, labels: (names: [String], ofCell: [Int32])? = nil, seed: UInt64,
    pool: ThreadPool
  ) throws {
    let drawn = Self.sample(of: cells, seed: seed)
    guard labels != nil || batches.areSeveral(among: drawn) else {
      self.init()
      return
    }
    try self.init(
      of: drawn,
      before: UncorrectedSpace.coordinates(
        of: drawn, in: store, batches: batches.batchOfCell, seed: seed, pool: pool),
      after: Matrix(embedding.rows(drawn)), batches: batches, populations: populations,
      labels: labels, pool: pool)
  }

  /// Draws the cells to compare, ascending.
  ///
  /// The sample is not balanced, because the expected mixing depends on the batches' sizes.
  static func sample(of cells: [Int], seed: UInt64) -> [Int] {
    draw(cellLimit, from: cells, seed: seed)
  }

  /// Compares the coordinates of cells.
  ///
  /// - Parameters:
  ///   - drawn: The cells that are compared.
  ///   - before: Their principal components of the uncorrected expression.
  ///   - after: Their positions in the corrected embedding.
  ///   - batches: The batch of every cell.
  ///   - populations: The population of every cell; `nil` for one population of all cells.
  ///   - labels: The cell types' names and the type of every cell, −1 for none; `nil` without the
  ///     comparison of cell types.
  ///   - pool: The threads to use.
  /// - Throws: `EvaluationError`, which indicates an internal error.
  init(
    of drawn: [Int], before: Matrix, after: Matrix, batches: BatchAssignment,
    populations: [Int32]?, labels: (names: [String], ofCell: [Int32])?, pool: ThreadPool
  ) throws {
    if let labels {
      types = typeNeighbourhoods(
        before: before, after: after,
        labels: drawn.map { labels.ofCell[$0] < 0 ? nil : labels.names[Int(labels.ofCell[$0])] },
        pool: pool)
    }
    guard batches.areSeveral(among: drawn) else {
      concerns = IntegrationConcern.concerns(about: types).descriptions
      return
    }
    let evaluator = try Evaluator(
      batches: drawn.map { batches.names[Int(batches.batchOfCell[$0])] }, uncorrected: before,
      populations: populations.map { populations in drawn.map { populations[$0] } }, pool: pool)
    let uncorrected = try evaluator.mixing(of: before, name: "uncorrected")
    let corrected = try evaluator.mixing(of: after, name: "X_scharmonize")
    mixing = RunRecord.Mixing(before: uncorrected, after: corrected)
    preservation = try evaluator.preservation(of: after, name: "X_scharmonize")
    let present = populations.map { populations in Set(drawn.map { populations[$0] }) }
    mixing?.verdict = CorrectionVerdict(
      mixing: corrected, before: uncorrected, preservation: preservation,
      groups: (present?.count ?? 0) > 1 ? "populations" : nil)
    concerns =
      IntegrationConcern.all(
        mixing: corrected, before: uncorrected, preservation: preservation, types: types
      ).descriptions
  }
}

extension BatchAssignment {
  /// Returns whether some cells belong to several batches.
  func areSeveral(among cells: [Int]) -> Bool {
    guard let first = cells.first else { return false }
    return cells.contains { batchOfCell[$0] != batchOfCell[first] }
  }
}

extension [IntegrationConcern] {
  /// The most concerns of one kind that are told one by one.
  private static var mostOfKind: Int { 20 }

  /// One sentence each, but of many of one kind only the first, and the number of the others.
  package var descriptions: [String] {
    var told: [String: Int] = [:]
    var sentences: [String] = []
    for concern in self {
      let number = told[concern.kind, default: 0]
      told[concern.kind] = number + 1
      if number < Self.mostOfKind { sentences.append(concern.description) }
    }
    for kind in Set(map(\.kind)).sorted() {
      let rest = (told[kind] ?? 0) - Self.mostOfKind
      if rest > 0 { sentences.append("\(kind): and \(grouped(rest)) more, see the record") }
    }
    return sentences
  }
}

extension IntegrationConcern {
  /// The words for several concerns of one kind together.
  fileprivate var kind: String {
    switch self {
    case .stillSeparate: "batches that are still separate"
    case .overlaid: "batches placed among cells of other populations"
    case .possibleOvercorrection: "batches with few neighbourhoods preserved"
    case .lostNeighbourhoods: "cell types that lost their neighbourhoods"
    case .confounded, .labelsInOneBatch: "labels that are confounded with batches"
    }
  }
}

extension RunRecord.Mixing {
  /// Compares the mixing of the same cells before and after a correction.
  init(before: BatchMixing, after: BatchMixing) {
    self.init(
      before: before.mixing, after: after.mixing, overlaidBefore: before.overlaid,
      overlaidAfter: after.overlaid,
      batches: zip(before.batches, after.batches).map { before, after in
        Batch(
          batch: before.batch, before: before.mixing, after: after.mixing,
          overlaidBefore: before.overlaid, overlaidAfter: after.overlaid)
      })
  }
}
