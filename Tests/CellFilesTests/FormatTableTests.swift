import CellFiles
import Foundation
import Testing
import TestSupport

/// What the libraries of the field read from a file: a line of `Fixtures/formats.tsv`.
struct KnownMatrix: Sendable, CustomTestStringConvertible {
  let file: String
  let options: String
  let cells: Int
  let genes: Int
  let total: Double
  let names: [String]

  var testDescription: String { "\(file) \(options)" }

  /// Where the file is: beside the table, or among the real ones, which may be absent.
  var path: String? {
    let made = TestFiles.fixtures.appending(path: file)
    return FileManager.default.fileExists(atPath: made.path)
      ? made.path : TestFiles.shared(file)?.path
  }

  var readingOptions: ReadingOptions {
    var reading = ReadingOptions()
    for option in options.split(separator: ",") {
      let parts = option.split(separator: "=", maxSplits: 1).map(String.init)
      switch parts[0] {
      case "raw": reading.useRaw = true
      case "layer": reading.layer = parts[1]
      case "modality": reading.modality = parts[1]
      case "genome": reading.genome = parts[1]
      case "type": reading.featureType = parts[1]
      default: Issue.record("the table has an option '\(option)'")
      }
    }
    return reading
  }

  static let all: [KnownMatrix] = {
    let table = try? String(
      contentsOf: TestFiles.fixtures.appending(path: "formats.tsv"), encoding: .utf8)
    return (table ?? "").split(separator: "\n").dropFirst().compactMap { line in
      let fields = line.split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
      guard fields.count == 9, let cells = Int(fields[2]), let genes = Int(fields[3]),
        let total = Double(fields[4])
      else { return nil }
      return KnownMatrix(
        file: fields[0], options: fields[1], cells: cells, genes: genes, total: total,
        names: Array(fields[5...]))
    }
  }()
}

@Suite struct FormatTableTests {
  @Test func `the table has every format`() {
    let endings = Set(KnownMatrix.all.map { ($0.file as NSString).pathExtension })
    #expect(endings.isSuperset(of: ["h5ad", "h5", "h5mu", "loom"]))
    #expect(KnownMatrix.all.count { $0.file.contains("mtx") } >= 8)
  }

  @Test(arguments: KnownMatrix.all)
  func `every file reads as the libraries of the field read it`(known: KnownMatrix) throws {
    guard let path = known.path else {
      print("skipped: '\(known.file)' is not here")
      return
    }
    for threads in [1, 3] {
      var options = known.readingOptions
      options.threads = threads
      options.blockValues = threads == 1 ? options.blockValues : 500
      options.bandValues = threads == 1 ? options.bandValues : 1000
      let file = try CellFile(readingAt: path, options: options)
      #expect(file.cellCount == known.cells && file.geneCount == known.genes)
      let ends = [file.cellNames[0], file.cellNames[file.cellCount - 1]]
      #expect(ends + [file.genes[0].name, file.genes[file.geneCount - 1].name] == known.names)
      var (total, rows) = (0.0, 0)
      try file.forEachRowBlock(as: Double.self) { block in
        #expect(block.firstRow == rows)
        rows += block.rowCount
        total += block.values.reduce(0, +)
      }
      #expect(rows == known.cells)
      #expect(abs(total - known.total) <= 1e-9 * max(1, abs(known.total)), "\(total)")
      for column in file.columnNames { #expect(try file.column(column).count == known.cells) }
      for column in file.varColumnNames {
        #expect(try file.varColumn(column).count == known.genes)
      }
    }
  }

  @Test func `all made variants hold the same counts`() throws {
    let whole = try rows(of: CellFile(readingAt: fixture("mtx_v2")))
    for name in [
      "records_csr.h5ad", "records_csc.h5ad", "lzf.h5ad", "nullable.h5ad", "integers.h5ad",
      "v3_float.h5",
      "v3_big_endian.h5", "loompy3.loom", "scope.loom", "nameless.loom", "two.h5mu",
      "single.h5mu", "mtx_v3", "mtx_by_gene", "mtx_geo", "mtx_bustools",
    ] {
      #expect(try rows(of: CellFile(readingAt: fixture(name))) == whole, "\(name)")
    }
    for layer in ["big", "byte"] {
      var options = ReadingOptions()
      options.layer = layer
      #expect(
        try rows(of: CellFile(readingAt: fixture("integers.h5ad"), options: options)) == whole)
    }
  }
}

/// A file that `make_format_variants.py` made.
func fixture(_ name: String) -> String {
  TestFiles.fixtures.appending(path: "formats/\(name)").path
}
