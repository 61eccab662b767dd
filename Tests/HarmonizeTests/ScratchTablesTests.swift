import Alignment
import CellFiles
import Foundation
import Numerics
import Support
import TestSupport
import Testing

@testable import CountData

/// Tables with a row for each cell, in memory and in scratch files.
@Suite struct ScratchTablesTests {
  @Test func `tables are in memory up to the limit, and their memory is used again`() throws {
    let folder = try TemporaryFolder()
    let tables = ScratchTables(limit: 100 << 10, scratchFolder: folder.url.path)
    var first: FloatBuffer? = try FloatBuffer(count: 20 << 10, in: tables.memory)
    #expect(tables.bytesHeld == 80 << 10)
    let second = try FloatBuffer(count: 20 << 10, in: tables.memory)
    #expect(tables.bytesHeld == 80 << 10)
    for buffer in [first, second].compactMap(\.self) {
      #expect(buffer.values.allSatisfy { $0 == 0 })
      buffer.view.fill(7)
      #expect(buffer.values.allSatisfy { $0 == 7 })
    }
    first = nil
    #expect(tables.bytesHeld == 0)
    let third = try DoubleView.zeros(12 << 10, in: tables.memory)
    #expect(tables.bytesHeld == 96 << 10)
    #expect(third.values.allSatisfy { $0 == 0 })
    // A scratch file has no name.
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.url.path).isEmpty)
  }

  @Test func `tables beyond the limit are no anonymous memory`() async {
    await #expect(processExitsWith: .success) {
      let folder = try TemporaryFolder()
      let tables = ScratchTables(limit: 0, scratchFolder: folder.url.path)
      let before = AnonymousMemory.held() ?? 0
      let buffer = try FloatBuffer(count: 32 << 20, in: tables.memory)
      buffer.view.fill(1)
      let taken = (AnonymousMemory.held() ?? 0) - before
      precondition(taken < 16 << 20, "\(taken) bytes for a table in a file")
    }
  }

  @Test func `a folder that takes no scratch file is named`() throws {
    let folder = try TemporaryFolder()
    let tables = ScratchTables(limit: 0, scratchFolder: folder.path("none"))
    #expect(throws: OutputError.self) { try FloatBuffer(count: 1, in: tables.memory) }
    let present = ScratchTables(limit: 0, scratchFolder: folder.url.path)
    let error = #expect(throws: CountDataError.self) {
      try FloatBuffer(count: 1 << 58, in: present.memory)
    }
    #expect(error?.description.contains("name a folder with more space") == true)
  }

  @Test func `an alignment has the same bytes with its tables in files`() throws {
    var random = Xoshiro256(seed: 4)
    let (n, d) = (3_000, 5)
    let values = (0..<n * d).map { place in
      Float(random.standardNormal()) + Float(place / d % 7) + Float(place / d % 3)
    }
    let embedding = Embedding(cellCount: n, dimensions: d, values: values)
    let batches = BatchAssignment(
      names: ["a", "b", "c"], batchOfCell: (0..<n).map { Int32($0 % 3) })
    let pool = ThreadPool(threads: 2)
    let inMemory = try align(embedding, batches: [batches], pool: pool)
    let folder = try TemporaryFolder()
    let tables = ScratchTables(limit: 0, scratchFolder: folder.url.path)
    let inFiles = try align(embedding, batches: [batches], memory: tables.memory, pool: pool)
    #expect(inMemory.embedding == inFiles.embedding)
    #expect(inMemory.alignment == inFiles.alignment)
    let some = Array(stride(from: 0, to: n, by: 7))
    #expect(
      try inFiles.embedding.rows(some, in: tables.memory) == inMemory.embedding.rows(some))
    #expect(
      inFiles.embedding.values(ofCells: 10..<20) == Array(inMemory.embedding.values[50..<100]))
    #expect(inFiles.embedding[11] == Array(inMemory.embedding[11])[...])
  }
}
