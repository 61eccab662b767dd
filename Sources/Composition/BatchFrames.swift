/// Groups of batches with known relative offsets, called frames.
struct BatchFrames: Sendable {
  /// The offset of each batch within its frame; `(batches, genes)`.
  private(set) var offsets: [[Double]]

  /// The index of each batch's frame.
  private(set) var frame: [Int]

  /// Makes one frame for each batch.
  init(batches: Int, genes: Int) {
    offsets = Array(repeating: Array(repeating: 0, count: genes), count: batches)
    frame = Array(0..<batches)
  }

  /// Returns the batches of each frame, the largest frame first.
  func members(cells: [Int]) -> [[Int]] {
    var members: [Int: [Int]] = [:]
    for (batch, number) in frame.enumerated() { members[number, default: []].append(batch) }
    func size(_ batches: [Int]) -> Int { batches.reduce(0) { $0 + cells[$1] } }
    return members.values.sorted { (size($1), $0[0]) < (size($0), $1[0]) }
  }

  /// Adds the same offset to batches.
  mutating func shift(_ batches: [Int], by offset: [Double]) {
    for batch in batches {
      for g in offset.indices { offsets[batch][g] += offset[g] }
    }
  }

  /// Moves batches to one frame without changing their offsets.
  mutating func unite(_ batches: [Int]) {
    guard let first = batches.first else { return }
    for batch in batches { frame[batch] = frame[first] }
  }

  /// Shifts the offsets of each frame so that their mean over cells is zero.
  mutating func centre(cells: [Int]) {
    for batches in members(cells: cells) {
      let total = Double(max(1, batches.reduce(0) { $0 + cells[$1] }))
      var mean = [Double](repeating: 0, count: offsets[batches[0]].count)
      for batch in batches {
        let share = Double(cells[batch]) / total
        for g in mean.indices { mean[g] -= share * offsets[batch][g] }
      }
      shift(batches, by: mean)
    }
  }
}

/// A strong match between two batches.
struct OffsetEdge: Sendable {
  let first: Int
  let second: Int
  let match: OffsetMatch

  /// The weight in the tree and in least squares.
  let weight: Double
}

extension BatchFrames {
  /// Joins batches along the maximum spanning tree of edges, followed by least squares over all
  /// edges that agree with the tree.
  ///
  /// - Parameters:
  ///   - edges: Strong matches, in any order.
  ///   - profiles: The clusters of each batch.
  /// - Returns: The edges that were used.
  mutating func join(_ edges: [OffsetEdge], profiles: [ClusterProfiles]) -> [OffsetEdge] {
    let order = edges.indices.sorted {
      (edges[$1].weight, $0) < (edges[$0].weight, $1)
    }
    func offset(_ edge: OffsetEdge) -> [Double] {
      edge.match.offset(profiles[edge.first], profiles[edge.second]).mean
    }
    var isTree = [Bool](repeating: false, count: edges.count)
    for place in order {
      let edge = edges[place]
      guard frame[edge.first] != frame[edge.second] else { continue }
      let moved = frame.indices.filter { frame[$0] == frame[edge.second] }
      let difference = offset(edge)
      let shift = difference.indices.map {
        offsets[edge.first][$0] - difference[$0] - offsets[edge.second][$0]
      }
      self.shift(moved, by: shift)
      for batch in moved { frame[batch] = frame[edge.first] }
      isTree[place] = true
    }
    var used: [OffsetEdge] = []
    var observed: [[Double]] = []
    for place in order {
      let edge = edges[place]
      let difference = offset(edge)
      var square = 0.0
      for g in difference.indices {
        let residual = offsets[edge.first][g] - offsets[edge.second][g] - difference[g]
        square += residual * residual
      }
      guard isTree[place] || square < 0.5 * edge.match.figures.structure else { continue }
      used.append(edge)
      observed.append(difference)
    }
    if used.count > isTree.count(where: \.self) { settle(used, observed) }
    return used
  }

  /// Minimizes `Σ weight |o_first - o_second - observed|²` by conjugate gradients.
  ///
  /// The graph's Laplacian is the same for all genes, so they share one step length.
  private mutating func settle(_ edges: [OffsetEdge], _ observed: [[Double]]) {
    let genes = offsets.first?.count ?? 0
    func applied(_ x: [[Double]], minus observed: [[Double]]?) -> [[Double]] {
      var out = [[Double]](repeating: [Double](repeating: 0, count: genes), count: x.count)
      for (i, edge) in edges.enumerated() {
        var value = [Double](repeating: 0, count: genes)
        let (first, second) = (x[edge.first], x[edge.second])
        for g in first.indices { value[g] = edge.weight * (first[g] - second[g]) }
        if let observed {
          for g in value.indices { value[g] -= edge.weight * observed[i][g] }
        }
        for g in value.indices { out[edge.first][g] += value[g] }
        for g in value.indices { out[edge.second][g] -= value[g] }
      }
      return out
    }
    func dot(_ x: [[Double]], _ y: [[Double]]) -> Double {
      zip(x, y).reduce(0) { $0 + zip($1.0, $1.1).reduce(0) { $0 + $1.0 * $1.1 } }
    }
    func add(_ factor: Double, _ x: [[Double]], to y: inout [[Double]]) {
      for i in x.indices { for g in 0..<genes { y[i][g] += factor * x[i][g] } }
    }
    var residual = applied(offsets, minus: observed)
    for i in residual.indices { for g in 0..<genes { residual[i][g].negate() } }
    var direction = residual
    var square = dot(residual, residual)
    let enough = 1e-16 * square
    for _ in 0..<200 where square > enough && square > 0 {
      let product = applied(direction, minus: nil)
      let step = square / dot(direction, product)
      add(step, direction, to: &offsets)
      add(-step, product, to: &residual)
      let next = dot(residual, residual)
      var turned = residual
      add(next / square, direction, to: &turned)
      (direction, square) = (turned, next)
    }
  }
}
