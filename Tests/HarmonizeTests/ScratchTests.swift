import CellFiles
import Foundation
import Numerics
import NeuralNet
import Testing
import TestSupport
@testable import CountData
@testable import Harmonize
@testable import Integration
@testable import Support

@Suite struct ScratchTests {
  let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  /// Cells whose counts take some hundred kilobytes, some counts over a byte among them.
  static let manyCells = smallCells(count: 600, genes: 300) { dense in
    for k in stride(from: 0, to: dense.count, by: 997) { dense[k] = Float(300 + k % 70_000) }
  }

  private func contents() throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: folder.url.path)
  }

  private func store(_ cells: CellDataset, limit: Int) throws -> CountStore {
    let summary = try CellSummary(
      of: cells, minimumCounts: 0, minimumGenes: 0, anyScale: true
    ) { _ in }
    return try CountStore(
      cells, selected: Array(0..<cells.genes.count), summary: summary, memoryLimit: limit,
      scratchFolder: folder.url.path
    ) { _ in }
  }

  @Test func `a store in a scratch file holds what one in memory holds, and leaves no file`()
    throws
  {
    let inMemory = try store(Self.manyCells, limit: .max)
    #expect(inMemory.bytes.place == .memory)
    for limit in [0, 200_000] {
      let mapped = try store(Self.manyCells, limit: limit)
      #expect(mapped.bytes.place == .scratchFile(folder: folder.url.path))
      #expect(try contents().isEmpty)
      #expect(mapped.totals == inMemory.totals)
      var (a, b) = (Minibatch(), Minibatch())
      let cells = (0..<400).map { $0 * 7 % 400 }
      mapped.willNeed(cells)
      mapped.fill(&a, with: cells, batches: Self.manyCells.batches.batchOfCell)
      inMemory.fill(&b, with: cells, batches: Self.manyCells.batches.batchOfCell)
      #expect(a.starts == b.starts && a.genes == b.genes && a.batches == b.batches)
      #expect(a.counts == b.counts && a.inputs == b.inputs)
    }
  }

  @Test func `values that are not counts go through a scratch file as well`() throws {
    let cells = smallCells(count: 60, genes: 300) { dense in
      for k in dense.indices { dense[k] = dense[k] / 3 - 1 }
    }
    let (mapped, inMemory) = (try store(cells, limit: 0), try store(cells, limit: .max))
    #expect(mapped.bytes.place != .memory)
    var (a, b) = (Minibatch(), Minibatch())
    mapped.fill(&a, with: 0..<60, batches: cells.batches.batchOfCell)
    inMemory.fill(&b, with: 0..<60, batches: cells.batches.batchOfCell)
    #expect(a.genes == b.genes && a.counts == b.counts && a.inputs == b.inputs)
  }

  @Test func `a minibatch is the same however many threads fill it, whatever it held before`()
    throws
  {
    let store = try store(Self.manyCells, limit: .max)
    let batches = Self.manyCells.batches.batchOfCell
    var (alone, shared) = (Minibatch(), Minibatch())
    let pool = ThreadPool(threads: 3)
    for cells in [Array(0..<100), Array(300..<317), [], [5]] {
      store.fill(&alone, with: cells, batches: batches)
      store.fill(&shared, with: cells, batches: batches, pool: pool)
      #expect(alone.cellCount == cells.count && alone.starts == shared.starts)
      #expect(alone.genes == shared.genes && alone.counts == shared.counts)
      #expect(alone.inputs == shared.inputs && alone.batches == shared.batches)
    }
  }

  @Test func `the result has the same bytes with the counts in memory and in a scratch file`()
    throws
  {
    var options = IntegrationTests.options(visits: 640, threads: 1)
    options.geneCount = 300
    options.components = 4
    options.alignment?.clusters = 4
    options.alignment?.rounds = 1
    options.alignment?.sweeps = 2
    options.training.minibatchSize = 16
    let inMemory = try integrate(Self.manyCells, options: options)
    #expect(inMemory.record.store.scratchFolder == nil)
    options.memory = 656 << 10
    options.scratchFolder = folder.url.path
    for threads in [1, 3] {
      options.threads = threads
      let mapped = try integrate(Self.manyCells, options: options)
      #expect(mapped.record.store.scratchFolder == folder.url.path)
      #expect(mapped.embedding == inMemory.embedding)
      #expect(mapped.latent == inMemory.latent)
      #expect(mapped.totals == inMemory.totals)
      #expect(mapped.record.epochs == inMemory.record.epochs)
      #expect(mapped.record.mixing == inMemory.record.mixing)
      #expect(
        mapped.model.network.parameters == inMemory.model.network.parameters
          && mapped.model.network.statistics == inMemory.model.network.statistics)
    }
    #expect(try contents().isEmpty)
  }

  @Test func `too little memory for a minibatch is refused before anything is read`() {
    var options = IntegrationTests.options()
    options.memory = 1 << 18
    let error = #expect(throws: OptionError.self) {
      try integrate(smallCells(), options: options)
    }
    #expect(
      error?.description
        == "`memory` cannot be 256K; give at least 534.5K, which one minibatch of 32 cells and 30 "
        + "genes takes")
    #expect(error.flatMap { failureCategory(of: $0) } == .usage)
  }

  @Test func `a scratch folder that is not there is named before anything is read`() {
    var options = IntegrationTests.options()
    options.scratchFolder = folder.path("nowhere")
    let error = #expect(throws: OutputError.self) {
      try integrate(smallCells(), options: options) { _ in Issue.record("something was read") }
    }
    #expect(error.flatMap { failureCategory(of: $0) } == .cannotCreate)
    #expect(error?.description.hasSuffix("there is no folder '\(folder.path("nowhere"))'") == true)
  }

  @Test func `a scratch folder that fills up is an error, and is left empty`() async {
    await #expect(processExitsWith: .success) {
      // A limit on the sizes of files stands for a full disk.
      let folder = try TemporaryFolder()
      try limitFileSizes(to: 200_000)
      var options = IntegrationTests.options()
      options.geneCount = 300
      options.training.minibatchSize = 16
      options.memory = 656 << 10
      options.scratchFolder = folder.url.path
      let error = #expect(throws: CountDataError.self) {
        try integrate(ScratchTests.manyCells, options: options)
      }
      #expect(
        error?.description
          == "cannot write the scratch file in '\(folder.url.path)': file too large; name a folder "
          + "with more space as `scratchFolder`, or give more `memory`")
      #expect(error.flatMap { failureCategory(of: $0) } == .inputOutput)
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder.url.path).isEmpty)
    }
  }

  @Test func `the folder for scratch files is not one in memory unless it is asked for`() throws {
    #expect(ScratchFolder.standard(besideOutput: "/results/x.h5ad").hasPrefix("/"))
    #if os(Linux)
    if FileManager.default.fileExists(atPath: "/dev/shm") {
      #expect(ScratchFolder.isInMemory("/dev/shm"))
    }
    #expect(!ScratchFolder.isInMemory("/proc"))
    #expect(!ScratchFolder.isInMemory("/nowhere at all"))
    #endif
  }
}

@Suite struct ByteCountTests {
  @Test func `sizes are read as people write them`() {
    for (text, bytes) in [
      ("0", 0), ("100", 100), ("2K", 2048), ("512M", 512 << 20), ("4g", 4 << 30),
      ("1.5GiB", 3 << 29), ("1TB", 1 << 40), ("10B", 10),
    ] {
      #expect(ByteCount(text)?.bytes == bytes, "\(text)")
    }
    for text in ["", "M", "x", "-1G", "1X", "nan", "inf", "1 000", "99999999T", "1e3e"] {
      #expect(ByteCount(text) == nil, "\(text)")
    }
  }

  @Test func `sizes are written in the unit that suits them`() {
    for (bytes, text) in [
      (0, "0"), (1023, "1023"), (1024, "1K"), (512 << 20, "512M"), ((4 << 20) + 1, "4.1M"),
      (3 << 29, "1.5G"),
    ] {
      #expect(ByteCount(bytes).description == text)
    }
  }

  @Test func `budgets leave readers pieces that fit`() {
    var options = ReadingOptions()
    options.threads = 2
    options.fit(memory: 512 << 20)
    #expect(options.blockValues == 1 << 20)
    options.threads = 30
    options.fit(memory: 512 << 20)
    #expect(options.blockValues * 24 * 32 <= 128 << 20)
    #expect(options.bandValues * 12 <= 128 << 20)
    options.fit(memory: 1)
    #expect(options.blockValues == 1 << 13 && options.bandValues == 1 << 16)
    #expect(MemoryBudget(nil).bytes > 1 << 20)
  }
}
