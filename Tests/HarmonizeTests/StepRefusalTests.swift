import CellFiles
import Foundation
import Harmonize
import Testing
import TestSupport
@testable import CountData
@testable import Integration
@testable import Support

/// What a step refuses: files that are damaged, of another plan or too few, and changed inputs.
@Suite struct StepRefusalTests {
  private let folder: StepFolder
  private let files: [String]

  init() throws {
    folder = try StepFolder()
    files = try folder.divide([61])
  }

  private func expect(_ error: StepError, _ body: () throws -> Void) {
    #expect(throws: error) { try body() }
  }

  private func plan(
    _ options: IntegrationOptions = StepFolder.options, to name: String = "plan"
  ) throws {
    _ = try planSteps(
      ofScans: files.map { folder.path($0 + ".scan") }, to: folder.path(name), options,
      StepResources(threads: 1))
  }

  private func pack(_ file: String, plan: String = "plan", to name: String) throws {
    _ = try Integration.pack(
      folder.path(file), plan: folder.path(plan), to: folder.path(name), StepResources(threads: 1))
  }

  private func train(_ packs: [String]) throws {
    _ = try Integration.train(
      onPacks: packs.map(folder.path), plan: folder.path("plan"), to: folder.path("trained"),
      StepResources(threads: 1))
  }

  @Test func `a file that ends anywhere, or has another byte, is refused`() throws {
    try folder.scan(files[0])
    let bytes = try folder.bytes(files[0] + ".scan")
    let path = folder.path("cut.scan")
    for length in [0, 7, 8, 40, bytes.count / 2, bytes.count - 9, bytes.count - 1] {
      try bytes.prefix(length).write(to: URL(filePath: path))
      let error = #expect(throws: StepError.self) { try StoredScan(readingAt: path).moments() }
      #expect(
        error
          == (length < 8
            ? .otherKind(path: path, found: nil, expected: "scan")
            : .damaged(path: path, problem: "it ends early")),
        "\(length)")
    }
    for place in stride(from: 8, to: bytes.count, by: bytes.count / 60) {
      var changed = bytes
      changed[place] ^= 0x10
      try changed.write(to: URL(filePath: path))
      #expect(throws: StepError.self, "\(place)") {
        let scan = try StoredScan(readingAt: path)
        _ = (
          try scan.summary(), try scan.batchOfCell(), try scan.checksums(), try scan.moments()
        )
      }
    }
  }

  @Test func `other files are told by what they are`() throws {
    try folder.scan(files[0])
    let (scan, cells) = (folder.path(files[0] + ".scan"), folder.path(files[0]))
    expect(.otherKind(path: scan, found: "scan", expected: "plan")) {
      _ = try StepPlan(readingAt: scan)
    }
    expect(.otherKind(path: cells, found: nil, expected: "plan")) {
      _ = try StepPlan(readingAt: cells)
    }
    expect(.unreadable(path: folder.path("none"), reason: "no such file or directory")) {
      _ = try StepPlan(readingAt: folder.path("none"))
    }
    #expect(
      StepError.otherKind(path: "a", found: "scan", expected: "plan").description
        == "'a' is a scan, and not a plan")
  }

  @Test func `packs of another plan, missing and repeated ones are refused`() throws {
    for file in files { try folder.scan(file) }
    try plan()
    var options = StepFolder.options
    options.seed = 1
    try plan(options, to: "other")
    try pack(files[0], to: "a")
    try pack(files[0], plan: "other", to: "b")
    expect(
      .otherOrigin(path: folder.path("b"), kind: "plan", origin: folder.path("plan"))
    ) { try train(["b"]) }
    expect(.missing(kind: "pack", inputs: [folder.path(files[1])])) { try train(["a"]) }
    try FileManager.default.copyItem(atPath: folder.path("a"), toPath: folder.path("c"))
    expect(
      .repeated(
        first: folder.path("a"), second: folder.path("c"), input: folder.path(files[0]))
    ) { try train(["a", "c"]) }
    #expect(!FileManager.default.fileExists(atPath: folder.path("trained")))
    #expect(
      StepError.missing(kind: "pack", inputs: ["a", "b", "c", "d", "e"]).description
        == "there is no pack of 'a', 'b', 'c' and 2 more files; give one for each file of the plan")
  }

  @Test func `a plan takes scans of one kind, of files as they are`() throws {
    try folder.scan(files[0])
    try folder.scan(files[1], minimumCounts: 2)
    expect(
      .differentScans(
        first: folder.path(files[0] + ".scan"), second: folder.path(files[1] + ".scan"),
        option: "minimumCounts")
    ) { try plan() }
    try folder.scan(files[1])
    try plan()
    // Other counts of the same cells and genes are found when they are read.
    try folder.make(files[0]) {
      try $0.writeAnnData(
        StepFolder.counts(61, seed: 9), batches: (0..<61).map { ["a", "b"][$0 % 2] })
    }
    let changed = StepError.inputChanged(path: folder.path(files[0]))
    expect(changed) { try pack(files[0], to: "a") }
    #expect(!FileManager.default.fileExists(atPath: folder.path("a")))
    expect(changed) { try plan() }
    #expect(
      StepError.inputChanged(path: "a").description
        == "'a' has changed since it was scanned; scan it again, and run the later steps again")
  }

  @Test func `what steps cannot do is told before any work`() throws {
    expect(
      .unsupported(
        what: "take several batch keys",
        instead: "give one, or integrate the files in one process")
    ) { try folder.scan(files[0], batchKey: "batch,donor") }
    try folder.scan(files[0], batchKey: nil)
    expect(
      .unsupported(what: "integrate one file as one batch", instead: "scan it with `batchKey`")
    ) {
      _ = try planSteps(
        ofScans: [folder.path(files[0] + ".scan")], to: folder.path("plan"), StepFolder.options,
        StepResources(threads: 1))
    }
    var options = StepFolder.options
    options.model.loss = .meanSquaredError
    expect(
      .unsupported(
        what: "take values that are not counts",
        instead: "integrate the files in one process")
    ) { try plan(options) }
    options = StepFolder.options
    options.covariates = ["percent_mito"]
    expect(
      .unsupported(
        what: "remove effects of covariates",
        instead: "leave out `covariates`, or integrate the files in one process")
    ) { try plan(options) }
    options = StepFolder.options
    options.protect = "condition"
    expect(
      .unsupported(
        what: "protect a factor",
        instead: "leave out `protect`, or integrate the files in one process")
    ) { try plan(options) }
    options = StepFolder.options
    options.trainLabels = "cell_type"
    expect(
      .unsupported(
        what: "train with labels",
        instead: "leave out `trainLabels`, or integrate the files in one process")
    ) { try plan(options) }
    options = StepFolder.options
    options.sizeFactor = "area"
    expect(
      .unsupported(
        what: "divide counts by sizes of cells",
        instead: "leave out `sizeFactor`, or integrate the files in one process")
    ) { try plan(options) }
    for file in files { try folder.scan(file) }
    try plan()
    expect(.notPlanned(path: folder.path("whole.h5ad"), plan: folder.path("plan"))) {
      _ = try folder.whole
      try pack("whole.h5ad", to: "a")
    }
  }
}
