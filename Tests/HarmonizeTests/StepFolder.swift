import CellFiles
import Foundation
import HDF5
import Harmonize
import TestSupport
@testable import CountData
@testable import Integration
@testable import Support

/// A folder with cells in files, and the files of the steps over them.
struct StepFolder {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  /// Options that make a run short.
  static let options = {
    var options = IntegrationOptions()
    options.geneCount = 55
    (options.model.hidden, options.model.latent) = ([16], 4)
    (options.components, options.training.visits) = (4, 4_000)
    return options
  }()

  func path(_ name: String) -> String { folder.path(name) }

  /// Writes an HDF5 file.
  func make(_ name: String, _ body: (borrowing File) throws -> Void) throws {
    try? FileManager.default.removeItem(atPath: path(name))
    let file = try File(creatingAt: path(name))
    try body(file)
    try file.close()
  }

  /// Writes two files of 10x Genomics with sixty features of one type, and returns their names.
  func makeTenX(named prefix: String, ids: String, type: String) throws -> [String] {
    let files = ["a.h5", "b.h5"]
    for (number, file) in files.enumerated() {
      try make(file) {
        try $0.writeTenX(
          Self.counts(60, seed: UInt64(number + 3)), names: (0..<60).map { "\(prefix)\($0)" },
          ids: (0..<60).map { "\(ids)\($0)" }, types: [String](repeating: type, count: 60))
      }
    }
    return files
  }

  func bytes(_ name: String) throws -> Data {
    try Data(contentsOf: URL(filePath: path(name)))
  }

  /// Counts of sixty genes at different depths.
  static func counts(_ cells: Int, seed: UInt64 = 1) -> [[Double]] {
    madeCounts(cells: cells, genes: 60, seed: seed).enumerated().map { cell, row in
      row.map { $0 * Double([1, 2, 40][cell % 3]) }
    }
  }

  private static let batches = (0..<150).map { ["c", "a", "b"][$0 / 25 % 3] }

  /// Writes 150 cells to files, divided before the given cells.
  func divide(_ limits: [Int]) throws -> [String] {
    let all = [0] + limits + [150]
    let counts = Self.counts(150)
    return try zip(all, all.dropFirst()).map { start, end in
      let name = "from\(start).h5ad"
      try make(name) {
        try $0.writeAnnData(
          Array(counts[start..<end]), batches: Array(Self.batches[start..<end]),
          cells: (start..<end).map { "c\($0)" })
      }
      return name
    }
  }

  /// The result of one process over all cells.
  var whole: IntegrationResult {
    get throws {
      try make("whole.h5ad") {
        try $0.writeAnnData(Self.counts(150), batches: Self.batches)
      }
      let cells = try CellDataset(readingAt: [path("whole.h5ad")], batchKey: "batch")
      return try integrate(cells, options: Self.options)
    }
  }

  func scan(
    _ file: String, batchKey: String? = "batch", minimumCounts: Int = 1,
    _ resources: StepResources = StepResources(threads: 2)
  ) throws {
    let choices = ScanChoices(
      batchKey: batchKey, ReadingOptions(), minimumCounts: minimumCounts, minimumGenes: 0)
    try FileScan(of: path(file), choices, resources).write(to: path(file + ".scan"))
  }

  /// Runs all steps, and returns the positions that the outputs hold.
  func integrateInSteps(
    _ files: [String], batchKey: String? = "batch", minimumCounts: Int = 1,
    options: IntegrationOptions = options,
    keeping given: IntegrationOptions.GivenDefaults = .init(),
    reversed: Bool = false,
    _ resources: StepResources = StepResources(threads: 2)
  ) throws -> (embedding: [Float], latent: [Float]) {
    let jobs = reversed ? files.reversed() : files
    for file in jobs {
      try scan(file, batchKey: batchKey, minimumCounts: minimumCounts, resources)
    }
    _ = try planSteps(
      ofScans: files.map { path($0 + ".scan") }, to: path("plan"), options,
      keeping: given, resources)
    for file in jobs {
      _ = try pack(path(file), plan: path("plan"), to: path(file + ".pack"), resources)
    }
    _ = try train(
      onPacks: jobs.map { path($0 + ".pack") }, plan: path("plan"), to: path("trained"), resources)
    for file in jobs {
      _ = try encode(
        path(file), plan: path("plan"), model: path("trained"), to: path(file + ".cells"),
        resources)
    }
    try AlignedSteps(
      jobs.map { path($0 + ".cells") }, plan: path("plan"), model: path("trained"), resources
    ).write(to: path("embedding"))
    for file in jobs { try write(file, resources) }
    return (try positions("X_scharmonize", files), try positions("X_scharmonize_latent", files))
  }

  /// The record of the last integration.
  var record: RunRecord {
    get throws { try StepFile(readingAt: path("embedding"), expecting: .embedding).header() }
  }

  func write(_ file: String, _ resources: StepResources = StepResources(threads: 2)) throws {
    // Without filtered cells only an .h5ad has all cells, so the positions are those of the steps.
    try Destination(path(file + ".out.h5ad"), inputs: [path(file)])
      .write(
        path(file), plan: path("plan"), cells: path(file + ".cells"),
        embedding: path("embedding"), resources)
  }

  private func positions(_ key: String, _ files: [String]) throws -> [Float] {
    try files.flatMap { file in
      try File(readingAt: path(file + ".out.h5ad")).read("obsm/\(key)", as: Float.self)
    }
  }
}
