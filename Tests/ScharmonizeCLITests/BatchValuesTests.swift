import CellFiles
import Foundation
import HDF5
import Testing
import TestSupport

/// What a user is told of the values of single batches.
@Suite struct BatchValuesTests {
  let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  /// Writes 60 cells of two batches with changed counts.
  private func make(change: (_ cell: Int, _ row: [Double]) -> [Double] = { $1 }) throws {
    let rows = madeCounts(cells: 60, genes: 20).enumerated().map { cell, row in
      change(cell, row.enumerated().map { $0.element + ($0.offset < 5 ? 1 : 0) })
    }
    let file = try File(creatingAt: folder.path("x.h5ad"))
    try file.writeAnnData(rows, batches: (0..<60).map { $0 % 2 == 0 ? "a" : "b" })
    try file.close()
  }

  private func run(_ input: String = "x.h5ad", _ arguments: String...) throws -> Program.Outcome {
    try Program.run(
      [input, "-o", "out.h5ad"] + arguments + IntegrateTests.fast, in: folder.url)
  }

  @Test func `one log-normalized batch is refused by its name`() throws {
    try make { cell, row in
      let sum = row.reduce(0, +)
      return cell % 2 == 0 ? row : row.map { log1p(1e4 * $0 / sum) }
    }
    let outcome = try run()
    #expect(outcome.status == 65)
    #expect(
      outcome.error.contains(
        "Error: 'X' in 'x.h5ad' looks log-normalized in batch 'b' (fractions up to "))
    #expect(!FileManager.default.fileExists(atPath: folder.path("out.h5ad")))
  }

  @Test func `cells that were left out are marked, and only then`() throws {
    let column = "scharmonize_trained"
    try make { cell, row in cell < 4 ? row.map { min($0, 0.0) } : row }
    let first = try run()
    #expect(first.status == 0, "\(first.error)")
    let marked = try CellFile(readingAt: folder.path("out.h5ad"))
    #expect(try marked.column(column) == .booleans((0..<60).map { $0 >= 4 }))

    // A run that leaves out none does not keep the mark of an earlier one.
    try FileManager.default.moveItem(
      atPath: folder.path("out.h5ad"), toPath: folder.path("again.h5ad"))
    let second = try run("again.h5ad", "--min-counts", "0")
    #expect(second.status == 0, "\(second.error)")
    let again = try CellFile(readingAt: folder.path("out.h5ad"))
    #expect(try again.column(column) == .booleans([Bool](repeating: true, count: 60)))

    try make()
    #expect(try run().status == 0)
    #expect(
      try !CellFile(readingAt: folder.path("out.h5ad")).columnNames.contains(column))
  }

  @Test func `genes of one batch are warned of before corrected expression is written`() throws {
    try make { cell, row in
      row.enumerated().map { $0.offset == 7 ? (cell % 2 == 0 ? 9 : 0) : $0.element }
    }
    let outcome = try run("x.h5ad", "--corrected", "corrected.h5ad")
    #expect(outcome.status == 0)
    let name = try CellFile(readingAt: folder.path("x.h5ad")).genes[7].name
    let warning =
      "1 gene of the 20 in 'corrected.h5ad' is expressed in one batch only: '\(name)' (batch 'a'); "
      + "its values for cells of other batches are extrapolated, so do not compare batches by it"
    #expect(outcome.error.contains("\nWarning: \(warning)\n"), "\(outcome.error)")
    let file = try File(readingAt: folder.path("corrected.h5ad"))
    #expect(try file.strings("uns/scharmonize/warnings").contains(warning))
    #expect(try !run().error.contains("one batch only"))
  }
}
