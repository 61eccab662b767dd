internal import Numerics

/// The hypotheses about the offset between two sets of clusters.
///
/// Each pair of clusters from the two sets implies the offset `b = y_c - y_e`. Each pair is the
/// start of an iteration. Every cluster takes the partner with the smallest `rho = |y_c - y_e - b|²
/// - noise`, with the weight `(1 - rho / tau)₊`, and b becomes the weighted mean of the
/// differences, until nothing changes. The total weight is the hypothesis's support: true pairs
/// agree on one offset, false pairs do not.
///
/// An offset is a linear combination of profiles, so dot products of profiles are sufficient for
/// all computations.
struct OffsetSearch {
  /// The hypotheses, in descending order of support.
  private(set) var hypotheses: [(support: Double, links: [OffsetMatch.Link])] = []

  /// The mean squared distance within a set, the larger of the two sets.
  let structure: Double

  private let a: ClusterProfiles
  private let b: ClusterProfiles
  private let ownStructure: SIMD2<Double>

  /// Dot products of all centred profiles, those of `a` first; `(n, n)`.
  private let gram: [Double]

  /// Squared distances between clusters of the two sets; `(a, b)`.
  private let distances: [Double]

  private var n: Int { a.count + b.count }

  /// Searches the offsets between `a` and `b`.
  ///
  /// - Parameters:
  ///   - a: The first set; at least one cluster.
  ///   - b: The second set; at least one cluster.
  ///   - width: The squared distance at which clusters no longer match, in units
  ///     of the structure.
  init(_ a: ClusterProfiles, _ b: ClusterProfiles, width: Double) {
    self.a = a
    self.b = b
    var own = SIMD2(a.meanSquaredDistance(), b.meanSquaredDistance())
    // Single cells cannot separate types from noise, so the other set's structure is used.
    if a.areCells, b.areCells || own[0] > own[1] { own[0] = own.min() }
    if b.areCells, a.areCells || own[1] > own[0] { own[1] = own.min() }
    ownStructure = own
    structure = max(own.max(), 1e-9)
    gram = products(a, b)
    let n = a.count + b.count
    var distances: [Double] = []
    for c in 0..<a.count {
      for e in a.count..<n {
        distances.append(gram[c * n + c] + gram[e * n + e] - 2 * gram[c * n + e])
      }
    }
    self.distances = distances
    search(width: width * structure)
  }

  /// Iterates from all starts to their fixed points and collects the distinct ones.
  private mutating func search(width: Double) {
    var found: [[Int32]: Int] = [:]
    for (c, e) in starts() {
      guard let (key, support, links) = fixedPoint(from: (c, e), width: width) else { continue }
      if let place = found[key] {
        if hypotheses[place].support < support { hypotheses[place] = (support, links) }
      } else {
        found[key] = hypotheses.count
        hypotheses.append((support, links))
      }
    }
    let order = hypotheses.indices.sorted {
      (hypotheses[$1].support, $0) < (hypotheses[$0].support, $1)
    }
    hypotheses = order.map { hypotheses[$0] }
  }

  /// Returns all pairs of clusters, or 400 evenly spaced ones.
  private func starts() -> [(Int, Int)] {
    let all = a.count * b.count
    let count = min(all, 400)
    return (0..<count).map { start in
      let place = start * all / count
      return (place / b.count, place % b.count)
    }
  }

  /// Iterates partners and offset from one pair of clusters.
  private func fixedPoint(
    from start: (Int, Int), width: Double
  ) -> (key: [Int32], support: Double, links: [OffsetMatch.Link])? {
    let (sharesA, sharesB) = (a.shares, b.shares)
    var weights = [Double](repeating: 0, count: n)
    weights[start.0] = 1
    weights[a.count + start.1] = -1
    var along = self.along(weights)
    var key: [Int32] = []
    var support = 0.0
    var links: [OffsetMatch.Link] = []
    for _ in 0..<15 {
      let partners = self.partners(weights, along)
      links.removeAll(keepingCapacity: true)
      for (c, best) in partners.ofA.enumerated() {
        let weight = 0.5 * sharesA[c] * max(0, 1 - best.rho / width)
        if weight > 0 { links.append(.init(first: c, second: best.place, weight: weight)) }
      }
      for (e, best) in partners.ofB.enumerated() {
        let weight = 0.5 * sharesB[e] * max(0, 1 - best.rho / width)
        if weight > 0 { links.append(.init(first: best.place, second: e, weight: weight)) }
      }
      support = links.reduce(0) { $0 + $1.weight }
      guard support > 0 else { return nil }
      var next = [Double](repeating: 0, count: n)
      for i in links.indices {
        links[i].weight /= support
        next[links[i].first] += links[i].weight
        next[a.count + links[i].second] -= links[i].weight
      }
      let newAlong = self.along(next)
      var moved = 0.0
      for i in 0..<n { moved += (next[i] - weights[i]) * (newAlong[i] - along[i]) }
      let newKey = links.map { Int32($0.first * b.count + $0.second) }
      let isSettled = newKey == key && moved < 1e-6 * structure
      (weights, along, key) = (next, newAlong, newKey)
      if isSettled { break }
    }
    return (Array(Set(key)).sorted(), support, links)
  }

  /// Returns the dot products of all profiles with a combination of them.
  private func along(_ weights: [Double]) -> [Double] {
    var along = [Double](repeating: 0, count: n)
    let span = gram.span
    for (j, weight) in weights.enumerated() where weight != 0 {
      let row = span.extracting(j * n..<(j + 1) * n)
      for i in row.indices { along[i] += weight * row[i] }
    }
    return along
  }

  /// Returns the partner of each cluster, given the offset as a combination of profiles.
  private func partners(
    _ weights: [Double], _ along: [Double]
  ) -> (ofA: [(place: Int, rho: Double)], ofB: [(place: Int, rho: Double)]) {
    var constant = 0.0
    for i in 0..<n {
      constant += weights[i] * along[i]
      constant -= weights[i] * weights[i] * (i < a.count ? a.noise[i] : b.noise[i - a.count])
    }
    var ofA = [(place: Int, rho: Double)](repeating: (0, .infinity), count: a.count)
    var ofB = [(place: Int, rho: Double)](repeating: (0, .infinity), count: b.count)
    let others = (0..<b.count).map { e in
      2 * along[a.count + e] - (1 + 2 * weights[a.count + e]) * b.noise[e]
    }
    for c in 0..<a.count {
      let base = distances.span.extracting(c * b.count..<(c + 1) * b.count)
      // The noise that a cluster shares with the offset that includes it cancels.
      let own = constant - 2 * along[c] - (1 - 2 * weights[c]) * a.noise[c]
      for e in base.indices {
        let rho = max(0, base[e] + own + others[e])
        if rho < ofA[c].rho { ofA[c] = (e, rho) }
        if rho < ofB[e].rho { ofB[e] = (c, rho) }
      }
    }
    return (ofA, ofB)
  }

  /// Returns the figures of a hypothesis.
  func match(_ support: Double, _ links: [OffsetMatch.Link]) -> OffsetMatch {
    let (sharesA, sharesB) = (a.shares, b.shares)
    var weights = [Double](repeating: 0, count: n)
    var cross = 0.0
    for link in links {
      weights[link.first] += link.weight
      weights[a.count + link.second] += link.weight
      cross += link.weight * gram[link.first * n + a.count + link.second]
    }
    let onlyA = along(weights.enumerated().map { $0.offset < a.count ? $0.element : 0 })
    let onlyB = along(weights.enumerated().map { $0.offset < a.count ? 0 : $0.element })
    var (spreadA, spreadB, square) = (0.0, 0.0, 0.0)
    var covered = SIMD2<Double>()
    for c in 0..<a.count where weights[c] > 0 {
      spreadA += weights[c] * (gram[c * n + c] - onlyA[c] - a.noise[c])
      square += weights[c] * (onlyA[c] - onlyB[c]) - weights[c] * weights[c] * a.noise[c]
      cross -= weights[c] * onlyB[c]
      covered[0] += sharesA[c]
    }
    for e in 0..<b.count where weights[a.count + e] > 0 {
      let (i, weight) = (a.count + e, weights[a.count + e])
      spreadB += weight * (gram[i * n + i] - onlyB[i] - b.noise[e])
      square += weight * (onlyB[i] - onlyA[i]) - weight * weight * b.noise[e]
      covered[1] += sharesB[e]
    }
    let next = min(
      nextSquare(0..<a.count, weights, onlyA, a.noise),
      nextSquare(a.count..<n, weights, onlyB, b.noise))
    // The spread of single cells is noise: use the other side's spread for both.
    var spread = spreadA + spreadB
    if a.areCells, !b.areCells { spread = 2 * spreadB }
    if b.areCells, !a.areCells { spread = 2 * spreadA }
    let figures = MatchFigures(
      agreement: 2 * cross / max(spread, 0.1 * structure),
      explained: SIMD2(
        cross / ownSpread(ownStructure[0], sharesA), cross / ownSpread(ownStructure[1], sharesB)),
      covered: covered, offsetSquare: square, structure: structure, nextSquare: next)
    return OffsetMatch(
      kind: .nearest, figures: figures, support: support, score: 0, links: links,
      offsetShares: links.map(\.weight))
  }

  /// Returns the squared distance of a set's matched clusters from the nearest other cluster of the
  /// set.
  private func nextSquare(
    _ set: Range<Int>, _ weights: [Double], _ along: [Double], _ noise: [Double]
  ) -> Double {
    var own = 0.0
    for i in set {
      let weight = weights[i]
      own += weight * along[i] - weight * weight * noise[i - set.lowerBound]
    }
    return set.filter { weights[$0] == 0 }.map { i in
      own - 2 * along[i] + gram[i * n + i] - noise[i - set.lowerBound]
    }.min() ?? .infinity
  }

  /// Returns the spread of a set's clusters about their mean, at least 1/20 of the structure.
  private func ownSpread(_ own: Double, _ shares: [Double]) -> Double {
    max(own / 2 * (1 - shares.reduce(0) { $0 + $1 * $1 }), 0.05 * structure, 1e-9)
  }

  /// Returns the nearest pair of clusters, regardless of support.
  func nearestPair() -> OffsetMatch {
    var best = (place: 0, rho: Double.infinity)
    for (place, distance) in distances.enumerated() {
      let rho = distance - a.noise[place / b.count] - b.noise[place % b.count]
      if rho < best.rho { best = (place, rho) }
    }
    let link = OffsetMatch.Link(
      first: best.place / b.count, second: best.place % b.count, weight: 1)
    return match(0, [link])
  }
}

/// Returns the dot products of all profiles of two sets, after subtracting their mean.
private func products(_ a: ClusterProfiles, _ b: ClusterProfiles) -> [Double] {
  let n = a.count + b.count
  let genes = a.genes
  var mean = [Double](repeating: 0, count: genes)
  for means in [a.means, b.means] {
    for row in 0..<means.count / max(1, genes) {
      let row = means.span.extracting(row * genes..<(row + 1) * genes)
      for g in row.indices { mean[g] += Double(row[g]) / Double(n) }
    }
  }
  let centred = DoubleView.zeros(n * genes)
  for (first, means) in [(0, a.means), (a.count, b.means)] {
    for row in 0..<means.count / max(1, genes) {
      let values = means.span.extracting(row * genes..<(row + 1) * genes)
      for g in values.indices { centred[(first + row) * genes + g] = Double(values[g]) - mean[g] }
    }
  }
  return rowDots(centred, m: n, aStride: genes, centred, n: n, bStride: genes, k: genes)
}
