internal import Numerics
internal import Neighbours

/// Labels of new cells by a vote of the nearest reference cells.
public struct TransferredLabels: Sendable, Equatable {
  /// The name of a cell without sufficient agreement of its neighbours.
  public static let unknown = "unknown"

  /// The column of the training's `obs` with the labels.
  package let key: String

  /// The labels, in order; ``unknown`` is not included.
  package let names: [String]

  /// The label of each cell, −1 for *unknown*; `(n)`.
  package let ofCell: [Int32]

  /// The share of the neighbours with the most frequent label, 0 to 1; `(n)`.
  public let confidence: [Float]

  /// The mean distance to the neighbours, relative to the median for the reference's own cells of
  /// the label; `(n)`.
  ///
  /// It is near 1 for a cell like these, and several times larger for a cell unlike all.
  package let distance: [Float]

  /// The support of the most frequent label by the counts of the cell and of similar cells of its
  /// batch; `(n)`.
  ///
  /// It is about 1 for a cell of the label, and about 0 for a cell that could have any label. Let
  /// `p_l` be the mean gene proportions in the reference's cells of label `l`, with the batch's offset,
  /// `p` their mean over the labels, and `x` the cell's counts. Support is the mean over similar cells
  /// of `Σ x log(p_l / p) / (Σ x · Σ p_l log(p_l / p))`, less a penalty for cells that the network
  /// reconstructs less well than others of the batch (<doc:MappingNewCells>). It is `nil` for models
  /// with standardized input.
  public let support: [Float]?

  /// The label of most neighbours of each cell, −1 for none, whether or not it is given; `(n)`.
  package let voted: [Int32]

  /// The support by the cell's own counts alone, without the batch's offset; `(n)`.
  package let ownSupport: [Float]?

  /// The number of *unknown* cells.
  package var unknownCount: Int { ofCell.count { $0 < 0 } }

  /// The label of each cell in words; `(n)`.
  public var words: [String] {
    ofCell.map { $0 < 0 ? Self.unknown : names[Int($0)] }
  }
}

extension TransferredLabels {
  /// The maximum number of the reference's own cells for computing their typical distance.
  private static let typicalCells = 10_000

  /// Transfers labels by a vote of the nearest reference cells.
  ///
  /// - Parameters:
  ///   - embedding: The new cells; `(n, d)`.
  ///   - reference: The cells of the training; those without a label do not vote.
  ///   - labels: The labels of these cells.
  ///   - count: The number of neighbours that vote.
  ///   - leastConfidence: The share of the votes below which a cell is *unknown*.
  ///   - leastSupport: The support below which a cell is *unknown*. The default is 0, for no limit.
  ///   - pool: The threads to use.
  ///   - findSupport: Computes the cells' support of the winning labels, by their own counts and
  ///     within their batches. The default returns `nil`.
  init(
    to embedding: Embedding, from reference: Model.Reference, _ labels: Model.Labels,
    neighbours count: Int, leastConfidence: Float, leastSupport: Float = 0, pool: ThreadPool,
    findSupport: ([Int32]) -> (own: [Float], inBatch: [Float])? = { _ in nil }
  ) {
    let voters = LabelVoters(reference.embedding, of: reference, labels)
    let near = voters.nearest(to: embedding, count, pool: pool)
    let k = near.k
    var voted: [Int32] = []
    var confidence: [Float] = []
    var distance: [Float] = []
    let typical = Self.typicalDistances(voters.places, voters.labels, labels.names.count, k, pool)
    for cell in 0..<embedding.cellCount {
      let range = near.range(ofQuery: cell)
      let (label, share) = voters.vote(of: near.indices[range])
      let mean = near.distances[range].reduce(0, +) / Float(max(1, k))
      voted.append(label)
      confidence.append(share)
      let usual = label >= 0 ? typical[Int(label)] : 0
      distance.append(usual > 0 ? mean / usual : 0)
    }
    let found = findSupport(voted)
    let support = found?.inBatch
    let ofCell = voted.indices.map { cell in
      let isSupported = leastSupport <= 0 || (support?[cell] ?? .infinity) >= leastSupport
      return confidence[cell] >= leastConfidence && isSupported ? voted[cell] : -1
    }
    self.init(
      key: labels.key, names: labels.names, ofCell: ofCell, confidence: confidence,
      distance: distance, support: support, voted: voted, ownSupport: found?.own)
  }

  /// Returns for each label the median over some cells of their mean distance to their neighbours.
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

/// The cells of a reference that vote on labels: the cells of the training with a label.
struct LabelVoters {
  /// The positions of the cells; `(n, d)`.
  let places: Matrix

  /// The label index of each cell; `(n)`.
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

  /// Returns the nearest voters of new cells.
  func nearest(to cells: Embedding, _ count: Int, pool: ThreadPool) -> NeighbourTable {
    nearestNeighbours(of: Matrix(cells), among: places, k: count, pool: pool)
  }

  /// Returns the most frequent label of some voters, −1 for none, and its share of the votes.
  func vote(of voters: ArraySlice<Int32>) -> (label: Int32, share: Float) {
    var votes: [Int32: Int] = [:]
    for voter in voters { votes[labels[Int(voter)], default: 0] += 1 }
    // On ties the first label wins, so the order of the dictionary does not matter.
    guard let best = votes.max(by: { ($0.value, -$0.key) < ($1.value, -$1.key) }) else {
      return (-1, 0)
    }
    return (best.key, Float(best.value) / Float(voters.count))
  }
}
