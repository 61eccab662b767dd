import CellFiles
import Foundation
import HDF5
import Harmonize
import Testing
import TestSupport
@testable import CountData
@testable import Integration
@testable import Support

/// An integration in steps over files has the bytes of one in one process.
@Suite struct StepsTests {
  private let folder: StepFolder

  init() throws { folder = try StepFolder() }

  @Test(arguments: [[], [61], [40, 90], [7, 70, 71, 120]])
  func `any division of the cells has the bytes of one process`(limits: [Int]) throws {
    let whole = try folder.whole
    let division = try folder.divide(limits)
    let embedded = try folder.integrateInSteps(division)
    #expect(embedded.embedding == whole.embedding.values)
    #expect(embedded.latent == whole.latent.values)
    // So has one process over the same files.
    let cells = try CellDataset(readingAt: division.map(folder.path), batchKey: "batch")
    let result = try integrate(cells, options: StepFolder.options)
    #expect(result.embedding == whole.embedding)
    #expect(result.record.modelDigest == whole.record.modelDigest)
  }

  @Test func `the output of one file is that of one process, byte for byte`() throws {
    let files = try folder.divide([])
    _ = try folder.integrateInSteps(files)
    let cells = try CellDataset(readingAt: [folder.path(files[0])], batchKey: "batch")
    var result = try integrate(cells, options: StepFolder.options)
    try Destination(folder.path("one.h5ad"), inputs: [folder.path(files[0])])
      .write(&result, of: cells)
    #expect(try folder.bytes(files[0] + ".out.h5ad") == folder.bytes("one.h5ad"))
  }

  @Test func `neither the order of jobs nor their threads and memory change a byte`() throws {
    let files = try folder.divide([40, 90])
    _ = try folder.integrateInSteps(files)
    let names =
      ["plan", "trained", "embedding"]
      + files.flatMap { ["\($0).scan", "\($0).pack", "\($0).cells", "\($0).out.h5ad"] }
    let before = try names.map(folder.bytes)
    for name in names { try FileManager.default.removeItem(atPath: folder.path(name)) }
    _ = try folder.integrateInSteps(
      files, reversed: true, StepResources(threads: 3, memory: 40 << 20))
    for (name, bytes) in zip(names, before) {
      #expect(try folder.bytes(name) == bytes, "\(name)")
    }
  }

  @Test func `files as batches, also of 10x Genomics, need no key`() throws {
    let files = try folder.makeTenX(named: "g", ids: "ENSG", type: "Gene Expression")
    let embedded = try folder.integrateInSteps(files, batchKey: nil)
    let cells = try CellDataset(readingAt: files.map(folder.path))
    let result = try integrate(cells, options: StepFolder.options)
    #expect(embedded.embedding == result.embedding.values)
    #expect(result.record.batches.map(\.name) == ["a", "b"])
  }

  @Test func `filtered cells are placed without training on them`() throws {
    let files = try folder.divide([61])
    let embedded = try folder.integrateInSteps(files, minimumCounts: 60)
    var options = StepFolder.options
    options.minimumCounts = 60
    let cells = try CellDataset(readingAt: files.map(folder.path), batchKey: "batch")
    let result = try integrate(cells, options: options)
    #expect((1..<150).contains(150 - result.cellsUsed.count))
    #expect(embedded.embedding == result.embedding.values)
  }

  @Test func `a latent space without alignment, and several norms, agree as well`() throws {
    var options = StepFolder.options
    (options.space, options.alignment) = (.latent, nil)
    (options.model.encoderNorm, options.model.decoderNorm) = (.batch, .perBatch)
    options.composition = .equal
    let files = try folder.divide([40, 90])
    let embedded = try folder.integrateInSteps(files, options: options)
    let cells = try CellDataset(readingAt: files.map(folder.path), batchKey: "batch")
    #expect(try embedded.embedding == integrate(cells, options: options).embedding.values)
  }
}
