internal import CellFiles
internal import CountData
internal import Foundation
internal import Support
internal import Training

extension TrainingIdentity {
  /// Describes a training whose counts have been gathered.
  init(
    _ cells: CellDataset, genes: [String], _ summary: CellSummary, _ store: CountStore,
    _ given: GivenColumns = GivenColumns(), _ options: IntegrationOptions
  ) throws {
    self.init(
      options: Self.values(of: options),
      cells: cells.count, cellNames: digest(cells.cellNames),
      genes: genes.count, geneNames: digest(genes),
      batches: cells.batches.names, batchOfCell: digest(cells.batches.batchOfCell),
      trainedOn: summary.kept.count, trainedCells: digest(summary.kept),
      total: summary.totals.reduce(0, +),
      totals: digest(
        summary.totals.map(\.bitPattern) + store.totals.map { UInt64($0.bitPattern) }),
      // Never 0, which stands for none.
      columns: given.isEmpty ? 0 : digest(Self.bits(of: given)) | 1)
  }

  /// The values of the columns that a training depends on, as bits.
  private static func bits(of given: GivenColumns) -> [UInt32] {
    var bits = given.covariates?.design.values.map(\.bitPattern) ?? []
    bits += given.protected?.ofCell.map { UInt32($0) } ?? []
    bits += given.labels?.ofCell.map { UInt32(bitPattern: $0) } ?? []
    bits += given.sizes?.values.map { Float($0).bitPattern } ?? []
    return bits
  }

  /// The options that a training depends on; what comes after it may be changed on the way.
  static func values(of options: IntegrationOptions) -> [String: String] {
    var values = options.trainingValues.merging(options.model.trainingValues) { $1 }
      .merging(options.training.trainingValues) { $1 }
    // A list of thousands of names is told by their number.
    values["geneList"] =
      options.geneList.map { "\($0.count) genes (\(digest($0)))" } ?? "none"
    // Absent without a value, as in checkpoints of versions that had no such option.
    values["protect"] = options.protect
    values["trainLabels"] = options.trainLabels
    values["unlabelled"] = options.unlabelled
    values["sizeFactor"] = options.sizeFactor
    values["covariates"] = options.covariates.map { keys in
      keys.map(\.description).joined(separator: ",")
    }
    return values
  }
}

extension DescribedOptions {
  /// The values that a training depends on, by the names of their properties.
  fileprivate var trainingValues: [String: String] {
    var values: [String: String] = [:]
    for field in Self.fields where field.uses.contains(.training) {
      values[field.name] = field.value(self)?.text
    }
    return values
  }
}

/// A number for a list of names that another list hardly has: FNV-1a.
private func digest(_ names: some Sequence<String>) -> UInt64 {
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
