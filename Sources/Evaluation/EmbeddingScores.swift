/// The scib-metrics scores of one embedding: each metric from 0 to 1, larger is better.
///
/// A metric that is undefined for the data (any label metric without labels) is `nil`, and `null`
/// in JSON. The aggregates are means of the defined metrics, if labels are given.
public struct EmbeddingScores: Equatable, Sendable {
  /// The silhouette of the labels that occur in the fewest batches; 0 to 1.
  public var isolatedLabels: Double?

  /// The normalized mutual information of labels and KMeans clusters; 0 to 1.
  public var kmeansNMI: Double?

  /// The adjusted Rand index of labels and KMeans clusters; at most 1, may be negative.
  public var kmeansARI: Double?

  /// The mean silhouette width of labels, rescaled to 0 to 1.
  public var silhouetteLabel: Double?

  /// The label purity of neighbourhoods (cLISI), rescaled to 0 to 1.
  public var clisi: Double?

  /// The mixing of batches within labels, by silhouettes (BRAS); 0 to 1.
  public var bras: Double?

  /// The effective number of batches in neighbourhoods (iLISI), rescaled to 0 to 1.
  public var ilisi: Double?

  /// The share of neighbourhoods whose batch composition agrees with the whole label's (kBET); 0 to
  /// 1.
  public var kbet: Double?

  /// The mean share of a label's cells in its largest connected component; 0 to 1.
  public var graphConnectivity: Double?

  /// The relative reduction of the variance that batches explain, compared with the uncorrected
  /// embedding; 0 to 1.
  public var pcrComparison: Double?

  /// The mean of the first five metrics.
  public var bioConservation: Double?

  /// The mean of the second five metrics.
  public var batchCorrection: Double?

  /// `0.6 bioConservation + 0.4 batchCorrection`.
  public var total: Double?

  /// Makes scores that are all undefined.
  package init() {}

  /// Computes the aggregates.
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

  /// Writes all keys, with `null` for undefined scores.
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
