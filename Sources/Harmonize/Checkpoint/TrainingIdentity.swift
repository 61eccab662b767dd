internal import CellFiles
internal import Foundation

/// What makes two trainings the same: step for step, to the byte.
struct TrainingIdentity: Equatable, Sendable {
  /// Every option that the training depends on, by its name on the command line.
  var options: [String: String]

  /// The number of cells, and a digest of their names.
  var cells: Int
  var cellNames: UInt64

  /// The number of genes used, and a digest of their names.
  var genes: Int
  var geneNames: UInt64

  /// The names of the sources, and a digest of each cell's.
  var sources: [String]
  var sourceOfCell: UInt64

  /// How many cells passed the filters, and a digest of which.
  var trainedOn: Int
  var trainedCells: UInt64

  /// The sum of all values, and a digest of each cell's, over all genes and over those used.
  var total: Double
  var totals: UInt64
}

extension TrainingIdentity {
  /// Describes a training whose counts have been gathered.
  init(
    _ cells: Cells, genes: [String], _ summary: CellSummary, _ store: CountStore,
    _ options: IntegrationOptions
  ) throws {
    self.options = try Self.values(of: options)
    self.cells = cells.count
    cellNames = digest(cells.names)
    self.genes = genes.count
    geneNames = digest(genes)
    sources = cells.sources.names
    sourceOfCell = digest(cells.sources.ofCell)
    trainedOn = summary.kept.count
    trainedCells = digest(summary.kept)
    total = summary.totals.reduce(0, +)
    totals = digest(summary.totals.map(\.bitPattern) + store.totals.map { UInt64($0.bitPattern) })
  }

  /// The options that a training depends on; what comes after it may be changed on the way.
  static func values(of options: IntegrationOptions) throws -> [String: String] {
    var values = [
      "--n-genes": "\(options.geneCount)",
      "--genes": options.geneList.map { "\($0.count) genes (\(digest($0)))" } ?? "none",
      "--min-counts": "\(options.minimumCounts)",
      "--min-genes": "\(options.minimumGenes)",
      "--seed": "\(options.seed)",
      "--composition": options.composition.rawValue,
    ]
    // All fields of both, so that none that is added later can be forgotten here.
    for encoded in [
      try JSONEncoder().encode(options.model), try JSONEncoder().encode(options.training),
    ] {
      let fields = try JSONSerialization.jsonObject(with: encoded) as? [String: Any] ?? [:]
      for (field, value) in fields {
        let text = try JSONSerialization.data(withJSONObject: value, options: .fragmentsAllowed)
        values[flag(field)] = String(decoding: text, as: UTF8.self).filter { $0 != "\"" }
      }
    }
    return values
  }

  /// The options in which a checkpoint's training differs from this one.
  func differentOptions(from other: [String: String]) -> [String] {
    Set(options.keys).union(other.keys).sorted().compactMap { name in
      let (now, then) = (options[name], other[name])
      guard now != then else { return nil }
      return "'\(name)' was \(then ?? "not given") and is \(now ?? "not given")"
    }
  }

  /// In what a checkpoint's data differ from these.
  func differentData(from other: TrainingIdentity) -> [String] {
    var differences: [String] = []
    func note(_ differs: Bool, _ text: @autoclosure () -> String) {
      if differs { differences.append(text()) }
    }
    note(cells != other.cells, "it had \(counted(other.cells, "cell")), and these are \(cells)")
    note(cells == other.cells && cellNames != other.cellNames, "its cells had other names")
    note(
      genes != other.genes, "it used \(counted(other.genes, "gene")), and these are \(genes)")
    note(genes == other.genes && geneNames != other.geneNames, "it used other genes")
    note(
      sources != other.sources,
      "its sources were \(named(other.sources)), and these are \(named(sources))")
    if differences.isEmpty {
      note(sourceOfCell != other.sourceOfCell, "its cells were of other sources")
      note(
        trainedOn != other.trainedOn,
        "it trained on \(counted(other.trainedOn, "cell")), and these are \(trainedOn)")
      note(
        trainedOn == other.trainedOn && trainedCells != other.trainedCells,
        "it trained on other cells")
      note(
        totals != other.totals,
        total == other.total
          ? "its counts were other ones"
          : "its counts added to \(other.total), and these add to \(total)")
    }
    return differences
  }

  private func named(_ names: [String]) -> String {
    names.prefix(3).map { "'\($0)'" }.joined(separator: ", ") + (names.count > 3 ? ", …" : "")
  }
}

/// What a field of the options is called on the command line.
private func flag(_ field: String) -> String {
  "--" + field.map { $0.isUppercase ? "-\($0.lowercased())" : "\($0)" }.joined()
}

/// A number for a list of names that another list hardly has: FNV-1a.
private func digest(_ names: [String]) -> UInt64 {
  var hash = fnvStart
  for name in names {
    for byte in name.utf8 { hash = (hash ^ UInt64(byte)) &* fnvPrime }
    hash = (hash ^ 0xFF) &* fnvPrime  // no byte of UTF-8
  }
  return hash
}

private func digest(_ numbers: [some BinaryInteger]) -> UInt64 {
  var hash = fnvStart
  for number in numbers {
    hash = (hash ^ UInt64(truncatingIfNeeded: number)) &* fnvPrime
    hash ^= hash >> 32
  }
  return hash
}

private let fnvStart: UInt64 = 0xCBF2_9CE4_8422_2325
private let fnvPrime: UInt64 = 0x0000_0100_0000_01B3
