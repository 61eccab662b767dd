internal import Kernels
internal import Neighbours

/// Labels that the nearest cells of a reference gave to new cells.
public struct TransferredLabels: Sendable, Equatable {
  /// What a cell is called that too few of its neighbours agree on.
  public static let unknown = "unknown"

  /// The column of the training's `obs` that they are from.
  public let key: String

  /// The labels, in their order; ``unknown`` is not among them.
  public let names: [String]

  /// The label of each cell, −1 for *unknown*; `(n)`.
  public let ofCell: [Int32]

  /// The share of the neighbours that have the most frequent label, 0 to 1; `(n)`.
  public let confidence: [Float]

  /// The mean distance to the neighbours, over the median of those of the reference's own cells of
  /// the label; near 1 for a cell like these, and several for one unlike all; `(n)`.
  public let distance: [Float]

  /// How much of what sets the most frequent label apart is in the cell's own counts: about 1 for a
  /// cell of the label, about 0 for one that might as well be of any; `(n)`.
  ///
  /// With `p_l` the mean proportions of the genes in the reference's cells of label `l`, `p` their
  /// mean over the labels, and `x` the cell's counts, it is
  /// `Σ x log(p_l / p) / (Σ x · Σ p_l log(p_l / p))`. It is `nil` for models of standardized input.
  public let support: [Float]?

  /// How many cells are *unknown*.
  public var unknownCount: Int { ofCell.count { $0 < 0 } }

  /// The label of each cell in words; `(n)`.
  public var words: [String] {
    ofCell.map { $0 < 0 ? Self.unknown : names[Int($0)] }
  }
}

extension TransferredLabels {
  /// How many of the reference's own cells their typical distance is found from.
  private static let typicalCells = 10_000

  /// Has the nearest cells of the reference vote.
  ///
  /// - Parameters:
  ///   - embedding: The new cells; `(n, d)`.
  ///   - reference: The cells of the training; those without a label have no vote.
  ///   - labels: Their labels.
  ///   - count: How many neighbours vote.
  ///   - leastConfidence: The share of the votes under which a cell is *unknown*.
  ///   - leastSupport: The support under which it is; 0 for none.
  ///   - pool: The threads to use.
  ///   - findSupport: Finds the cells' support of the labels that got most votes. The default finds
  ///     none.
  init(
    to embedding: Embedding, from reference: Model.Reference, _ labels: Model.Labels,
    neighbours count: Int, leastConfidence: Float, leastSupport: Float = 0, pool: ThreadPool,
    findSupport: ([Int32]) -> [Float]? = { _ in nil }
  ) {
    let voters = LabelVoters(reference.embedding, of: reference, labels)
    let found = voters.nearest(to: embedding, count, pool: pool)
    let k = found.k
    var voted: [Int32] = []
    var confidence: [Float] = []
    var distance: [Float] = []
    let typical = Self.typicalDistances(voters.places, voters.labels, labels.names.count, k, pool)
    for cell in 0..<embedding.cellCount {
      let range = found.range(ofQuery: cell)
      let (label, share) = voters.vote(of: found.indices[range])
      let mean = found.distances[range].reduce(0, +) / Float(max(1, k))
      voted.append(label)
      confidence.append(share)
      let usual = label >= 0 ? typical[Int(label)] : 0
      distance.append(usual > 0 ? mean / usual : 0)
    }
    let support = findSupport(voted)
    let ofCell = voted.indices.map { cell in
      let isSupported = leastSupport <= 0 || (support?[cell] ?? .infinity) >= leastSupport
      return confidence[cell] >= leastConfidence && isSupported ? voted[cell] : -1
    }
    self.init(
      key: labels.key, names: labels.names, ofCell: ofCell, confidence: confidence,
      distance: distance, support: support)
  }

  /// The median over some cells of each label of their mean distance to their neighbours.
  private static func typicalDistances(
    _ cells: Matrix, _ labels: [Int32], _ count: Int, _ k: Int, _ pool: ThreadPool
  ) -> [Float] {
    var options = NeighbourOptions()
    options.maximumQueries = typicalCells
    let own = nearestNeighbours(of: cells, k: k, options: options, pool: pool)
    var means = [[Float]](repeating: [], count: count)
    for query in 0..<own.count where own.k > 0 {
      let sum = own.distances[own.range(ofQuery: query)].reduce(0, +)
      means[Int(labels[Int(own.queries[query])])].append(sum / Float(own.k))
    }
    return means.map { values in values.isEmpty ? 0 : values.sorted()[values.count / 2] }
  }
}

/// The cells of a reference that vote on labels: those of the training that have one.
struct LabelVoters {
  /// Where they lie; `(n, d)`.
  let places: Matrix

  /// Their labels, by number; `(n)`.
  let labels: [Int32]

  /// Gathers the voters.
  ///
  /// - Parameters:
  ///   - space: The embedding of all cells of the reference, or their latent means.
  ///   - reference: The cells.
  ///   - labels: Their labels.
  init(_ space: Embedding, of reference: Model.Reference, _ labels: Model.Labels) {
    let voters = reference.names.indices.filter {
      labels.ofCell[$0] >= 0 && reference.wasTrainedOn[$0]
    }
    places = Matrix(space.rows(voters))
    self.labels = voters.map { labels.ofCell[$0] }
  }

  /// The nearest voters of new cells.
  func nearest(to cells: Embedding, _ count: Int, pool: ThreadPool) -> NeighbourTable {
    nearestNeighbours(of: Matrix(cells), among: places, k: count, pool: pool)
  }

  /// The most frequent label of some voters, −1 of none, and its share of the votes.
  func vote(of voters: ArraySlice<Int32>) -> (label: Int32, share: Float) {
    var votes: [Int32: Int] = [:]
    for voter in voters { votes[labels[Int(voter)], default: 0] += 1 }
    // Of labels with as many votes, the first; so the order of a dictionary is of no account.
    guard let best = votes.max(by: { ($0.value, -$0.key) < ($1.value, -$1.key) }) else {
      return (-1, 0)
    }
    return (best.key, Float(best.value) / Float(voters.count))
  }
}
