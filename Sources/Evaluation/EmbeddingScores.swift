/// The scib-metrics scores of one embedding: each metric from 0 to 1, larger is better.
///
/// A metric that is undefined for the data (any label metric without labels) is `nil`, and `null`
/// in JSON. The aggregates are means of the defined metrics, if labels are given. The
/// article <doc:EvaluatingEmbeddings> tells what they measure.
public struct EmbeddingScores: Equatable, Sendable {
  /// The defined metrics, by their keys.
  private var scores: [String: Double] = [:]

  /// The mean of the metrics of biology.
  public var bioConservation: Double?

  /// The mean of the metrics of batches.
  public var batchCorrection: Double?

  /// `0.6 bioConservation + 0.4 batchCorrection`.
  public var total: Double?

  /// The mean of the metrics of biology by chance, with the cells of the embedding permuted.
  public var bioConservationByChance: Double?

  /// The mean of the metrics of batches by chance, with the cells of the embedding permuted.
  public var batchCorrectionByChance: Double?

  /// The total by chance, with the cells of the embedding permuted: biology is lost, and batches are
  /// mixed completely.
  public var totalByChance: Double?

  /// Makes scores that are all undefined.
  package init() {}

  /// Makes scores with the means of the aggregates of others only; undefined if there are none.
  init(meanOfAggregates others: [EmbeddingScores]) {
    func mean(_ aggregate: KeyPath<EmbeddingScores, Double?>) -> Double? {
      let defined = others.compactMap { $0[keyPath: aggregate] }
      return defined.isEmpty ? nil : defined.reduce(0, +) / Double(defined.count)
    }
    bioConservation = mean(\.bioConservation)
    batchCorrection = mean(\.batchCorrection)
    total = mean(\.total)
  }

  /// Takes the aggregates of scores by chance.
  mutating func compare(with chance: EmbeddingScores) {
    bioConservationByChance = chance.bioConservation
    batchCorrectionByChance = chance.batchCorrection
    totalByChance = chance.total
  }

  /// The score by a metric; `nil` if it is undefined.
  package subscript(metric: Metric) -> Double? {
    get { scores[metric.key] }
    set { scores[metric.key] = newValue }
  }

  /// Computes the aggregates.
  mutating func aggregate() {
    bioConservation = mean(.biology)
    batchCorrection = mean(.batch)
    if let bioConservation, let batchCorrection {
      total = 0.6 * bioConservation + 0.4 * batchCorrection
    }
  }

  private func mean(_ side: Metric.Side) -> Double? {
    let defined = Metric.scib.filter { $0.side == side }.compactMap { self[$0] }
    return defined.isEmpty ? nil : defined.reduce(0, +) / Double(defined.count)
  }

  /// The aggregates by their names in files, in the order of reports.
  private static let aggregates: [Aggregate] = [
    ("bio_conservation", \.bioConservation), ("batch_correction", \.batchCorrection),
    ("total", \.total),
  ]

  /// The aggregates by chance by their names in files, in the order of reports.
  private static let byChance: [Aggregate] = [
    ("bio_conservation_by_chance", \.bioConservationByChance),
    ("batch_correction_by_chance", \.batchCorrectionByChance),
    ("total_by_chance", \.totalByChance),
  ]

  private typealias Aggregate = (
    key: String, score: any WritableKeyPath<EmbeddingScores, Double?> & Sendable
  )

  /// All scores with their names, in the order of reports: the metrics of scib-metrics, their
  /// aggregates, these by chance, and further metrics.
  public var all: [(name: String, score: Double?)] {
    Metric.scib.map { ($0.key, self[$0]) }
      + (Self.aggregates + Self.byChance).map { ($0.key, self[keyPath: $0.score]) }
      + Metric.further.map { ($0.key, self[$0]) }
  }
}

extension EmbeddingScores: Codable {
  /// A metric's name in files.
  private struct Key: CodingKey {
    let stringValue: String
    var intValue: Int? { nil }
    init(stringValue: String) { self.stringValue = stringValue }
    init?(intValue: Int) { nil }
  }

  /// Reads scores; a key that is not there is undefined.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: Key.self)
    func score(_ key: String) throws -> Double? {
      try container.decodeIfPresent(Double.self, forKey: Key(stringValue: key))
    }
    for metric in Metric.all { self[metric] = try score(metric.key) }
    for aggregate in Self.aggregates + Self.byChance {
      self[keyPath: aggregate.score] = try score(aggregate.key)
    }
  }

  /// Writes all keys, with `null` for undefined scores.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: Key.self)
    for (name, score) in all { try container.encode(score, forKey: Key(stringValue: name)) }
  }
}
