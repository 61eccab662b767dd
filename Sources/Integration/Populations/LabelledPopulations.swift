internal import Composition
internal import CountData
internal import NeuralNet
internal import Numerics
internal import Support

/// The populations of labels beside those that batches share by expression.
///
/// A cell with a label belongs to the population of its label. A cell without one belongs to the
/// populations of the labels of its soft clusters, with the weights of ``LabelCounts/weights``, and
/// with the rest to the clusters themselves, as in a run without labels. A cell type without
/// labelled cells therefore stays a population of its own.
///
/// A label that is at odds with those of the cells of the same cluster counts as missing. All do if
/// labels go with clusters hardly more than by chance.
struct LabelledPopulations: Sendable {
  /// The least agreement of labels with clusters at which labels are used.
  static let leastAgreement = 0.1

  /// The populations found from expression.
  private let populations: Populations

  /// The label of each cell that is used, −1 for none; `(n)`.
  let ofCell: [Int32]

  /// The number of labels.
  private let labelCount: Int

  /// The weights of labels in the clusters of each component; `(components K, L)`.
  private let weights: [Float]

  /// The nearest cluster of each cell, among those of all components; `(n)`.
  private let clusterOfCell: [Int32]

  /// The agreement of the labels with the clusters: ``LabelCounts/agreement``.
  let agreement: Double

  /// The number of cells of each label that are not used; `(L)`.
  let doubted: [Int]

  /// A flag that is true if labels are used.
  var areUsed: Bool { agreement >= Self.leastAgreement }

  /// Compares labels with the populations' clusters.
  ///
  /// - Parameters:
  ///   - labels: The labels.
  ///   - populations: The populations found from expression.
  ///   - store: The counts of all cells.
  ///   - cells: The cells of the training.
  ///   - batches: The batch of every cell.
  ///   - pool: The threads to use; the result does not depend on their number.
  init(
    _ labels: TrainingLabels, _ populations: Populations, _ store: CountStore, cells: [Int],
    batches: [Int32], pool: ThreadPool
  ) {
    self.populations = populations
    labelCount = labels.names.count
    let clusterOfCell = populations.clusters(of: store, batches: batches, pool: pool)
    self.clusterOfCell = clusterOfCell
    let clusters = populations.frame.clusters * populations.componentCount
    func count(_ label: [Int32]) -> LabelCounts {
      LabelCounts(
        of: cells, label: label, cluster: clusterOfCell, labels: labels.names.count,
        clusters: clusters)
    }
    let all = count(labels.ofCell)
    let agreement = all.agreement
    self.agreement = agreement
    let isCounted = membership(cells, of: store.cellCount)
    let used = labels.ofCell.indices.map { cell -> Int32 in
      let label = labels.ofCell[cell]
      guard label >= 0, agreement >= Self.leastAgreement else { return -1 }
      let agrees = all.agrees(
        label: Int(label), cluster: Int(clusterOfCell[cell]), isCounted: isCounted[cell])
      return agrees ? label : -1
    }
    ofCell = used
    var doubted = [Int](repeating: 0, count: labels.names.count)
    for (label, used) in zip(labels.ofCell, used) where label != used { doubted[Int(label)] += 1 }
    self.doubted = doubted
    weights = count(used).weights
  }

  /// Adds the memberships in clusters and labels to a minibatch.
  ///
  /// Only labels that occur in it have a column.
  ///
  /// - Parameters:
  ///   - minibatch: The minibatch.
  ///   - cells: Its cells.
  ///   - pool: The threads to use; the result does not depend on their number.
  func addMemberships(to minibatch: inout Minibatch, cells: [Int], pool: ThreadPool) {
    populations.addMemberships(to: &minibatch, pool: pool)
    guard areUsed else { return }
    let (n, k) = (minibatch.cellCount, populations.frame.clusters)
    let soft = minibatch.memberships
    let width = soft.count / max(1, n)
    var labelled = [Float](repeating: 0, count: n * labelCount)
    var rest = soft
    for (row, cell) in cells.enumerated() {
      let own = row * width..<(row + 1) * width
      if ofCell[cell] >= 0 {
        for place in own { rest[place] = 0 }
        labelled[row * labelCount + Int(ofCell[cell])] = 1
        continue
      }
      let component = populations.composition.component[Int(minibatch.batches[row])]
      // A minibatch has columns of the components that occur in it only.
      for place in own where soft[place] > 0 {
        let first = (component * k + (place - own.lowerBound) % k) * labelCount
        for l in 0..<labelCount where weights[first + l] > 0 {
          labelled[row * labelCount + l] += soft[place] * weights[first + l]
          rest[place] -= soft[place] * weights[first + l]
        }
      }
    }
    let present = (0..<labelCount).filter { l in
      (0..<n).contains { labelled[$0 * labelCount + l] > 0 }
    }
    var joined: [Float] = []
    joined.reserveCapacity(n * (width + present.count))
    for row in 0..<n {
      joined += rest[row * width..<(row + 1) * width].map { max(0, $0) }
      joined += present.map { labelled[row * labelCount + $0] }
    }
    minibatch.memberships = joined
  }

  /// The population of each cell in the alignment, those of labels first.
  ///
  /// A cell without a label has the population of the label with a weight of at least 1/2 in its
  /// nearest cluster, and otherwise the one that it has without labels.
  var places: PlacedCells {
    let without = populations.places
    guard areUsed else { return without }
    let likely = (0..<weights.count / labelCount).map { cluster in
      (0..<labelCount).first { weights[cluster * labelCount + $0] >= 0.5 }.map { Int32($0) }
    }
    let all = ofCell.indices.map { cell in
      ofCell[cell] >= 0
        ? ofCell[cell]
        : likely[Int(clusterOfCell[cell])] ?? Int32(labelCount) + without.ofCell[cell]
    }
    let numbers = Dictionary(uniqueKeysWithValues: zip(Set(all).sorted(), Int32(0)...))
    return PlacedCells(ofCell: all.map { numbers[$0] ?? 0 }, levels: without.levels)
  }
}

extension Populations {
  /// The number of components of batches.
  fileprivate var componentCount: Int { (composition.component.max() ?? 0) + 1 }

  /// Returns the nearest soft cluster of each cell, among the clusters of its component; `(n)`.
  ///
  /// The clusters of a component follow those of the one before.
  fileprivate func clusters(of store: CountStore, batches: [Int32], pool: ThreadPool) -> [Int32] {
    let (frame, component) = (frame, composition.component)
    let k = frame.clusters
    let blocks = fixedShards(of: store.cellCount, size: 1024)
    return pool.map(blocks.count) { block in
      var minibatch = Minibatch()
      store.fill(&minibatch, with: blocks[block], batches: batches)
      let soft = frame.memberships(
        starts: minibatch.starts, genes: minibatch.genes, inputs: minibatch.inputs,
        batches: minibatch.batches)
      return blocks[block].enumerated().map { row, cell in
        let nearest = (0..<k).max { (soft[row * k + $0], $1) < (soft[row * k + $1], $0) } ?? 0
        return Int32(component[Int(batches[cell])] * k + nearest)
      }
    }.flatMap(\.self)
  }
}
