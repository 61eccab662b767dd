import CellFiles
import Foundation
import Harmonize
import Testing
import TestSupport
@testable import Integration
@testable import Support

/// What a handler is told while a call runs.
@Suite struct ProgressTests {
  let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  /// The progress of a call, gathered by its handler.
  private final class Told {
    private(set) var steps: [StageProgress] = []

    func handle(_ progress: StageProgress) { steps.append(progress) }

    /// Expects that the overall share rises from 0 to 1, and is 1 at the end alone.
    func expectWhole(_ stages: Set<Stage>, _ place: SourceLocation = #_sourceLocation) {
      let overall = steps.map(\.overall)
      #expect(overall == overall.sorted(), sourceLocation: place)
      #expect(overall.allSatisfy { (0...1).contains($0) }, sourceLocation: place)
      #expect(overall.last == 1, sourceLocation: place)
      // The end may be told twice, as by a stage that reports its last part and its end.
      #expect(overall.firstIndex(of: 1) ?? 0 >= overall.count - 2, sourceLocation: place)
      #expect(overall.first ?? 1 < 0.5, sourceLocation: place)
      #expect(steps.allSatisfy { $0.secondsLeft ?? 0 >= 0 }, sourceLocation: place)
      #expect(Set(steps.map(\.stage)) == stages, sourceLocation: place)
    }
  }

  private static let integration: Set<Stage> = [
    .reading, .gathering, .comparing, .training, .embedding, .alignment, .checking,
  ]

  @Test func `an integration with all stages, and the calls that follow it`() throws {
    let path = folder.path("x.h5ad")
    try PlantedBatches([[0, 1], [0, 1]]).write(to: path)
    let cells = try CellDataset(readingAt: [path], batchKey: "lab")
    var options = IntegrationTests.options(visits: 2_000)
    options.uncorrectedCells = 100
    options.labelKey = "type"
    let told = Told()
    var result = try integrate(cells, options: options, progress: told.handle)
    told.expectWhole(Self.integration)

    for (stage, call) in [
      (Stage.umap, { try result.addUMAP(progress: $0) }),
      (
        .writing,
        {
          try Destination(self.folder.path("o.h5ad"), inputs: [path])
            .write(&result, of: cells, progress: $0)
        }
      ),
      (
        .correcting,
        {
          try CorrectedOutput(self.folder.path("c.h5ad"), inputs: [path])
            .write(&result, of: cells, progress: $0)
        }
      ),
      (.reporting, { _ = try result.report(of: cells, progress: $0) }),
    ] as [(Stage, (ProgressHandler) throws -> Void)] {
      let told = Told()
      try call(told.handle)
      told.expectWhole([stage])
    }
  }

  @Test func `an integration without options, and one in latent space`() throws {
    for (space, isAligned) in [(EmbeddingSpace.decoded, false), (.latent, true)] {
      var options = IntegrationTests.options(visits: 1_000)
      options.space = space
      if !isAligned { options.alignment = nil }
      let told = Told()
      _ = try integrate(smallCells(), options: options, progress: told.handle)
      told.expectWhole(isAligned ? Self.integration : Self.integration.subtracting([.alignment]))
    }
  }

  @Test func `a resumed integration counts what is left`() throws {
    struct Stop: Error {}
    var options = IntegrationTests.options(visits: 20_000)
    options.checkpoint = CheckpointOptions(path: folder.path("c"))
    #expect(throws: Stop.self) {
      try integrate(smallCells(), options: options) {
        if $0.stage == .training, $0.fraction >= 0.5 { throw Stop() }
      }
    }
    options.checkpoint?.resumes = true
    let told = Told()
    _ = try integrate(smallCells(), options: options, progress: told.handle)
    told.expectWhole(Self.integration)
    let first = try #require(told.steps.first { $0.stage == .training })
    let before = try #require(told.steps.last { $0.stage == .comparing })
    #expect(first.fraction >= 0.5 && first.overall - before.overall < 0.1)
  }

  @Test func `a mapping`() throws {
    let scene = try SimulatedReference(shift: 1)
    let told = Told()
    _ = try scene.model.map(scene.query, progress: told.handle)
    told.expectWhole([.reading, .gathering, .embedding, .alignment, .checking])
  }

  @Test func `an evaluation, with counts and without`() throws {
    let path = folder.path("x.h5ad")
    let planted = PlantedBatches([[0, 1], [0, 1]])
    let points = planted.rows.indices.map { [Float($0 * 37 % 101), Float($0 * 53 % 103)] }
    let stages: Set<Stage> = [.reading, .gathering, .comparing, .evaluating]
    for isLogged in [false, true] {
      try planted.write(to: path, embeddings: [("X_a", points), ("X_b", points)]) {
        isLogged ? log1p($0) : $0
      }
      let told = Told()
      let evaluation = try evaluateEmbeddings(
        ofFileAt: path, keys: ["X_a", "X_b"], batchKey: "lab", labelKey: "type",
        progress: told.handle)
      told.expectWhole(stages)
      let report = Told()
      _ = try evaluation.report(progress: report.handle)
      report.expectWhole([.reporting])
    }
  }

  @Test func `more cells, genes and visits cost more, and options add their stages`() {
    let cells = smallCells()
    var options = IntegrationOptions()
    let base = options.workload(for: cells)
    options.training.visits = 1_000_000
    #expect(options.workload(for: cells).total > base.total)
    #expect(
      IntegrationOptions().workload(for: smallCells(count: 1_200, genes: 60)).total > base.total)
    options.alignment = nil
    #expect(options.workload(for: cells).parts[.alignment] == nil)
    #expect(base.parts.keys.contains(.alignment))
  }
}
