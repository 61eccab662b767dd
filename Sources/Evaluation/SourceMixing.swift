internal import Kernels
internal import Neighbours

/// How well an embedding mixes the sources, against what their sizes predict.
///
/// The prediction is that of neighbours drawn from all cells, whatever their
/// source. Sources of different composition cannot reach it, and need not.
public struct SourceMixing: Codable, Equatable, Sendable {
  /// One source's neighbourhoods.
  public struct Source: Codable, Equatable, Sendable {
    /// The source.
    public let source: String

    /// How many cells it has.
    public let cells: Int

    /// The share of its cells' nearest neighbours that are of other sources.
    ///
    /// They are as many as it has other cells, up to 30 and at least one: so a small source that
    /// lies apart has none of others.
    public let foreign: Double

    /// The share that the sources' sizes predict.
    public let expectedForeign: Double

    /// `foreign` as a share of `expectedForeign`: 0 where the source lies apart.
    public var mixing: Double { foreign / expectedForeign }

    enum CodingKeys: String, CodingKey {
      case source
      case cells
      case foreign
      case expectedForeign = "expected_foreign"
    }
  }

  /// The effective number of sources in a neighbourhood: one over the mean of the sources' squared
  /// shares.
  public let effectiveSources: Double

  /// The number that the sources' sizes predict for neighbourhoods as wide.
  public let expectedEffectiveSources: Double

  /// The sources, by name.
  public let sources: [Source]

  /// From 0, each neighbourhood of one source, to about 1, as predicted.
  ///
  /// `nil` where neighbourhoods are of one cell, as among five cells and fewer: these cannot mix.
  public var mixing: Double? {
    let most = expectedEffectiveSources - 1
    return most > 1e-5 ? (effectiveSources - 1) / most : nil
  }

  /// Makes a record of its parts.
  public init(
    effectiveSources: Double, expectedEffectiveSources: Double, sources: [Source]
  ) {
    self.effectiveSources = effectiveSources
    self.expectedEffectiveSources = expectedEffectiveSources
    self.sources = sources
  }

  enum CodingKeys: String, CodingKey {
    case effectiveSources = "effective_sources"
    case expectedEffectiveSources = "expected_effective_sources"
    case sources
  }
}

/// How many nearest neighbours a cell has where its source is set against others.
func comparedNeighbours(ofSourceWith cells: Int) -> Int { min(mostCompared, max(1, cells - 1)) }

/// How many these are at most.
let mostCompared = 30

/// Measures the mixing in each cell's neighbours, itself left out.
///
/// Of neighbours with weights `w` drawn from sources with shares `p`, the squared
/// shares of the sources add on average to `Σp² + (1 - Σp²) Σw²`.
func sourceMixing(_ table: NeighbourTable, sources: CellGroups, pool: ThreadPool) -> SourceMixing {
  let n = Double(table.count)
  let concentration = sources.sizes.reduce(0.0) { $0 + (Double($1) / n) * (Double($1) / n) }
  let shards = fixedShards(of: table.count, size: 512)
  let expected = pool.map(shards.count) { shard in
    shards[shard].reduce(0.0) { sum, cell in
      let weights = neighbourWeights(
        table.distances[table.range(ofQuery: cell)], perplexity: perplexity(of: table))
      let squares = weights.reduce(0) { $0 + $1 * $1 }
      return sum + concentration + (1 - concentration) * squares
    }
  }.reduce(0, +)
  let observed = inverseSimpson(table, codes: sources.codes, groups: sources.count, pool: pool)
  var foreign = [Int](repeating: 0, count: sources.count)
  for (cell, source) in sources.codes.enumerated() {
    foreign[Int(source)] += table.indices[table.range(ofQuery: cell)]
      .prefix(comparedNeighbours(ofSourceWith: sources.sizes[Int(source)])).count(where: {
        sources.codes[Int($0)] != source
      })
  }
  return SourceMixing(
    effectiveSources: n / observed.reduce(0) { $0 + 1 / $1 },
    expectedEffectiveSources: n / expected,
    sources: (0..<sources.count).map { source in
      let size = sources.sizes[source]
      return SourceMixing.Source(
        source: sources.names[source], cells: size,
        foreign: Double(foreign[source])
          / Double(max(1, size * min(table.k, comparedNeighbours(ofSourceWith: size)))),
        expectedForeign: Double(table.count - size) / Double(max(1, table.count - 1)))
    })
}
