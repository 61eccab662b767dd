@testable import CountData
@testable import Evaluation
@testable import Integration
@testable import NeuralNet
@testable import Training

/// The record of a run that never was: two donors, of which one is still separate.
func madeRecord(_ change: (inout RunRecord) throws -> Void) rethrows -> RunRecord {
  var record = RunRecord(
    inputs: [.init(path: "x.h5ad", format: "an .h5ad", matrix: "X", cells: 5_000, genes: 20_000)],
    options: IntegrationOptions(), batchKey: "donor", cells: 5_000, cellsUsed: 5_000,
    genes: 20_000, genesUsed: 2_000, values: .counts,
    batches: [
      .init(name: "d1", cells: 3_000, cellsUsed: 3_000),
      .init(name: "d2", cells: 2_000, cellsUsed: 2_000),
    ],
    steps: 1_562, minibatchSize: 128,
    modelDigest: "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef",
    epochs: [
      EpochRecord(epoch: 1, steps: 40, reconstruction: 500, kl: 8, loss: 500.5),
      EpochRecord(epoch: 2, steps: 80, reconstruction: 400, kl: 12, loss: 400.04),
    ],
    statisticsGap: 0.125,
    activity: [.init(layer: "encoder.0", units: 128, dead: 4)],
    mixing: .init(
      before: 0.125, after: 0.75, overlaidBefore: 0.03125, overlaidAfter: 0.0625,
      batches: [
        .init(
          batch: "d1", before: 0.25, after: 0.876543, overlaidBefore: 0.03125,
          overlaidAfter: 0.0625),
        .init(batch: "d2", before: 0, after: 0, overlaidBefore: 0.03125, overlaidAfter: 0.0625),
      ]),
    preservation: [
      .init(batch: "d1", cells: 3_000, neighbours: 150, preserved: 0.5, byChance: 0.05),
      .init(batch: "d2", cells: 2_000, neighbours: 100, preserved: 0.625, byChance: 0.05),
    ],
    warnings: ["batch 'd2' is still separate"], notices: [], threads: 2, seconds: [:],
    peakMemoryBytes: 1, store: .init(bytes: 1))
  try change(&record)
  return record
}

/// Returns the record unchanged.
func madeRecord() -> RunRecord { madeRecord { _ in } }
