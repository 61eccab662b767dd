/// Computes the weights that map the values of a minibatch to each batch's offset at matched
/// composition.
///
/// The mean of a batch differs from other batches for two reasons: the batch effect and its
/// composition of populations. Given memberships `R` in shared populations, a ridge regression
/// separates the two. For the values `a` of a unit, it computes
///
///     minimize  Σ_i (a_i − R_i mu − o_s(i))² + 1e-3 |mu|² + kappa |o|²
///
/// over the populations' means `mu` and the batches' offsets `o`. Its solution is linear in `a`, so
/// `o = C a`. If all batches have the same composition, `o_s` is the batch's mean minus the mean of
/// all. A population of only one batch is explained by `mu` and does not change offsets.
///
/// - Parameters:
///   - memberships: The memberships, each row with sum 1; `(n, K)`.
///   - slots: The batches of the cells.
///   - shrinkage: `kappa`, in cells; at least 0. Larger values shrink offsets toward zero; infinity
///     makes them zero.
/// - Returns: `C`; `(slots, n)`.
package func matchedOffsetWeights(
  memberships: [Float], slots: NormSlots, shrinkage: Float
) -> [Float] {
  let n = slots.slot.count
  let count = slots.count
  precondition(memberships.count.isMultiple(of: max(1, n)), "memberships of \(n) cells")
  var weights = [Float](repeating: 0, count: count * n)
  guard n > 0, shrinkage.isFinite else { return weights }
  let clusters = memberships.count / n
  let blocks = matchedBlocks(memberships, clusters: clusters, slots: slots)
  if blocks.count == 1 {
    return matchedOffsetWeights(
      memberships, clusters: clusters, slot: slots.slot, cells: slots.cells, shrinkage: shrinkage)
  }
  for block in blocks {
    var places = [Int32](repeating: 0, count: count)
    for (place, slot) in block.slots.enumerated() { places[slot] = Int32(place) }
    let own = matchedOffsetWeights(
      block.cells.flatMap { i in block.columns.map { memberships[i * clusters + $0] } },
      clusters: block.columns.count, slot: block.cells.map { places[Int(slots.slot[$0])] },
      cells: block.slots.map { slots.cells[$0] }, shrinkage: shrinkage)
    for (p, slot) in block.slots.enumerated() {
      for (q, cell) in block.cells.enumerated() {
        weights[slot * n + cell] = own[p * block.cells.count + q]
      }
    }
  }
  return weights
}

/// The batches and populations of a minibatch that are connected with each other.
package struct MatchedBlock: Equatable, Sendable {
  /// The cells, ascending.
  package var cells: [Int] = []

  /// The columns of memberships that are not all zero, ascending.
  package var columns: [Int] = []

  /// The slots, ascending.
  package var slots: [Int] = []
}

/// Finds the blocks of the regression: batches of different frames share no population.
///
/// The normal equations are zero between blocks, so each is solved by itself, with the same result to
/// the last bit: a hundred frames in one system would take minutes a minibatch.
///
/// - Parameters:
///   - memberships: The memberships; `(n, K)`.
///   - clusters: The number of populations, `K`.
///   - slots: The batches of the cells.
/// - Returns: The blocks, in the order of their first slots.
package func matchedBlocks(
  _ memberships: [Float], clusters: Int, slots: NormSlots
) -> [MatchedBlock] {
  // The block of a slot is that of the least slot which it is connected with.
  var parent = Array(0..<slots.count)
  func root(_ slot: Int) -> Int {
    var slot = slot
    while parent[slot] != slot { slot = parent[slot] }
    return slot
  }
  var slotOfColumn = [Int](repeating: -1, count: clusters)
  for (i, slot) in slots.slot.enumerated() {
    for k in 0..<clusters where memberships[i * clusters + k] != 0 {
      let own = root(Int(slot))
      let other = slotOfColumn[k] < 0 ? own : root(slotOfColumn[k])
      parent[max(own, other)] = min(own, other)
      slotOfColumn[k] = min(own, other)
    }
  }
  var number = [Int](repeating: 0, count: slots.count)
  var blocks: [MatchedBlock] = []
  for slot in 0..<slots.count {
    if root(slot) == slot {
      number[slot] = blocks.count
      blocks.append(MatchedBlock())
    }
    number[slot] = number[root(slot)]
    blocks[number[slot]].slots.append(slot)
  }
  for (k, slot) in slotOfColumn.enumerated() where slot >= 0 {
    blocks[number[slot]].columns.append(k)
  }
  for (i, slot) in slots.slot.enumerated() { blocks[number[Int(slot)]].cells.append(i) }
  return blocks
}

/// The same without a look for blocks: one system for all cells.
///
/// - Parameters:
///   - memberships: The memberships; `(n, K)`.
///   - clusters: The number of populations, `K`.
///   - slot: The slot of each cell; `(n)`.
///   - cells: The number of cells of each slot; `(slots)`.
///   - shrinkage: `kappa`; finite.
/// - Returns: `C`; `(slots, n)`.
package func matchedOffsetWeights(
  _ memberships: [Float], clusters: Int, slot: [Int32], cells: [Float], shrinkage: Float
) -> [Float] {
  let (n, count) = (slot.count, cells.count)
  var weights = [Float](repeating: 0, count: count * n)
  let size = clusters + count
  var a = [Double](repeating: 0, count: size * size)
  for i in 0..<n {
    let row = i * clusters
    let own = (clusters + Int(slot[i])) * size
    for k in 0..<clusters where memberships[row + k] > 1e-4 {
      let r = Double(memberships[row + k])
      a[own + k] += r
      for l in 0...k { a[k * size + l] += r * Double(memberships[row + l]) }
    }
  }
  for k in 0..<clusters { a[k * size + k] += 1e-3 }
  for p in 0..<count {
    a[(clusters + p) * (size + 1)] = Double(cells[p]) + max(1e-3, Double(shrinkage))
  }
  choleskyFactor(&a, size)
  for p in 0..<count {
    // Compute the batch's column of the inverse.
    var y = [Double](repeating: 0, count: size)
    y[clusters + p] = 1
    choleskySolve(a, size, &y, 1)
    for i in 0..<n {
      var sum = y[clusters + Int(slot[i])]
      for k in 0..<clusters { sum += y[k] * Double(memberships[i * clusters + k]) }
      weights[p * n + i] = Float(sum)
    }
  }
  return weights
}

/// Normalizes at matched composition by plain loops in double precision, without ReLU and gate.
///
/// The normal equations of each unit are solved by elimination.
///
/// - Parameters:
///   - a: The pre-activations; `(n, units)`.
///   - units: The number of units.
///   - rows: The row of each cell's batch; `(n)`.
///   - memberships: The memberships in populations; `(n, K)`.
///   - shrinkage: `kappa`.
///   - gamma: The scales; `(rows, units)`.
///   - beta: The shifts; `(rows, units)`.
/// - Returns: `u = gamma_s (a − o_s − m) / √(v + epsilon) + beta_s`; `(n, units)`.
package func matchedNormReference(
  _ a: [Double], units: Int, rows: [Int], memberships: [Double], shrinkage: Double,
  gamma: [Double], beta: [Double]
) -> [Double] {
  let n = rows.count
  let clusters = memberships.count / n
  let batches = Array(Set(rows)).sorted()
  let size = clusters + batches.count
  let design = (0..<n).map { i in
    (0..<clusters).map { memberships[i * clusters + $0] }
      + batches.map { $0 == rows[i] ? 1.0 : 0.0 }
  }
  var u = a
  for j in 0..<units {
    var system = (0..<size).map { p in
      (0..<size).map { q in
        (0..<n).reduce(0) { $0 + design[$1][p] * design[$1][q] }
          + (p != q ? 0 : p < clusters ? 1e-3 : max(1e-3, shrinkage))
      } + [(0..<n).reduce(0) { $0 + design[$1][p] * a[$1 * units + j] }]
    }
    for p in 0..<size {
      for q in 0..<size where q != p {
        let factor = system[q][p] / system[p][p]
        for k in p...size { system[q][k] -= factor * system[p][k] }
      }
    }
    let offsets = (clusters..<size).map {
      shrinkage.isInfinite ? 0 : system[$0][size] / system[$0][$0]
    }
    let left = (0..<n).map { i in
      a[i * units + j] - offsets[batches.firstIndex(of: rows[i]) ?? 0]
    }
    let mean = left.reduce(0, +) / Double(n)
    let variance = left.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(n)
    let scale = 1 / (variance + Double(normEpsilon)).squareRoot()
    for i in 0..<n {
      let k = rows[i] * units + j
      u[i * units + j] = gamma[k] * (left[i] - mean) * scale + beta[k]
    }
  }
  return u
}
