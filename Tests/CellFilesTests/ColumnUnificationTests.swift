import CellFiles
import Foundation
internal import Support
import Testing
import TestSupport

/// Labels of several files that stand for the same value are one batch, and others stay apart.
@Suite struct ColumnUnificationTests {
  let made: MadeFiles

  init() throws { made = try MadeFiles() }

  /// Joins a file of two cells for each column, and compares what is a batch with what is written.
  private func batches(_ columns: [Column]) throws -> (names: [String], notices: [String]) {
    let files = try columns.indices.map { number in
      var cells = DataFrame(names: (0..<columns[number].count).map { "c\(number)_\($0)" })
      cells["donor"] = columns[number]
      let path = made.path("f\(number).h5ad")
      if FileManager.default.fileExists(atPath: path) {
        try FileManager.default.removeItem(atPath: path)
      }
      try writeAnnData(
        to: path, cells: cells, genes: DataFrame(names: ["g"]),
        matrix: SmallMatrix(rows: columns[number].labels().map { _ in [1] }), storedAs: Int32.self)
      return try CellFile(readingAt: path)
    }
    let joined = try JoinedCells(files, batchKey: "donor", allowingOneBatch: true)
    let ofCell = joined.batches.batchOfCell.map { joined.batches.names[Int($0)] }
    #expect(try joined.labels(ofColumn: "donor") == ofCell)
    let output = made.path("joined.h5ad")
    try? FileManager.default.removeItem(atPath: output)
    try writeJoined(
      to: output, cells: joined, usedGenes: [true], adding: AnnDataAdditions())
    #expect(try CellFile(readingAt: output).column("donor").labels() == ofCell)
    return (
      joined.batches.names,
      joined.columnConflicts().map { $0.replacing(made.path("") + "/", with: "") }
    )
  }

  @Test func `numbers with and without a point`() throws {
    let numbers = try batches([.integers([1, 2]), .floats([2, 1])])
    #expect(numbers.names == ["1.0", "2.0"] && numbers.notices == [])
    let text = try batches([.strings(["1", "2"]), .strings(["2.0", "1.0"])])
    #expect(text.names == ["1", "2"])
    #expect(
      text.notices == ["'donor' has '1.0' in 'f1.h5ad', which is read as '1' of another file"])
    #expect(try batches([.floats([1, 2]), .strings(["2", "1"])]).names == ["1.0", "2.0"])
    let codes: [Int32] = [1, 0]
    let categories = Column.categorical(codes: codes, categories: ["-3.00", "4"], ordered: false)
    #expect(try batches([.integers([-3, 4]), categories]).names == ["-3", "4"])
  }

  @Test func `truth values by Python and by R`() throws {
    let text = try batches([.strings(["TRUE", "FALSE"]), .booleans([true, false])])
    #expect(text.names == ["FALSE", "TRUE"])
    #expect(try batches([.booleans([true, false]), .strings(["true", "true"])]).names.count == 2)
    #expect(
      try batches([.strings(["TRUE", "other"]), .strings(["True", "False"])]).names.count == 4)
  }

  @Test func `labels that are alike, but not the same`() throws {
    #expect(try batches([.strings(["01", "1"]), .strings(["1.0", "1.5"])]).names.count == 3)
    // A file that tells them apart means them to be.
    #expect(try batches([.strings(["1", "1.0"]), .strings(["1.0", "2"])]).names.count == 3)
    #expect(try batches([.strings(["v1.0", "1e0"]), .strings(["v1", "1"])]).names.count == 4)
    #expect(try batches([.integers([1 << 53 + 1, 2]), .floats([0x1p53, 2])]).names.count == 3)
  }

  @Test(.enabled(if: TestFiles.shared("cases/files") != nil, "the folder of cases is not here"))
  func `donors of two files, whole numbers in one of them`() throws {
    let files = try ["a0", "a1"].map {
      try CellFile(
        readingAt: #require(TestFiles.shared("cases/files/int_float_labels/\($0).h5ad")).path)
    }
    #expect(try JoinedCells(files, batchKey: "donor").batches.names.count == 2)
  }
}
