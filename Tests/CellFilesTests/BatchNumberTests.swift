import CellFiles
import HDF5
import Support
import Testing
import TestSupport

/// Batches of a column have the same numbers, however cells are divided among files.
@Suite struct BatchNumberTests {
  private let made: MadeFiles

  init() throws { made = try MadeFiles() }

  @Test(arguments: [[], [1], [3], [2, 5], [1, 2, 3, 4, 5]])
  func `labels are numbered in their order over all files`(limits: [Int]) throws {
    let labels = ["w", "y", "x", "y", "w", "v"]
    let joined = try JoinedCells(
      try files(limits) { part, file in
        try file.writeAnnData(
          part.map { [Double($0 + 1)] }, batches: part.map { labels[$0] },
          cells: part.map { "c\($0)" })
      }, batchKey: "batch")
    #expect(
      joined.batches
        == BatchAssignment(names: ["v", "w", "x", "y"], batchOfCell: [1, 3, 2, 3, 1, 0]))
  }

  @Test func `categories of all files keep their order, and others are sorted`() throws {
    func joined(_ categories: [[String]]) throws -> [String] {
      try JoinedCells(
        try files([2]) { part, file in
          let own = categories[part.lowerBound == 0 ? 0 : 1]
          try file.writeAnnData(part.map { [Double($0 + 1)] }, cells: part.map { "c\($0)" })
          try file.setAttribute("column-order", of: "obs", to: .strings(["batch"]))
          try file.writeCategorical(
            "obs/batch", codes: part.map { $0 % own.count }, categories: own)
        }, batchKey: "batch"
      ).batches.names
    }
    #expect(try joined([["day2", "day10"], ["day2", "day10"]]) == ["day2", "day10"])
    #expect(try joined([["day2", "day3"], ["day10"]]) == ["day10", "day2", "day3"])
  }

  @Test func `numbers ascend`() throws {
    let labels = [10.0, 9, 100, 9, 10, 2]
    let joined = try JoinedCells(
      try files([2]) { part, file in
        try file.writeAnnData(part.map { [Double($0 + 1)] }, cells: part.map { "c\($0)" })
        try file.setAttribute("column-order", of: "obs", to: .strings(["batch"]))
        try file.write(part.map { Int64(labels[$0]) }, at: "obs/batch")
      }, batchKey: "batch")
    #expect(joined.batches.names == ["2", "9", "10", "100"])
  }

  /// Makes files of six cells, divided before the given cells.
  private func files(
    _ limits: [Int], _ write: (Range<Int>, borrowing File) throws -> Void
  ) throws -> [CellFile] {
    let all = [0] + limits + [6]
    return try zip(all, all.dropFirst()).map { start, end in
      try CellFile(
        readingAt: made.make("from\(start).h5ad") { try write(start..<end, $0) })
    }
  }
}
