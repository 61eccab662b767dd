import CellFiles
import Foundation
internal import Support
import Testing
import TestSupport

@Suite struct MatrixMarketTests {
  let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func write(_ name: String, _ text: String) throws {
    try write(name, Data(text.utf8))
  }

  private func write(_ name: String, _ data: Data) throws {
    let url = folder.url.appending(path: name)
    try FileManager.default.createDirectory(
      at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
    try data.write(to: url)
  }

  /// Makes a folder of a matrix of two genes and three cells.
  private func make(
    _ name: String, banner: String = "%%MatrixMarket matrix coordinate integer general",
    sizes: String = "2 3 4", _ entries: [String] = ["1 1 5", "2 1 1", "2 2 7", "1 3 300"],
    end: String = "\n"
  ) throws {
    try write(
      "\(name)/matrix.mtx", ([banner, "% made", sizes] + entries).joined(separator: end) + end)
    try write("\(name)/barcodes.tsv", "c0\nc1\nc2\n")
    try write("\(name)/genes.tsv", "E0\tg0\nE1\tg1\n")
  }

  private func failure(_ name: String, options: ReadingOptions = .init()) -> String {
    do {
      _ = try CellFile(readingAt: folder.path(name), options: options)
      return "nothing was thrown"
    } catch {
      return "\(error)".replacing(folder.url.path + "/", with: "")
    }
  }

  @Test func `a folder, and the matrix in it`() throws {
    try make("m")
    for path in ["m", "m/", "m/matrix.mtx"] {
      let file = try CellFile(readingAt: folder.path(path))
      #expect(file.format == .mtx)
      #expect(file.matrixName == "matrix.mtx")
      #expect(file.genes == [Gene(name: "g0", id: "E0"), Gene(name: "g1", id: "E1")])
      #expect(file.cellNames == ["c0", "c1", "c2"])
      #expect(file.isInteger && file.storage.storedCount == 4)
      #expect(try rows(of: file) == [[5, 1], [0, 7], [300, 0]])
    }
  }

  @Test func `cells in any order, and what is given twice is added up`() throws {
    try make("m", sizes: "2 3 5", ["1 3 4", "2 2 7", "1 1 5", "1 3 296", "2 1 1"])
    #expect(try rows(of: CellFile(readingAt: folder.path("m"))) == [[5, 1], [0, 7], [300, 0]])
  }

  @Test func `any of the ways to write lines`() throws {
    let whole = [[5, 1], [0, 7], [300, 0.0]]
    try make("returns", end: "\r\n")
    try make("spaces", ["  1\t1   5 ", "", "% in between", "2 1 1", "2 2 7", "1 3 3e2", "", ""])
    try make(
      "real", banner: "%%matrixmarket MATRIX Coordinate Real General",
      ["1 1 5.0", "2 1 +1", "2 2 7.000", "1 3 300"])
    for name in ["returns", "spaces", "real"] {
      let file = try CellFile(readingAt: folder.path(name))
      #expect(try rows(of: file) == whole, "\(name)")
      #expect(file.isInteger)
    }
    try make(
      "pattern", banner: "%%MatrixMarket matrix coordinate pattern general",
      ["1 1", "2 1", "2 2", "1 3"])
    #expect(
      try rows(of: CellFile(readingAt: folder.path("pattern"))) == [[1, 1], [0, 1], [1, 0]])
    try make(
      "fractions", banner: "%%MatrixMarket matrix coordinate real general",
      ["1 1 0.25", "2 1 1e-3", "2 2 123456.5", "1 3 -1"])
    let fractions = try CellFile(readingAt: folder.path("fractions"))
    #expect(!fractions.isInteger)
    #expect(try rows(of: fractions) == [[0.25, 1e-3], [0, 123456.5], [-1, 0]])
  }

  @Test func `whole numbers that are too large for a type are clamped, as HDF5 does it`() throws {
    try make("m")
    var values: [UInt8] = []
    try CellFile(readingAt: folder.path("m")).forEachRowBlock(as: UInt8.self) {
      values += $0.values
    }
    #expect(values == [5, 1, 7, 255])
  }

  @Test(arguments: [
    (
      ["1 1 5", "2 1 1", "2 2 7"],
      "'m/matrix.mtx' is truncated: it has 3 of 4 entries; copy or download the file again"
    ),
    (
      ["1 1 5", "2 1 1", "2 2 7", "1 3 3", "2 3 1"],
      "line 8 of 'm/matrix.mtx' is '2 3 1', not the end of the file after 4 entries"
    ),
    (
      ["1 1 5", "3 1 1"],
      "line 5 of 'm/matrix.mtx' is '3 1 1', not a row in 1...2, a column in 1...3, and a value"
    ),
    (
      ["1 0 5"],
      "line 4 of 'm/matrix.mtx' is '1 0 5', not a row in 1...2, a column in 1...3, and a value"
    ),
    (
      ["1 1 5", "1 1"],
      "line 5 of 'm/matrix.mtx' is '1 1', not a row in 1...2, a column in 1...3, and a value"
    ),
    (
      ["1 1 x5"],
      "line 4 of 'm/matrix.mtx' is '1 1 x5', not a row in 1...2, a column in 1...3, and a value"
    ),
    (
      ["1 1 5 6"],
      "line 4 of 'm/matrix.mtx' is '1 1 5 6', not a row in 1...2, a column in 1...3, and a value"
    ),
    (
      ["-1 1 5"],
      "line 4 of 'm/matrix.mtx' is '-1 1 5', not a row in 1...2, a column in 1...3, and a value"
    ),
    (
      ["99999999999999999999 1 5"],
      "line 4 of 'm/matrix.mtx' is '99999999999999999999 1 5', not a row in 1...2, a column in 1...3, and a value"
    ),
  ])
  func `lines that are no entries`(entries: [String], message: String) throws {
    try make("m", entries)
    #expect(failure("m") == message)
  }

  @Test(arguments: [
    (
      "%%MatrixMarket matrix array real general", "2 3",
      "line 1 of 'm/matrix.mtx' is '%%MatrixMarket matrix array real general', not a general matrix of coordinates; write it again with scipy.io.mmwrite(\"matrix.mtx\", scipy.sparse.csc_matrix(x), symmetry=\"general\")"
    ),
    (
      "%%MatrixMarket matrix coordinate complex general", "2 3 4",
      "line 1 of 'm/matrix.mtx' is '%%MatrixMarket matrix coordinate complex general', not values that are integer or real"
    ),
    (
      "%%MatrixMarket", "2 3 4",
      "line 1 of 'm/matrix.mtx' is '%%MatrixMarket', not '%%MatrixMarket matrix coordinate integer general'"
    ),
    (
      "%%MatrixMarket matrix coordinate integer general", "2 3",
      "line 3 of 'm/matrix.mtx' is '2 3', not the numbers of genes, cells and entries"
    ),
    (
      "%%MatrixMarket matrix coordinate integer general", "2 -3 4",
      "line 3 of 'm/matrix.mtx' is '2 -3 4', not the numbers of genes, cells and entries"
    ),
    (
      "%%MatrixMarket matrix coordinate integer general", "2 4 4",
      "'m/barcodes.tsv' has 3 names, but 'm/matrix.mtx' has 2 rows (genes) and 4 columns (cells)"
    ),
    (
      "%%MatrixMarket matrix coordinate integer general", "9 3 4",
      "'m/genes.tsv' has 2 names, but 'm/matrix.mtx' has 9 rows (genes) and 3 columns (cells)"
    ),
  ])
  func `headers that say something else`(banner: String, sizes: String, message: String) throws {
    try make("m", banner: banner, sizes: sizes)
    #expect(failure("m") == message)
  }

  @Test func `a stream of gzip that ends too early, or is damaged`() throws {
    let whole = try Data(contentsOf: URL(filePath: fixture("mtx_v3/matrix.mtx.gz")))
    for name in ["barcodes.tsv.gz", "features.tsv.gz"] {
      try write("m/\(name)", Data(contentsOf: URL(filePath: fixture("mtx_v3/\(name)"))))
    }
    try write("m/matrix.mtx.gz", whole.dropLast(30))
    #expect(
      failure("m")
        == "'m/matrix.mtx.gz' is damaged: its gzip stream ends too early; "
        + "copy or download the file again")
    var damaged = whole
    damaged[whole.count - 60] ^= 0xFF
    damaged[whole.count - 5] ^= 0xFF
    try write("m/matrix.mtx.gz", damaged)
    #expect(failure("m").hasPrefix("'m/matrix.mtx.gz' is damaged: its gzip stream is damaged ("))
  }

  @Test func `names that are missing`() throws {
    try make("m")
    try FileManager.default.removeItem(atPath: folder.path("m/genes.tsv"))
    #expect(
      failure("m")
        == "'m/matrix.mtx' has no file beside it that names its 2 genes; text files there: "
        + "'m/barcodes.tsv' (3 lines); name one with `features`")
    try FileManager.default.removeItem(atPath: folder.path("m/barcodes.tsv"))
    #expect(
      failure("m/matrix.mtx")
        == "'m/matrix.mtx' has no file beside it that names its 3 cells; there are no other text "
        + "files; name one with `barcodes`")
  }

  @Test func `folders without a matrix, or with several`() throws {
    try make("run/outs/raw")
    try write("run/outs/filtered.h5", "x")
    #expect(
      failure("run")
        == "'run' is a folder without a matrix 'matrix.mtx' or 'matrix.mtx.gz'; give one of: "
        + "run/outs/filtered.h5, run/outs/raw")
    try write("empty/a.txt", "x")
    #expect(
      failure("empty") == "'empty' is a folder without a matrix 'matrix.mtx' or 'matrix.mtx.gz'")
    try write("two/GSM1_matrix.mtx", "x")
    try write("two/GSM2_matrix.mtx", "x")
    #expect(
      failure("two")
        == "'two' is a folder with several matrices; give one of: "
        + "two/GSM1_matrix.mtx, two/GSM2_matrix.mtx")
    try write("x.zarr/.zgroup", "{}")
    #expect(failure("x.zarr") == "'x.zarr' is an empty zarr store")
  }

  @Test func `features of the type that is asked for`() throws {
    try make("m")
    try FileManager.default.removeItem(atPath: folder.path("m/genes.tsv"))
    try write("m/features.tsv", "E0\tg0\tAntibody Capture\nE1\tg1\tGene Expression\n")
    let genes = try CellFile(readingAt: folder.path("m"))
    #expect(genes.genes == [Gene(name: "g1", id: "E1")])
    #expect(try rows(of: genes) == [[1], [7], [0]])
    #expect(try genes.varColumn("feature_types").labels() == ["Gene Expression"])
    var options = ReadingOptions()
    options.featureType = "Peaks"
    #expect(
      failure("m", options: options)
        == "'m' has no features of type 'Peaks'; choose one with `featureType`: "
        + "Antibody Capture, Gene Expression")
    try write("m/features.tsv", "E0\tg0\tPeaks\nE1\tg1\tPeaks\n")
    let peaks = try CellFile(readingAt: folder.path("m"))
    #expect(peaks.geneCount == 2 && peaks.feature == .peak)
    #expect(peaks.notices.contains { $0.hasSuffix("those of its only type, 'Peaks', are read") })
    options = ReadingOptions()
    options.genome = "hg38"
    #expect(
      failure("m", options: options) == "'m' names no genomes; leave out `genome = hg38`")
    options = ReadingOptions()
    options.layer = "counts"
    #expect(failure("m", options: options) == "'m' has no layer 'counts' and no other layers")
    options.layer = nil
    options.useRaw = true
    #expect(failure("m", options: options) == "'m' has no 'raw'; leave out `useRaw`")
  }

  @Test func `samples are named after their folders or files`() throws {
    for sample in ["day.1", "day.2"] { try make("\(sample)/filtered") }
    let files = try ["day.1", "day.2"].map {
      try CellFile(readingAt: folder.path("\($0)/filtered/matrix.mtx"))
    }
    #expect(try JoinedCells(files, batchKey: nil).batches.names == ["day.1", "day.2"])
  }
}
