/// What scib-metrics says of one embedding: each metric from 0 to 1, larger is better.
///
/// A metric that the data do not define (any label metric without labels) is
/// `nil`, and `null` in JSON. The aggregates are means of the metrics that are
/// defined, where labels are given.
public struct EmbeddingScores: Equatable, Sendable {
  /// How distinct the labels are that occur in the fewest sources.
  public var isolatedLabels: Double?

  /// The normalized mutual information of labels and KMeans clusters.
  public var kmeansNMI: Double?

  /// The adjusted Rand index of labels and KMeans clusters; may be negative.
  public var kmeansARI: Double?

  /// The mean silhouette width of labels, rescaled.
  public var silhouetteLabel: Double?

  /// How pure neighbourhoods are in labels.
  public var clisi: Double?

  /// How little cells of a label lie apart by source.
  public var bras: Double?

  /// How many sources neighbourhoods hold.
  public var ilisi: Double?

  /// The share of neighbourhoods within a label whose sources are as in the whole label.
  public var kbet: Double?

  /// How far the cells of a label hang together.
  public var graphConnectivity: Double?

  /// How much less of the variance the sources explain than before the correction.
  public var pcrComparison: Double?

  /// The mean of the first five.
  public var bioConservation: Double?

  /// The mean of the second five.
  public var batchCorrection: Double?

  /// `0.6 bioConservation + 0.4 batchCorrection`.
  public var total: Double?

  /// Makes scores of which none is defined.
  public init() {}

  /// Fills in the aggregates.
  mutating func aggregate() {
    bioConservation = mean([isolatedLabels, kmeansNMI, kmeansARI, silhouetteLabel, clisi])
    batchCorrection = mean([bras, ilisi, kbet, graphConnectivity, pcrComparison])
    if let bioConservation, let batchCorrection {
      total = 0.6 * bioConservation + 0.4 * batchCorrection
    }
  }

  private func mean(_ scores: [Double?]) -> Double? {
    let defined = scores.compactMap(\.self)
    return defined.isEmpty ? nil : defined.reduce(0, +) / Double(defined.count)
  }
}

extension EmbeddingScores: Codable {
  /// The metrics' names in files.
  enum CodingKeys: String, CodingKey, CaseIterable {
    case isolatedLabels = "isolated_labels"
    case kmeansNMI = "kmeans_nmi"
    case kmeansARI = "kmeans_ari"
    case silhouetteLabel = "silhouette_label"
    case clisi
    case bras
    case ilisi
    case kbet
    case graphConnectivity = "graph_connectivity"
    case pcrComparison = "pcr_comparison"
    case bioConservation = "bio_conservation"
    case batchCorrection = "batch_correction"
    case total
  }

  /// Writes all keys, `null` where a score is not defined.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    for (key, score) in zip(CodingKeys.allCases, all.map(\.score)) {
      try container.encode(score, forKey: key)
    }
  }

  /// All scores with their names, in the order of reports.
  public var all: [(name: String, score: Double?)] {
    let scores = [
      isolatedLabels, kmeansNMI, kmeansARI, silhouetteLabel, clisi, bras, ilisi, kbet,
      graphConnectivity, pcrComparison, bioConservation, batchCorrection, total,
    ]
    return zip(CodingKeys.allCases, scores).map { ($0.rawValue, $1) }
  }
}
