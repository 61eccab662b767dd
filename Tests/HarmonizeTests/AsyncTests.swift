import CellFiles
import Foundation
import Harmonize
import Synchronization
import Testing
import TestSupport

/// The calls that take long, from tasks.
///
/// The time limits end a test that hangs; none of them asks how fast anything is.
@Suite(.timeLimit(.minutes(10))) struct AsyncTests {
  let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  /// The options of the other tests, with a checkpoint.
  private func options(_ visits: Int) -> IntegrationOptions {
    var options = IntegrationTests.options(visits: visits)
    options.checkpoint = CheckpointOptions(path: folder.path("c.checkpoint"))
    return options
  }

  @Test func `cancelled by another task, training ends within a step and is saved`() async throws {
    let options = options(20_000)
    let told = Mutex(0)
    let (waits, wait) = AsyncStream.makeStream(of: Void.self)
    let cancelled = DispatchSemaphore(value: 0)
    let task = Task {
      try await onOwnThread {
        try integrate(smallCells(), options: options) { progress in
          guard progress.stage == .training else { return }
          let step = told.withLock {
            $0 += 1
            return $0
          }
          guard step == 3 else { return }
          wait.yield()
          cancelled.wait()
        }
      }
    }
    for await _ in waits { break }
    task.cancel()
    cancelled.signal()
    await #expect(throws: CancellationError.self) { try await task.value }
    #expect(told.withLock { $0 } == 3)
    // The step that came after the third was taken, and then the training was saved.
    #expect(TrainingPosition(ofCheckpointAt: folder.path("c.checkpoint"))?.step == 4)
  }

  @Test(arguments: [Stage.reading, .gathering, .training, .embedding, .alignment, .checking])
  func `cancelled in any stage, nothing more is told`(stage: Stage) async throws {
    // Blocks of rows, of which more come after the one that is told of.
    let cells = smallCells(rowsPerBlock: 16)
    let options = IntegrationTests.options(visits: 2_000)
    let told = Mutex([StageProgress]())
    let task = Task {
      try await onOwnThread {
        try integrate(cells, options: options) { progress in
          told.withLock { $0.append(progress) }
          if progress.stage == stage { unsafe withUnsafeCurrentTask { unsafe $0?.cancel() } }
        }
      }
    }
    let result = await task.result
    let last = try #require(told.withLock { $0.last })
    #expect(last.stage == stage)
    #expect(told.withLock { $0.count { $0.stage == stage } } == 1)
    // Nothing is left to stop in the last stage, whose work is done.
    if stage != .checking { #expect(throws: CancellationError.self) { try result.get() } }
  }

  @Test func `as many runs as there are cores leave other tasks theirs`() async throws {
    let runs = ProcessInfo.processInfo.activeProcessorCount + 1
    let (waits, wait) = AsyncStream.makeStream(of: Void.self)
    let gate = DispatchSemaphore(value: 0)
    try await withThrowingTaskGroup(of: Int.self) { group in
      for _ in 0..<runs {
        group.addTask {
          let isFirst = Atomic(true)
          return try await onOwnThread {
            try integrate(
              smallCells(), options: IntegrationTests.options(visits: 320)
            ) { _ in
              guard isFirst.exchange(false, ordering: .relaxed) else { return }
              wait.yield()
              gate.wait()
            }.embedding.count
          }
        }
      }
      // Each run waits; were it on a thread that tasks share, the last would never come here.
      var waiting = 0
      for await _ in waits {
        waiting += 1
        if waiting == runs { break }
      }
      for _ in 0..<runs { gate.signal() }
      for try await count in group { #expect(count == 120) }
    }
  }

  enum Local {
    @TaskLocal static var word = ""
  }

  @Test func `the work belongs to the task that waits for it`() async throws {
    let word = try await Local.$word.withValue("here") { try await onOwnThread { Local.word } }
    #expect(word == "here")
    let isMain = try await onOwnThread { Thread.isMainThread }
    #expect(!isMain)
    await #expect(throws: CocoaError.self) {
      try await onOwnThread { throw CocoaError(.fileNoSuchFile) }
    }
  }

  @Test func `a run on its own thread gives what a run on this one gives`() async throws {
    let path = folder.path("cells.h5ad")
    var simulation = SimulationOptions()
    (simulation.cells, simulation.genes) = (100, 40)
    try Simulation(simulation).writeAnnData(to: path)
    let options = IntegrationTests.options(visits: 2_000)
    let (first, second) = (folder.path("1.h5ad"), folder.path("2.h5ad"))

    let synchronous = {
      let cells = try CellDataset(readingAt: [path])
      var result = try integrate(cells, options: options)
      try Destination(first, inputs: [path]).write(&result, of: cells)
      let model = try Model(result, of: cells)
      let mapping = try model.map(CellDataset(query: SampleSheet(paths: [path]), for: model))
      let scores = try evaluateEmbeddings(
        ofFileAt: first, keys: ["X_scharmonize"])
      return (result, model, mapping, scores)
    }
    let (result, model, mapping, scores) = try synchronous()

    let third = folder.path("3.h5ad")
    try await onOwnThread {
      let cells = try CellDataset(readingAt: [path])
      var again = try integrate(cells, options: options)
      #expect(again.embedding == result.embedding)
      try Destination(second, inputs: [path]).write(&again, of: cells)
      #expect(again.record.seconds[.writing] != nil)
      let query = try CellDataset(query: SampleSheet(paths: [path]), for: model)
      let mapped = try model.map(query)
      #expect(mapped.embedding == mapping.embedding)
      try Destination(third, inputs: [path]).write(mapped, of: query)
      let judged = try evaluateEmbeddings(ofFileAt: second, keys: ["X_scharmonize"])
      #expect(judged.scores == scores.scores)
    }
    #expect(FileManager.default.fileExists(atPath: third))
  }

  @Test(arguments: ["out.h5ad", "out.csv"], ["cells.h5ad", "cells.h5"])
  func `cancelled while it is written, a file is not there`(
    output: String, input: String
  ) async throws {
    let paths = input == "cells.h5" ? ["a.h5", "b.h5"].map(folder.path) : [folder.path(input)]
    var simulation = SimulationOptions()
    (simulation.cells, simulation.genes, simulation.batches) = (200, 40, 2)
    if input == "cells.h5" {
      try Simulation(simulation).writeTenX(to: paths)
    } else {
      try Simulation(simulation).writeAnnData(to: paths[0])
    }
    let destination = try Destination(folder.path(output), inputs: paths)
    let before = try FileManager.default.contentsOfDirectory(atPath: folder.url.path)
    let task = Task {
      try await onOwnThread {
        let cells = try CellDataset(readingAt: paths)
        var result = try integrate(cells, options: IntegrationTests.options(visits: 320))
        try destination.write(&result, of: cells) { _ in
          unsafe withUnsafeCurrentTask { unsafe $0?.cancel() }
        }
      }
    }
    await #expect(throws: CancellationError.self) { try await task.value }
    let after = try FileManager.default.contentsOfDirectory(atPath: folder.url.path)
    #expect(after.sorted() == before.sorted())
  }
}

/// The coordinates of an embedding, row by row.
@Suite struct EmbeddingTests {
  @Test func `an embedding is the collection of its rows`() {
    let embedding = Embedding(cellCount: 3, dimensions: 2, values: [0, 1, 2, 3, 4, 5])
    #expect(embedding.map(Array.init) == [[0, 1], [2, 3], [4, 5]])
    #expect(embedding.count == 3 && embedding.last.map(Array.init) == [4, 5])
    #expect(embedding.map { $0.reduce(0, +) } == [1, 5, 9])
  }
}
