internal import CountData
internal import Foundation
internal import Machine
internal import Training

extension TrainingIdentity {
  /// Describes a training whose counts have been gathered.
  init(
    _ cells: Cells, genes: [String], _ summary: CellSummary, _ store: CountStore,
    _ options: IntegrationOptions
  ) throws {
    self.init(
      options: try Self.values(of: options),
      cells: cells.count, cellNames: digest(cells.names),
      genes: genes.count, geneNames: digest(genes),
      sources: cells.sources.names, sourceOfCell: digest(cells.sources.ofCell),
      trainedOn: summary.kept.count, trainedCells: digest(summary.kept),
      total: summary.totals.reduce(0, +),
      totals: digest(
        summary.totals.map(\.bitPattern) + store.totals.map { UInt64($0.bitPattern) }))
  }

  /// The options that a training depends on; what comes after it may be changed on the way.
  static func values(of options: IntegrationOptions) throws -> [String: String] {
    var values = [
      "geneCount": "\(options.geneCount)",
      "geneList": options.geneList.map { "\($0.count) genes (\(digest($0)))" } ?? "none",
      "minimumCounts": "\(options.minimumCounts)",
      "minimumGenes": "\(options.minimumGenes)",
      "seed": "\(options.seed)",
      "composition": options.composition.rawValue,
    ]
    // All fields of both, so that none that is added later can be forgotten here.
    for encoded in [
      try JSONEncoder().encode(options.model), try JSONEncoder().encode(options.training),
    ] {
      let fields = try JSONSerialization.jsonObject(with: encoded) as? [String: Any] ?? [:]
      for (field, value) in fields {
        let text = try JSONSerialization.data(withJSONObject: value, options: .fragmentsAllowed)
        values[field] = String(decoding: text, as: UTF8.self).filter { $0 != "\"" }
      }
    }
    return values
  }
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
