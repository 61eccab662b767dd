import CellFiles
import Foundation
import HDF5
import Harmonize
import Testing
import TestSupport
@testable import CountData
@testable import Integration
@testable import Support

/// Files of cells that changed or moved between steps, and options that a plan takes.
@Suite struct StepChangesTests {
  private let folder: StepFolder
  private let resources = StepResources(threads: 1)

  init() throws { folder = try StepFolder() }

  private struct Stop: Error {}

  private func size(_ file: String) throws -> Int { try folder.bytes(file).count }

  /// Writes sixty cells of a folder.
  private func make(_ name: String, _ counts: [[Double]], batches: [String]? = nil) throws {
    let folderPath = (folder.path(name) as NSString).deletingLastPathComponent
    try FileManager.default.createDirectory(
      atPath: folderPath, withIntermediateDirectories: true)
    try folder.make(name) {
      try $0.writeAnnData(
        counts, batches: batches ?? counts.indices.map { ["a", "b"][$0 % 2] })
    }
  }

  private func plan(_ files: [String]) throws {
    for file in files { try folder.scan(file) }
    _ = try planSteps(
      ofScans: files.map { folder.path($0 + ".scan") }, to: folder.path("plan"),
      StepFolder.options, resources)
  }

  private func pack(_ path: String, to name: String = "pack") throws {
    _ = try Integration.pack(
      path, plan: folder.path("plan"), to: folder.path(name), resources)
  }

  @Test func `counts that moved between genes of a cell are found`() throws {
    let counts = StepFolder.counts(60)
    try make("x.h5ad", counts)
    try plan(["x.h5ad"])
    let before = try size("x.h5ad")
    try make("x.h5ad", counts.map { $0.reversed() })
    // Neither the size of the file nor a total tells of it.
    #expect(try size("x.h5ad") == before)
    #expect(throws: StepError.inputChanged(path: folder.path("x.h5ad"))) {
      try pack(folder.path("x.h5ad"))
    }
  }

  @Test func `the checksum of a row follows from its genes and values`() {
    func sums(_ genes: [Int32], _ values: [Float]) -> [UInt64] {
      RowBlock(firstRow: 0, starts: [0, 2, 2, 4], genes: genes, values: values).checksums
    }
    let sums1 = sums([1, 5, 1, 5], [2, 3, 3, 2])
    #expect(sums1[1] == 0 && sums1[0] != sums1[2])
    #expect(sums1[0] == sums([1, 5, 0, 2], [2, 3, 1, 1])[0])
    #expect(sums1[0] != sums([1, 6, 0, 2], [2, 3, 1, 1])[0])
    #expect(Set((1..<1_000).map { sums([1, 5, 1, 5], [Float($0), 3, 3, 2])[0] }).count == 999)
  }

  @Test func `batches that changed after the plan are found by every later step`() throws {
    let counts = StepFolder.counts(60)
    try make("x.h5ad", counts)
    _ = try folder.integrateInSteps(["x.h5ad"])
    let before = try size("x.h5ad")
    try make("x.h5ad", counts, batches: counts.indices.map { ["b", "a"][$0 % 2] })
    #expect(try size("x.h5ad") == before)
    let changed = StepError.inputChanged(path: folder.path("x.h5ad"))
    #expect(throws: changed) { try pack(folder.path("x.h5ad")) }
    #expect(throws: changed) { try folder.write("x.h5ad") }
  }

  @Test func `files of one name are told apart by what they hold, wherever they are`() throws {
    try make("one/x.h5ad", StepFolder.counts(60))
    try make("two/x.h5ad", StepFolder.counts(90))
    try plan(["one/x.h5ad", "two/x.h5ad"])
    try make("moved/x.h5ad", StepFolder.counts(90))
    try pack(folder.path("moved/x.h5ad"), to: "moved.pack")
    try pack(folder.path("two/x.h5ad"), to: "two.pack")
    #expect(try folder.bytes("moved.pack") == folder.bytes("two.pack"))
    try pack(folder.path("one/../one/x.h5ad"), to: "one.pack")
    // With equal sizes and names, the path decides.
    let counts = StepFolder.counts(60).map { Array($0.reversed()) }
    try make("three/x.h5ad", counts)
    try plan(["one/x.h5ad", "three/x.h5ad"])
    try pack(folder.path("one/../three/x.h5ad"), to: "three.pack")
    try make("four/x.h5ad", counts)
    let path = folder.path("four/x.h5ad")
    #expect(throws: StepError.notPlanned(path: path, plan: folder.path("plan"))) {
      try pack(path)
    }
  }

  @Test func `a zarr store has the same size on every file system`() throws {
    try make("x.h5ad", StepFolder.counts(60))
    let file = try CellFile(readingAt: folder.path("x.h5ad"))
    let choices = ScanChoices(
      batchKey: "batch", ReadingOptions(), minimumCounts: 1, minimumGenes: 0)
    #expect(try ScannedInput(file, choices).bytes == size("x.h5ad"))
    let store = TestFiles.fixtures.appending(path: "formats/v3.zarr").path
    let noKey = ScanChoices(batchKey: nil, ReadingOptions(), minimumCounts: 1, minimumGenes: 0)
    #expect(try ScannedInput(CellFile(readingAt: store), noKey).bytes == 0)
  }

  @Test func `proteins keep what was given, as in one process`() throws {
    let files = try folder.makeTenX(named: "p", ids: "p", type: "Antibody Capture")
    let given = IntegrationOptions.GivenDefaults(dropout: true, scaling: true)
    let embedded = try folder.integrateInSteps(files, batchKey: nil, keeping: given)
    let cells = try CellDataset(readingAt: files.map(folder.path))
    var options = StepFolder.options
    try options.adapt(to: cells, keeping: given)
    #expect(options.featureKind == .proteins && options.model.dropout == 0.1)
    #expect(options.componentScaling == 0)
    let result = try integrate(cells, options: options)
    #expect(embedded.embedding == result.embedding.values)
    let record = try folder.record
    #expect(record.notices == result.record.notices)
    #expect(record.options.model.dropout == 0.1)
    #expect(try folder.integrateInSteps(files, batchKey: nil).embedding != embedded.embedding)
  }

  @Test func `a plan refuses options for several keys`() throws {
    try make("x.h5ad", StepFolder.counts(60))
    try folder.scan("x.h5ad")
    var options = StepFolder.options
    options.alignment = ClusterAlignmentOptions()
    options.alignment?.theta = [1, 2]
    #expect(throws: OptionError.self) {
      try planSteps(
        ofScans: [folder.path("x.h5ad.scan")], to: folder.path("plan"), options, resources)
    }
    #expect(!FileManager.default.fileExists(atPath: folder.path("plan")))
  }

  @Test func `a checkpoint of another plan is refused by name`() throws {
    try make("x.h5ad", StepFolder.counts(60))
    try plan(["x.h5ad"])
    try pack(folder.path("x.h5ad"))
    var saving = CheckpointOptions(path: folder.path("saved"))
    let stopping = StepResources(threads: 1) { progress in
      if progress.stage == .training, progress.fraction > 0.3 { throw Stop() }
    }
    func train(_ resources: StepResources) throws {
      _ = try Integration.train(
        onPacks: [folder.path("pack")], plan: folder.path("plan"), to: folder.path("trained"),
        checkpoint: saving, resources)
    }
    #expect(throws: Stop.self) { try train(stopping) }
    saving.resumes = true
    var options = StepFolder.options
    options.seed = 1
    _ = try planSteps(
      ofScans: [folder.path("x.h5ad.scan")], to: folder.path("plan"), options, resources)
    try pack(folder.path("x.h5ad"))
    let error = StepError.otherTraining(
      checkpoint: folder.path("saved"), plan: folder.path("plan"))
    #expect(throws: error) { try train(resources) }
    #expect(
      StepError.otherTraining(checkpoint: "c", plan: "p").description
        == "the checkpoint 'c' is of a training by another plan than 'p'; delete it, or leave out "
        + "`resumes` to start from scratch")
    try plan(["x.h5ad"])
    try pack(folder.path("x.h5ad"))
    try train(resources)
  }

  @Test func `encoded cells of another file are told by that file`() throws {
    let files = try folder.divide([61])
    _ = try folder.integrateInSteps(files)
    let (cells, other) = (folder.path(files[1] + ".cells"), folder.path(files[0]))
    let error = StepError.otherInput(
      path: cells, found: folder.path(files[1]), expected: other)
    #expect(throws: error) {
      try Destination(folder.path("o.npy"), inputs: []).write(
        other, plan: folder.path("plan"), cells: cells, embedding: folder.path("embedding"),
        resources)
    }
    #expect(
      StepError.otherInput(path: "1.cells", found: "b.h5", expected: "a.h5").description
        == "'1.cells' is of 'b.h5'; give the file of 'a.h5'")
  }
}
