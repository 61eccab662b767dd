internal import CountData
internal import Neighbours
internal import NeuralNet
internal import Numerics

/// The support of labels in one batch of new cells, with what the batch shares taken out.
///
/// The technique of a batch changes the counts of all of its cells, and a single cell has few
/// counts. Therefore the support of ``LabelSupport`` is computed relative to the batch and averaged
/// over similar cells of the batch. It is reduced for cells that the network reconstructs less well
/// than others. With the counts `x`, their sum `t`, the network's reconstruction `rho`, and the
/// neighbours `N(i)` of cell `i` in the principal components of the batch's own expression,
///
///     o_g  = median over labels l of log (Σ_{i of l} x_ig + 20) / (Σ_{i of l} t_i rho_ig + 20)
///     r_ig = rho_ig exp(o_g) / Σ_h rho_ih exp(o_h)
///     q_ig = (Σ_{j in N(i)} x_jg + 200 r_ig) / (Σ_{j in N(i)} t_j + 200)
///     n_i  = Σ_g x_ig log(q_ig / r_ig) / t_i
///
/// `o` is the batch's offset, which its labels agree on. `n` is the novelty in nats per count: by
/// how much the cell's neighbours predict its counts better than the network does. `s` is the
/// support with `p_l exp(o)` as proportions of label `l`, and `e` its mean divergence. With means
/// `s̄_i` and `n̄_i` over the cell and its neighbours, and the median and lower quartile of `n̄`,
///
///     support_i = s̄_i − 0.1 max(0, n̄_i − median) / (median − quartile + 0.02 e)
///
/// A batch that shows fewer than two labels has no offset, because one type cannot show that an
/// offset is technical. Nor has a batch of which half of the cells lack support without the offset,
/// because the reference may be of another tissue.
struct BatchSupport: Sendable {
  /// The number of neighbours of each cell.
  static let neighbours = 10

  /// The number of principal components in which they are searched for.
  static let components = 15

  /// The maximum number of cells for computing the offset, evenly spread.
  static let offsetCells = 5000

  /// The minimum number of cells with a label that takes part in the offset.
  static let fewestCells = 3

  /// The number of counts that is added to a label's count of a gene.
  private static let offsetCounts = 20.0

  /// The weight of the reconstruction in the profile of the neighbours, in counts.
  private static let profileCounts = 200.0

  /// The support that is lost per unit of novelty, and the least unit as a share of `e`.
  private static let noveltyWeight = 0.1
  private static let leastUnit = 0.02

  private static let blockCells = 256

  /// The proportions of the labels.
  let labels: LabelSupport

  /// The network.
  let network: Autoencoder

  /// The latent means of all new cells; `(n, d)`.
  let latent: Embedding

  /// The counts of the model's genes of all new cells.
  let store: CountStore

  /// The label of the neighbours in the reference of each new cell; `(n)`.
  let voted: [Int32]

  /// The threads to use; the result does not depend on them.
  let pool: ThreadPool

  /// Computes the support of cells of one batch and one file.
  ///
  /// - Parameters:
  ///   - cells: The cells, ascending.
  ///   - own: The support of each by its own counts; `(cells)`.
  ///   - missing: The genes that the file lacks, ascending.
  /// - Returns: One number per cell; `(cells)`.
  func support(of cells: [Int], own: [Float], missing: [UInt16]) -> [Float] {
    let offset = canHaveOffset(own) ? self.offset(of: cells, missing: missing) : nil
    let ratios = labels.ratios(without: missing, offset: offset)
    let table = neighbours(of: cells)
    let found = measure(cells, table, ratios, offset, missing)
    func smooth(_ values: [Double]) -> [Double] {
      cells.indices.map { cell in
        let near = table.map { $0.indices[$0.range(ofQuery: cell)] } ?? []
        return near.reduce(values[cell]) { $0 + values[Int($1)] } / Double(near.count + 1)
      }
    }
    let novelty = smooth(found.map(\.novelty))
    let sorted = novelty.sorted()
    guard !sorted.isEmpty else { return [] }
    let median = sorted[sorted.count / 2]
    let unit = median - sorted[sorted.count / 4] + Self.leastUnit * ratios.meanDivergence
    return zip(smooth(found.map(\.support)), novelty).map { support, novelty in
      let excess = unit > 0 ? max(0, novelty - median) / unit : 0
      return Float(support - Self.noveltyWeight * excess)
    }
  }

  /// Returns whether more than half of the cells have support without an offset.
  private func canHaveOffset(_ own: [Float]) -> Bool {
    2 * own.count { !($0 >= LowSupport.limit) } < own.count
  }

  /// Returns the neighbours of each cell within the batch; `nil` for a single cell.
  private func neighbours(of cells: [Int]) -> NeighbourTable? {
    guard cells.count > 1 else { return nil }
    let coordinates = UncorrectedSpace.coordinates(
      of: cells, in: store, batches: [Int32](repeating: 0, count: store.cellCount),
      count: Self.components, seed: 0, pool: pool)
    var options = NeighbourOptions()
    options.maximumQueries = cells.count
    return nearestNeighbours(of: coordinates, k: Self.neighbours, options: options, pool: pool)
  }

  /// Returns the offset of each gene, `o`, 0 for a missing one; `nil` if fewer than two labels have
  /// enough cells; `(f)`.
  private func offset(of cells: [Int], missing: [UInt16]) -> [Double]? {
    let count = min(cells.count, Self.offsetCells)
    let chosen = (0..<count).map { cells[$0 * cells.count / count] }
    let genes = store.geneCount
    var numbers: [Int32: Int] = [:]
    for cell in chosen where voted[cell] >= 0 { numbers[voted[cell], default: 0] += 1 }
    let present = numbers.filter { $0.value >= Self.fewestCells }.keys.sorted()
    guard present.count > 1 else { return nil }
    var observed = present.map { _ in [Double](repeating: 0, count: genes) }
    var expected = observed
    forEachBlock(of: chosen[...]) { block, minibatch, proportions in
      // Labels side by side; cells in order, so that sums do not depend on the threads.
      let before = (observed, expected)
      let sums = pool.map(present.count) { number in
        var (own, other) = (before.0[number], before.1[number])
        for (row, cell) in block.enumerated() where voted[cell] == present[number] {
          var total = 0.0
          for k in Int(minibatch.starts[row])..<Int(minibatch.starts[row + 1]) {
            own[Int(minibatch.genes[k])] += Double(minibatch.counts[k])
            total += Double(minibatch.counts[k])
          }
          for gene in 0..<genes {
            other[gene] += total * Double(proportions.values[row * genes + gene])
          }
        }
        return (own, other)
      }
      for number in present.indices { (observed[number], expected[number]) = sums[number] }
    }
    var isMissing = [Bool](repeating: false, count: genes)
    for gene in missing { isMissing[Int(gene)] = true }
    return (0..<genes).map { gene in
      guard !isMissing[gene] else { return 0 }
      let ratios = present.indices.map {
        (observed[$0][gene] + Self.offsetCounts) / (expected[$0][gene] + Self.offsetCounts)
      }.sorted()
      let half = ratios.count / 2
      return ratios.count.isMultiple(of: 2)
        ? (logarithm(ratios[half - 1]) + logarithm(ratios[half])) / 2 : logarithm(ratios[half])
    }
  }

  /// Returns the support and the novelty of each cell, before they are averaged.
  private func measure(
    _ cells: [Int], _ table: NeighbourTable?, _ ratios: LabelSupport.Ratios, _ offset: [Double]?,
    _ missing: [UInt16]
  ) -> [(support: Double, novelty: Double)] {
    let genes = store.geneCount
    let factors = self.factors(offset, missing)
    var found: [(support: Double, novelty: Double)] = []
    found.reserveCapacity(cells.count)
    let batches = [Int32](repeating: 0, count: store.cellCount)
    var minibatch = Minibatch()
    forEachBlock(of: cells[...]) { block, counts, proportions in
      let (first, k) = (block.startIndex, table?.k ?? 0)
      let others = block.indices.flatMap { query in
        table.map { $0.indices[$0.range(ofQuery: query)].map { cells[Int($0)] } } ?? []
      }
      store.fill(&minibatch, with: others, batches: batches, pool: pool)
      let near = minibatch
      found += pool.map(block.count) { row in
        var profile = [Double](repeating: 0, count: genes)
        var total = 0.0
        for index in Int(near.starts[row * k])..<Int(near.starts[(row + 1) * k]) {
          profile[Int(near.genes[index])] += Double(near.counts[index])
          total += Double(near.counts[index])
        }
        let stored = Int(counts.starts[row])..<Int(counts.starts[row + 1])
        let own = (counts.genes[stored], counts.counts[stored])
        let rho = proportions.values[row * genes..<(row + 1) * genes]
        return (
          Double(ratios.support(of: Int(voted[cells[first + row]]), genes: own.0, counts: own.1)),
          Self.novelty(own.0, own.1, profile, total, rho, factors)
        )
      }
    }
    return found
  }

  /// Returns the factor of each gene's proportion, `exp(o)`, 0 for a missing gene; `(f)`.
  private func factors(_ offset: [Double]?, _ missing: [UInt16]) -> [Double] {
    var factors =
      offset.map { $0.map { exponential($0) } }
      ?? [Double](repeating: 1, count: store.geneCount)
    for gene in missing { factors[Int(gene)] = 0 }
    return factors
  }

  /// Computes the novelty of one cell.
  ///
  /// - Parameters:
  ///   - genes: The genes of the cell's counts.
  ///   - counts: The counts.
  ///   - profile: The counts of its neighbours; `(f)`.
  ///   - total: Their sum.
  ///   - rho: The reconstruction; `(f)`.
  ///   - factors: `exp(o)`, 0 for a missing gene; `(f)`.
  /// - Returns: The novelty, `n`; 0 for a cell without counts.
  static func novelty(
    _ genes: ArraySlice<UInt16>, _ counts: ArraySlice<Float>, _ profile: [Double],
    _ total: Double, _ rho: ArraySlice<Float>, _ factors: [Double]
  ) -> Double {
    let sum = zip(rho, factors).reduce(0.0) { $0 + Double($1.0) * $1.1 }
    var (novelty, own) = (0.0, 0.0)
    guard sum > 0 else { return 0 }
    let floor = Double(LabelSupport.floor)
    for (gene, count) in zip(genes, counts) {
      let r = Double(rho[rho.startIndex + Int(gene)]) * factors[Int(gene)] / sum
      let q = (profile[Int(gene)] + profileCounts * r) / (total + profileCounts)
      novelty += Double(count) * logarithm((q + floor) / (r + floor))
      own += Double(count)
    }
    return own > 0 ? novelty / own : 0
  }

  /// Calls `body` with blocks of cells, their counts, and the proportions that the network decodes.
  private func forEachBlock(
    of cells: ArraySlice<Int>, _ body: (ArraySlice<Int>, Minibatch, Matrix) -> Void
  ) {
    let batches = [Int32](repeating: 0, count: store.cellCount)
    var minibatch = Minibatch()
    for first in stride(from: cells.startIndex, to: cells.endIndex, by: Self.blockCells) {
      let block = cells[first..<min(first + Self.blockCells, cells.endIndex)]
      store.fill(&minibatch, with: block, batches: batches, pool: pool)
      let logs = network.decode(Matrix(latent.rows(Array(block))), pool: pool)
      let rows = pool.map(logs.rows) { row in
        let values = logs.values[row * logs.columns..<(row + 1) * logs.columns]
          .map { exponential($0) }
        guard network.hasRates else { return values }
        let sum = values.reduce(0, +)
        return values.map { $0 / sum }
      }
      body(
        block, minibatch,
        Matrix(rows: logs.rows, columns: logs.columns, values: rows.flatMap(\.self)))
    }
  }
}
