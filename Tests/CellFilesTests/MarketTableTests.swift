import Foundation
import Testing
import TestSupport
@testable import CellFiles

/// Tables of genes and barcodes that are not as Cell Ranger writes them.
@Suite struct MarketTableTests {
  let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  static let symbols = GeneNameTests.symbols
  static let ids = (0..<10).map { "ENSG\(10_000_000_000 + $0)" }

  /// Makes a folder of ten genes and two cells, and opens it.
  private func made(
    _ name: String, _ lines: [String], table: String = "genes.tsv",
    barcodes: [String] = ["AAAC-1", "AAAG-1"], options: ReadingOptions = .init()
  ) throws -> CellFile {
    let url = folder.url.appending(path: name)
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    let entries = (1...10).map { "\($0) 1 \($0)" } + ["10 2 7"]
    for (file, lines) in [
      ("matrix.mtx", ["%%MatrixMarket matrix coordinate integer general", "10 2 11"] + entries),
      (table, lines), ("barcodes.tsv", barcodes),
    ] {
      try Data((lines.joined(separator: "\n") + "\n").utf8).write(to: url.appending(path: file))
    }
    return try CellFile(readingAt: url.path, options: options)
  }

  private func lines(_ line: (Int) -> String) -> [String] { (0..<10).map(line) }

  @Test(arguments: [0, 1])
  func `row numbers in front are left out`(start: Int) throws {
    let genes = lines { "\"\($0 + start)\"\t\"\(Self.symbols[$0])\"" }
    let file = try made("a", genes, barcodes: ["\(start)\tAAAC-1", "\(start + 1)\tAAAG-1"])
    #expect(file.genes == Self.symbols.map { Gene(name: $0) })
    #expect(file.cellNames == ["AAAC-1", "AAAG-1"])
    #expect(file.notices.count == 2)
    #expect(
      file.notices[1].hasSuffix("/genes.tsv' has row numbers before the names, which are left out"))
    let other = try made(
      "b", lines { "\($0 + start)\t\(Self.symbols[9 - $0])" }, barcodes: ["TTTC-1", "TTTG-1"])
    let joined = try JoinedCells([file, other], batchKey: nil)
    #expect(joined.genes.map(\.name) == Self.symbols)
    #expect(try rows(of: joined)[2] == (1...10).reversed().map(Double.init))
    let three = try made("c", lines { "\($0 + start)\t\(Self.ids[$0])\t\(Self.symbols[$0])" })
    #expect(three.genes[2] == Gene(name: Self.symbols[2], id: Self.ids[2]))
  }

  @Test func `numbers alone are no names`() throws {
    let file = try made("a", lines { "\($0 + 1)" })
    #expect(!file.namesItsGenes && file.cellNames == ["AAAC-1", "AAAG-1"])
    let other = try made("b", lines { Self.symbols[$0] }, barcodes: ["TTTC-1", "TTTG-1"])
    #expect(throws: CellFileError.self) { _ = try JoinedCells([file, other], batchKey: nil) }
    // Entrez's are.
    let entrez = try made("c", lines { "\(1000 + 37 * $0 * $0)\t\(Self.symbols[$0])" })
    #expect(entrez.genes[3] == Gene(name: Self.symbols[3], id: "1333") && entrez.notices == [])
  }

  @Test(arguments: [(",", "commas"), (";", "semicolons"), (" ", "spaces")])
  func `fields separated by something else`(separator: String, word: String) throws {
    let file = try made("a", lines { Self.ids[$0] + separator + Self.symbols[$0] })
    #expect(file.genes[4] == Gene(name: Self.symbols[4], id: Self.ids[4]))
    #expect(file.notices.count == 1)
    #expect(
      file.notices[0].hasSuffix(
        "/genes.tsv' has fields separated by \(word), not tabs, and is read accordingly"))
    #expect(try made("b", lines { "gene\(separator == " " ? " " : "-")\($0)" }).notices == [])
  }

  @Test func `placeholders among symbols give way to identifiers, and columns may be swapped`()
    throws
  {
    let file = try made(
      "a", lines { "\(Self.ids[$0])\t\($0 % 4 == 1 ? "NA" : Self.symbols[$0])" })
    #expect(file.genes[1] == Gene(name: Self.ids[1], id: Self.ids[1]))
    #expect(file.genes[2].name == Self.symbols[2])
    let swapped = try made("b", lines { "\(Self.symbols[$0])\t\(Self.ids[$0])" })
    #expect(swapped.genes[1] == Gene(name: Self.symbols[1], id: Self.ids[1]))
    #expect(swapped.notices.count == 1)
    let typed = try made(
      "c", lines { "\(Self.symbols[$0])\tGene Expression" }, table: "features.tsv")
    #expect(typed.genes == Self.symbols.map { Gene(name: $0) })
  }

  @Test(arguments: [
    ("genes.tsv", ["1", "2", "X"]), ("features.tsv", ["1", "2", "X"]),
    ("genes.tsv", ["Gene Expression", "Antibody Capture", "Gene Expression"]),
    ("features.tsv", ["protein_coding", "lincRNA", "lincRNA"]), ("features.tsv", ["+", "-", "+"]),
  ])
  func `a third column that is no type of features`(name: String, types: [String]) throws {
    let file = try made(
      "a", lines { "\(Self.ids[$0])\t\(Self.symbols[$0])\t\(types[$0 % 3])" }, table: name)
    #expect(file.geneCount == 10 && file.varColumnNames == [] && file.featureTypes == nil)
    let contents = try CellFileContents(ofFileAt: folder.path("a"))
    #expect(contents.featureTypes == [] && contents.readings == [ReadingOptions()])
  }

  @Test func `a third column of types`() throws {
    let types = ["Gene Expression", "Antibody Capture", "Custom"]
    let text = lines { "\(Self.ids[$0])\t\(Self.symbols[$0])\t\(types[$0 % 3])" }
    #expect(try made("a", text, table: "features.tsv").geneCount == 4)
    #expect(try CellFileContents(ofFileAt: folder.path("a")).featureTypes == types.sorted())
    var all = ReadingOptions()
    all.featureType = nil
    #expect(
      try made("a", text, table: "features.tsv", options: all).featureTypes
        == lines { types[$0 % 3] })
  }
}
