internal import Numerics

/// The main frame, with which all others are matched.
struct MainFrame: Sendable {
  /// The batches in it.
  var batches: [Int]

  /// The clusters of the batches.
  var pool: ProfilePool

  /// A flag that is true if the variation within the frame is about that of all cells, so that it
  /// has most types.
  let isClear: Bool
}

extension FrameSearch {
  /// Joins batches outside the main frame to it.
  ///
  /// After pooling, the remaining frames are matched one by one, in rounds: a frame may match
  /// batches that joined the main frame earlier.
  mutating func joinRest(to batches: [Int]) {
    let own = meanSquaredDistance(
      of: batches.map { profiles[$0] }, less: batches.map { frames.offsets[$0] })
    let all = meanSquaredDistance(of: profiles, less: frames.offsets)
    var main = MainFrame(
      batches: batches, pool: pool([batches]), isClear: own >= options.clearStructure * all)
    if main.isClear { joinTogether(to: &main) }
    while true {
      let rest = rest(of: main)
      let (search, current) = (self, main)
      let matches = threads.map(rest.count) { search.matchAlone(rest[$0], with: current) }
      let accepted = rest.indices.filter { isAccepted(matches[$0].match, rest[$0], main) }
      for i in accepted {
        let (own, match) = matches[i]
        join(rest[i], from: own, match, kind: .matched(match.kind), to: &main, of: current)
      }
      guard accepted.isEmpty else { continue }
      for (batches, alone) in zip(rest, matches) {
        joins.append(JoinVerdict(batches: batches, kind: .apart, figures: alone.match.figures))
      }
      return
    }
  }

  /// Returns the other frames that have cells.
  private func rest(of main: MainFrame) -> [[Int]] {
    frames.members(cells: cells).filter {
      frames.frame[$0[0]] != frames.frame[main.batches[0]] && $0.contains { profiles[$0].count > 0 }
    }
  }

  /// Returns the clusters of frames as one set.
  private func pool(_ members: [[Int]]) -> ProfilePool {
    var pooled = ProfilePool(
      genes: profiles.first?.genes ?? 0, scales: scales, seed: seed, pool: threads)
    pooled.append(members.flatMap(\.self), profiles: profiles, offsets: frames.offsets)
    return pooled
  }

  /// Moves batches into the main frame by the offset of a match.
  ///
  /// - Parameters:
  ///   - batches: The batches.
  ///   - own: The clusters of the batches.
  ///   - match: The match of `own` with the clusters of `matched`.
  ///   - kind: The verdict.
  ///   - main: The current main frame.
  ///   - matched: The main frame at the time of the match.
  private mutating func join(
    _ batches: [Int], from own: ProfilePool, _ match: OffsetMatch, kind: JoinVerdict.Kind,
    to main: inout MainFrame, of matched: MainFrame
  ) {
    let (first, second) = (Set(match.links.map(\.first)), Set(match.links.map(\.second)))
    for member in own.members where first.contains(member.pooled) {
      isMatched[member.batch][member.cluster] = true
    }
    for member in matched.pool.members where second.contains(member.pooled) {
      isMatched[member.batch][member.cluster] = true
    }
    let (offset, variance) = match.offset(own.clusters, matched.pool.clusters)
    frames.shift(batches, by: shrunk(offset, variance: variance))
    main.batches += batches
    frames.unite(main.batches)
    main.pool.append(batches, profiles: profiles, offsets: frames.offsets)
    joins.append(JoinVerdict(batches: batches, kind: kind, figures: match.figures))
  }
}

// MARK: Pooled

extension FrameSearch {
  /// Matches all remaining frames at once, as one batch in several parts.
  ///
  /// Sorted samples of one experiment share a technique, so together they can match a whole sample
  /// although none of them does alone. The match counts if 60% of the cells are in matched
  /// clusters, and half of the cells in half of the frames.
  private mutating func joinTogether(to main: inout MainFrame) {
    let rest = partsOfOne(rest(of: main), main)
    guard rest.count >= 2 else { return }
    let pooled = pool(rest)
    let match = bestMatch(pooled.clusters, main.pool.clusters, options: options)
    guard isPooled(match) else { return }
    let matched = Set(match.links.map(\.first))
    var covered = [Double](repeating: 0, count: profiles.count)
    for member in pooled.members where matched.contains(member.pooled) {
      covered[member.batch] += profiles[member.batch].shares[member.cluster]
    }
    let isCovered = rest.map { batches in
      let total = batches.reduce(0.0) { $0 + Double(cells[$1]) }
      return batches.reduce(0) { $0 + covered[$1] * Double(cells[$1]) } >= 0.5 * total
    }
    let count = isCovered.count(where: \.self)
    guard count >= 2, 2 * count >= rest.count else { return }
    // Cells outside matched clusters share the technique of the others, so they move too.
    join(rest.flatMap(\.self), from: pooled, match, kind: .pooled, to: &main, of: main)
    for batch in rest.joined() { group[batch] = rest[0][0] }
  }

  private func isPooled(_ match: OffsetMatch) -> Bool {
    match.kind == .strong && match.figures.covered[0] >= 0.6
  }

  /// Returns the frames that may be parts of one experiment.
  ///
  /// A frame that matches the main one alone has its own offset. It is not a part if that differs
  /// from the offset of the others, or if these have no offset.
  private func partsOfOne(_ rest: [[Int]], _ main: MainFrame) -> [[Int]] {
    guard rest.count >= 2 else { return [] }
    let all = pool(rest).clusters
    let matchOfAll = bestMatch(all, main.pool.clusters, options: options)
    let isPart = threads.map(rest.count) { place in
      guard rest[place].contains(where: { isLarge[$0] }) else { return true }
      let (own, match) = matchAlone(rest[place], with: main)
      guard match.kind == .strong else { return true }
      var (clusters, reference) = (all, matchOfAll)
      // A single frame among many hardly changes the offset of all.
      if rest.count <= options.allPairs {
        clusters = pool(rest.indices.filter { $0 != place }.map { rest[$0] }).clusters
        reference = bestMatch(clusters, main.pool.clusters, options: options)
      }
      guard isPooled(reference) else { return false }
      let (mine, noise) = match.offset(own.clusters, main.pool.clusters)
      let (theirs, theirNoise) = reference.offset(clusters, main.pool.clusters)
      var square = 0.0
      for g in mine.indices {
        square += (mine[g] - theirs[g]) * (mine[g] - theirs[g]) - noise[g] - theirNoise[g]
      }
      return square < 0.25 * match.figures.structure
    }
    return rest.indices.filter { isPart[$0] }.map { rest[$0] }
  }
}

// MARK: Alone

extension FrameSearch {
  /// Matches one frame with the main one.
  private func matchAlone(
    _ batches: [Int], with main: MainFrame
  ) -> (own: ProfilePool, match: OffsetMatch) {
    let own = pool([batches])
    return (own, bestMatch(own.clusters, main.pool.clusters, options: options))
  }

  /// Returns whether a match joins a frame to the main one.
  private func isAccepted(_ match: OffsetMatch, _ batches: [Int], _ main: MainFrame) -> Bool {
    let figures = match.figures
    switch match.kind {
    case .strong:
      // A sample of one type cannot support a large offset.
      return main.isClear && figures.relativeOffset < 1
        || batches.contains { isRich[$0] } && isConvincing(match, batches, main.batches)
    case .weak, .nearest:
      return main.isClear && figures.relativeOffset < options.nearestOffset
        && figures.offsetSquare < options.nearestRatio * figures.nextSquare
    }
  }
}
